#include "api/router.h"
#include "app/running.h"
#include "base/limit_counters.h"

namespace homeroom::app {

void Running::add_health_routes() {
    for (api::Router* router : {router_.get(), admin_router_.get()}) {
        router->add({.method = "GET",
                     .pattern = "/healthz",
                     .caller = api::Caller::anyone,
                     .handler = [](const api::Request& request) {
                         request.answer_json(200, R"({"status":"ok"})");
                     }});
        router->add({.method = "GET",
                     .pattern = "/readyz",
                     .caller = api::Caller::anyone,
                     .handler = [this](const api::Request& request) {
                         const bool ready = ready_.load();
                         campus::Json answer{{"status", ready ? "ok" : "draining"},
                                             {"store", store_->healthy() ? "ok" : "degraded"}};
                         if (backbone_) answer["kafka"] = to_string(backbone_->state());
                         request.answer_json(ready ? 200 : 503, answer.dump());
                     }});
    }
}

void Running::add_metrics() {
    using ops::MetricKind;
    ops::add_process_metrics(metrics_);
    metrics_.add("homeroom_connections", MetricKind::gauge, "Open TCP connections.",
                 [this] { return static_cast<double>(server_->connections()); });
    metrics_.add("homeroom_users_connected", MetricKind::gauge, "Users with at least one socket.",
                 [this] { return static_cast<double>(gateway_->users_connected()); });
    metrics_.add("homeroom_journal_seq", MetricKind::counter, "Place of the last durable event.",
                 [this] { return static_cast<double>(store_->last_seq()); });
    metrics_.add("homeroom_store_healthy", MetricKind::gauge,
                 "1, or 0 when the last write could not be done.",
                 [this] { return store_->healthy() ? 1.0 : 0.0; });
    metrics_.add("homeroom_roster_users", MetricKind::gauge, "Users on the roster.",
                 [this] { return static_cast<double>(directory_.counts().users); });
    metrics_.add("homeroom_roster_enrollments", MetricKind::gauge, "Enrolments on the roster.",
                 [this] { return static_cast<double>(directory_.counts().enrollments); });
    metrics_.add("homeroom_roster_change_to_silence_seconds",
                 "From when a change of the roster was handed in until whoever left a room was out "
                 "of it on every loop.",
                 [this] { return roster_->silence(); });
    metrics_.add("homeroom_limit_reached_total", MetricKind::counter,
                 "How often a limit of the transport was reached.", "limit", [this] {
                     ops::LabelledValues values;
                     for (std::size_t i = 0; i < limit_count; ++i) {
                         const auto limit = static_cast<Limit>(i);
                         values.emplace_back(
                             to_string(limit),
                             static_cast<double>(server_->limit_counters().count(limit)));
                     }
                     return values;
                 });
    metrics_.add("homeroom_rate_limited_total", MetricKind::counter,
                 "Requests, handshakes and tokens that were refused because there were too many.",
                 "limit", [this] {
                     ops::LabelledValues values;
                     for (const auto& [name, count] : surface_->allowance().refused())
                         values.emplace_back(name, static_cast<double>(count));
                     values.emplace_back("address_handshakes",
                                         static_cast<double>(server_->handshakes_refused()));
                     values.emplace_back("address_failures",
                                         static_cast<double>(failures_->refused()));
                     return values;
                 });
    metrics_.add("homeroom_calls", MetricKind::gauge, "Calls that ring or go on.",
                 [this] { return static_cast<double>(calls_->live_calls()); });
    metrics_.add("homeroom_call_signals_total", MetricKind::counter,
                 "What browsers had to say to each other, by whether it was passed on.", "outcome",
                 [this] {
                     const auto counts = calls_->counts();
                     return ops::LabelledValues{{"passed", static_cast<double>(counts.passed)},
                                                {"refused", static_cast<double>(counts.refused)}};
                 });
    metrics_.add("homeroom_media_up", MetricKind::gauge,
                 "Whether the media server of calls is there; 1 where there is none.",
                 [this] { return media_->counts().up ? 1.0 : 0.0; });
    metrics_.add("homeroom_media_rooms", MetricKind::gauge, "Calls that the media server has.",
                 [this] { return static_cast<double>(media_->counts().rooms); });
    metrics_.add("homeroom_media_requests_total", MetricKind::counter,
                 "What was asked of the media server.",
                 [this] { return static_cast<double>(media_->counts().requests); });
    metrics_.add("homeroom_media_failed_total", MetricKind::counter,
                 "What the media server refused or did not answer.",
                 [this] { return static_cast<double>(media_->counts().failed); });
    metrics_.add("homeroom_media_losses_total", MetricKind::counter,
                 "How often the media server was lost.",
                 [this] { return static_cast<double>(media_->counts().losses); });
    metrics_.add("homeroom_connections_not_logged_total", MetricKind::counter,
                 "Connections' beginnings and ends that `explain` will not know of, because the "
                 "store did not keep up.",
                 [this] { return static_cast<double>(connections_->dropped()); });
    metrics_.add("homeroom_documents_open", MetricKind::gauge, "Documents that somebody has open.",
                 [this] { return static_cast<double>(documents_->counts().open); });
    metrics_.add("homeroom_documents_loaded", MetricKind::gauge,
                 "Documents of which it is in memory what they consist of.",
                 [this] { return static_cast<double>(documents_->counts().loaded); });
    add_live_metrics();
    add_webhook_metrics();
    add_journal_metrics();
    admin_router_->add({.method = "GET",
                        .pattern = "/metrics",
                        .caller = api::Caller::anyone,
                        .handler = [this](const api::Request& request) {
                            request.answer(net::HttpResponse::text(200, "text/plain; version=0.0.4",
                                                                   metrics_.text()));
                        }});
}

void Running::add_journal_metrics() {
    using ops::MetricKind;
    metrics_.add("homeroom_journal_bytes", MetricKind::gauge,
                 "How large the journal is, about, with its indexes.",
                 [this] { return journal_->figures().bytes; });
    metrics_.add("homeroom_journal_events", MetricKind::gauge, "Events that the journal has.",
                 [this] { return static_cast<double>(journal_->figures().events); });
    metrics_.add("homeroom_journal_dropped_total", MetricKind::counter,
                 "Events that the journal has no more, by why.", "reason", [this] {
                     const auto figures = journal_->figures();
                     return ops::LabelledValues{
                         {"age", static_cast<double>(figures.dropped_for_age)},
                         {"size", static_cast<double>(figures.dropped_for_size)}};
                 });
}

void Running::add_live_metrics() {
    using ops::MetricKind;
    metrics_.add("homeroom_live_classes", MetricKind::gauge, "Live classes that go on.",
                 [this] { return static_cast<double>(live_->counts().on_air); });
    metrics_.add("homeroom_live_viewers", MetricKind::gauge,
                 "People who watch a live class over a connection of this server.",
                 [this] { return static_cast<double>(live_->counts().viewers); });
    metrics_.add("homeroom_live_tickets_total", MetricKind::counter,
                 "Tickets for the media server that were given.",
                 [this] { return static_cast<double>(live_->counts().tickets); });
    metrics_.add("homeroom_live_hooks_total", MetricKind::counter,
                 "What the media server had to tell, by whether it was taken.", "outcome", [this] {
                     const auto counts = live_->counts();
                     return ops::LabelledValues{
                         {"taken", static_cast<double>(counts.hooks_taken)},
                         {"refused", static_cast<double>(counts.hooks_refused)}};
                 });
}

void Running::add_webhook_metrics() {
    metrics_.add("homeroom_webhook_attempts_total", ops::MetricKind::counter,
                 "Attempts at webhooks that have ended, by how.", "outcome", [this] {
                     const auto counts = dispatcher_->counts();
                     return ops::LabelledValues{
                         {"delivered", static_cast<double>(counts.delivered)},
                         {"failed", static_cast<double>(counts.failed)}};
                 });
    metrics_.add("homeroom_webhooks_given_up_total", ops::MetricKind::counter,
                 "Webhooks whose last attempt failed.",
                 [this] { return static_cast<double>(dispatcher_->counts().given_up); });
    metrics_.add("homeroom_webhooks_in_flight", ops::MetricKind::gauge,
                 "Webhooks that are being sent.",
                 [this] { return static_cast<double>(dispatcher_->counts().in_flight); });
}

}  // namespace homeroom::app
