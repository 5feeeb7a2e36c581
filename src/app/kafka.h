// Kafka as the configuration has it: what the backbone is made with, and what the commands of its
// topic are.
#pragma once

#include <string>

#include "api/roster_routes.h"
#include "app/config.h"
#include "backbone/backbone.h"
#include "campus/surface.h"
#include "ops/metrics.h"

namespace homeroom::app {

// `secret`: the data directory's own, by which this server is told from others.
backbone::BackboneOptions backbone_options(const Config& config, const std::string& secret);

// Commands go where the same calls of service REST go, as the service of the configuration. The
// surface must outlive it, and what `roster` names.
backbone::Runner command_runner(campus::Surface& surface, const api::RosterParts& roster,
                                std::string service);

void add_backbone_metrics(ops::Metrics& metrics, const backbone::Backbone& backbone);

}  // namespace homeroom::app
