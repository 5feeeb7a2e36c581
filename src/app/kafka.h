// Kafka as the configuration has it: what the backbone is made with, and what the commands of its
// topic are.
#pragma once

#include "app/config.h"
#include "backbone/backbone.h"
#include "campus/roster_service.h"
#include "campus/surface.h"
#include "ops/metrics.h"

namespace homeroom::app {

// `secret`: the data directory's own, by which this server is told from others.
backbone::BackboneOptions backbone_options(const Config& config, const std::string& secret);

// Commands go where the same calls of service REST go, as the service of the configuration.
backbone::Runner command_runner(store::Store& store, const campus::Surface& surface,
                                campus::RosterService& roster, const campus::Directory& directory,
                                std::string service);

void add_backbone_metrics(ops::Metrics& metrics, const backbone::Backbone& backbone);

}  // namespace homeroom::app
