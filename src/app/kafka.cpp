#include "app/kafka.h"

#include <memory>
#include <utility>

#include "base/hash.h"
#include "base/hex.h"

namespace homeroom::app {
namespace {

using backbone::Errand;

void run_roster_change(const std::shared_ptr<const api::RosterParts>& parts,
                       const std::string& actor, const std::shared_ptr<Errand>& errand) {
    parts->roster.change(
        [parts, actor,
         errand](store::Transaction& transaction) -> Result<campus::Directory::Changes> {
            campus::Directory::Changes changes;
            TRY_OK(errand->within(transaction, [&]() -> Status {
                const auto& [source, id, name, data] = errand->command;
                TRY(changes, api::roster_change(transaction, *parts, actor, name, data));
                return Ok{};
            }));
            return changes;
        },
        [errand](const Status& status) { errand->done(status); });
}

void run_request(campus::Surface& surface, const std::string& service,
                 const std::shared_ptr<Errand>& errand) {
    surface.service_errand(service, errand->command.name, errand->command.data, errand->within,
                           [errand](const Result<campus::Json>& result) {
                               errand->done(result.ok() ? Status{Ok{}} : Status{result.error()});
                           });
}

double number(std::uint64_t value) {
    return static_cast<double>(value);
}

}  // namespace

backbone::BackboneOptions backbone_options(const Config& config, const std::string& secret) {
    const Config::Kafka& kafka = config.kafka;
    backbone::BackboneOptions options;
    options.kafka = kafka_options(config);
    options.out = {.topic = kafka.events_topic,
                   .dead_letters = kafka.events_topic + ".dlq",
                   .source = kafka.source,
                   .drain_per_second = kafka.drain_rate,
                   .stop_wait = kafka.stop_wait};
    options.commands = !kafka.commands_as.empty();
    options.commands_topic = kafka.commands_topic;
    options.group = kafka.group;
    options.instance =
        "homeroom-" + to_hex(hmac_sha256(secret, "kafka group instance")).substr(0, 16);
    options.in = {.dead_letters = kafka.commands_topic + ".dlq"};
    options.fallback.stalled_max = kafka.degraded_after;
    options.backlog_bytes_max = number(kafka.backlog_bytes_max);
    options.data = config.data;
    return options;
}

backbone::Runner command_runner(campus::Surface& surface, const api::RosterParts& roster,
                                std::string service) {
    const auto parts = std::make_shared<const api::RosterParts>(roster);
    return [&surface, parts, service = std::move(service)](Errand errand) {
        const auto shared = std::make_shared<Errand>(std::move(errand));
        if (api::is_roster_change(shared->command.name)) {
            run_roster_change(parts, "service:" + service, shared);
        } else {
            run_request(surface, service, shared);
        }
    };
}

void add_backbone_metrics(ops::Metrics& metrics, const backbone::Backbone& backbone) {
    using ops::MetricKind;
    metrics.add("homeroom_fallback_state", MetricKind::gauge,
                "1 for the state that the service is in.", "state", [&backbone] {
                    ops::LabelledValues values;
                    for (const auto state : backbone::states)
                        values.emplace_back(to_string(state), state == backbone.state() ? 1 : 0);
                    return values;
                });
    metrics.add("homeroom_fallback_transitions_total", MetricKind::counter,
                "How often the state has changed.",
                [&backbone] { return number(backbone.transitions()); });
    metrics.add("homeroom_kafka_reachable", MetricKind::gauge, "Whether a broker answers.",
                [&backbone] { return backbone.out().reachable ? 1.0 : 0.0; });
    metrics.add("homeroom_kafka_backlog_events", MetricKind::gauge,
                "Durable events that Kafka does not have yet.",
                [&backbone] { return number(backbone.out().behind); });
    metrics.add("homeroom_kafka_stalled_seconds", MetricKind::gauge,
                "How long some have waited without any being delivered.",
                [&backbone] { return static_cast<double>(backbone.out().stalled.count()) / 1000; });
    metrics.add("homeroom_kafka_partitions_behind", MetricKind::gauge,
                "Partitions that can't keep up with the others, or deliver nothing of what waits.",
                [&backbone] { return number(backbone.out().partitions_behind); });
    metrics.add("homeroom_kafka_producers_total", MetricKind::counter,
                "Producers made: one, and one for each that broke.",
                [&backbone] { return number(backbone.out().producers); });
    metrics.add("homeroom_kafka_records_total", MetricKind::counter,
                "What became of records that were sent, by how.", "outcome", [&backbone] {
                    const auto out = backbone.out();
                    return ops::LabelledValues{{"delivered", number(out.delivered)},
                                               {"failed", number(out.failed)},
                                               {"dead_lettered", number(out.dead_lettered)},
                                               {"left_out", number(out.left_out)}};
                });
    metrics.add("homeroom_kafka_commands_total", MetricKind::counter,
                "What became of commands that came in, by how.", "outcome", [&backbone] {
                    const auto in = backbone.in();
                    return ops::LabelledValues{{"carried_out", number(in.carried_out)},
                                               {"repeated", number(in.repeated)},
                                               {"refused", number(in.refused)},
                                               {"put_off", number(in.put_off)}};
                });
    metrics.add("homeroom_kafka_commands_under_way", MetricKind::gauge,
                "Commands that the store has yet to carry out.",
                [&backbone] { return number(backbone.in().under_way); });
    metrics.add("homeroom_kafka_commands_partitions", MetricKind::gauge,
                "Partitions of commands that are read; 0 when the topic is missing or forbidden.",
                [&backbone] { return number(backbone.in().partitions); });
    metrics.add("homeroom_kafka_partitions_paused", MetricKind::gauge,
                "Partitions of commands that are not read on for now.",
                [&backbone] { return number(backbone.in().paused); });
}

}  // namespace homeroom::app
