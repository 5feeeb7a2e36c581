// What of the configuration each part of the server is given.
#pragma once

#include <string>
#include <vector>

#include "app/config.h"
#include "app/rates.h"
#include "campus/school_policy.h"
#include "campus/surface.h"
#include "features/notifications/dispatcher.h"
#include "features/presence/presence.h"
#include "hub/server.h"

namespace homeroom::app {

hub::ServerOptions server_options(const Config& config);
campus::SchoolPolicy school_policy(const Config& config);
void limit_kinds(const Rates& rates, campus::Surface& surface);
features::presence::LastSeen last_seen_of(const Config& config);
// `keys`: what webhooks are signed with.
features::notifications::DispatcherOptions dispatcher_options(const Config::Notifications& hook,
                                                              std::vector<std::string> keys);

}  // namespace homeroom::app
