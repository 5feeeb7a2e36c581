// The list of what every feature keeps of people, and what goes through all of it: export, erasure,
// retention. Here alone all features are known.
//
// export:read   for the platform's back end; each page is in the audit log
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/config.h"
#include "campus/erasure.h"
#include "campus/retention.h"

namespace homeroom::app {

// export:read, erasure:…, hold:…, audit:list, explain.
void register_personal_data(campus::Surface& surface);
void register_personal_data(campus::Schedule& schedule);

// At start, before the store's: how long what is kept, and what else of the configuration decides
// who sees what. What has changed since the last start is in the audit log.
Status apply_policy(store::Store& store, const Config& config);

// A page of a person's export, from `after` of the page before; empty: the first.
Result<campus::Json> export_page(store::Database& db, const std::string& user,
                                 const std::string& after);
// Erases without a running server, step by step.
Status erase_offline(store::Store& store, const campus::Directory& directory,
                     const std::string& user, const std::string& reason);

}  // namespace homeroom::app
