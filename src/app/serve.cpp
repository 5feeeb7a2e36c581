#include "app/serve.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <sys/resource.h>
#include <thread>
#include <utility>

#include "api/announcement_routes.h"
#include "api/call_routes.h"
#include "api/demo_routes.h"
#include "api/document_routes.h"
#include "api/event_routes.h"
#include "api/feed_routes.h"
#include "api/grade_routes.h"
#include "api/group_routes.h"
#include "api/message_routes.h"
#include "api/notification_routes.h"
#include "api/platform_routes.h"
#include "api/roster_routes.h"
#include "api/router.h"
#include "api/sign_out_routes.h"
#include "api/study_routes.h"
#include "api/user_routes.h"
#include "api/web_client.h"
#include "app/data_home.h"
#include "app/import_command.h"
#include "app/import_routes.h"
#include "app/kafka.h"
#include "app/personal_data.h"
#include "app/privacy_routes.h"
#include "backbone/cursors.h"
#include "backbone/inbox.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/rate_table.h"
#include "campus/commit_listeners.h"
#include "campus/connection_log.h"
#include "campus/fanout.h"
#include "campus/following.h"
#include "campus/gateway.h"
#include "campus/groups/leaving.h"
#include "campus/roster/import_log.h"
#include "campus/roster/roster_store.h"
#include "campus/roster/sources.h"
#include "campus/roster_service.h"
#include "campus/schedule.h"
#include "campus/school_day.h"
#include "campus/server_time.h"
#include "campus/sign_outs.h"
#include "features/announcements/announcements.h"
#include "features/calls/calls.h"
#include "features/documents/documents.h"
#include "features/documents/relay.h"
#include "features/events/events.h"
#include "features/feed/feed.h"
#include "features/feed/files/folder.h"
#include "features/grades/grades.h"
#include "features/groups/groups.h"
#include "features/messages/messages.h"
#include "features/notifications/deriving.h"
#include "features/notifications/dispatcher.h"
#include "features/notifications/notifications.h"
#include "features/presence/presence.h"
#include "features/study/live.h"
#include "features/study/study.h"
#include "features/typing/typing.h"
#include "hub/server.h"
#include "net/trusted_proxies.h"
#include "ops/metrics.h"
#include "outgoing/http_client.h"
#include "store/data_directory.h"

namespace homeroom::app {
namespace {

constexpr auto housekeeping_interval = std::chrono::seconds{20};
// How late a new day is noticed at most.
constexpr std::chrono::nanoseconds day_check_interval = std::chrono::milliseconds{250};
// rows, so that the writer is not kept from posts
constexpr std::int64_t dropped_at_once_max = 20'000;
constexpr std::size_t failing_addresses_max = 65'536;        // of which something is kept at once
constexpr auto drain_wait = std::chrono::milliseconds{500};  // for the last frames to leave

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

// As many descriptors as the system lets us have: each connection is one.
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

void set_limits(const Config::Limits& limits, hub::ServerOptions& options) {
    options.connections.per_address = limits.connections_per_address;
    options.handshakes = {limits.handshakes_per_second, limits.handshakes_burst};
    options.http.head = {.header_bytes_max = limits.header_bytes,
                         .header_count_max = limits.header_count};
    options.http.request_timeout = limits.request_time;
    options.engine.sessions_max = limits.sessions_per_loop;
    options.engine.fragments_max = limits.fragments;
    options.hub.connect_timeout = limits.unjoined_time;
    options.hub.unjoined_message_bytes_max = limits.unjoined_message_bytes;
    options.hub.attachments_max = limits.attachments;
    options.hub.attachment_bytes_max = limits.attachment_bytes;
    options.hub.attachments_wait = limits.attachment_time;
    options.hub.json_depth_max = limits.json_depth;
    options.hub.json_values_max = limits.json_values;
    options.hub.namespaces_per_connection_max = limits.namespaces;
    options.hub.acks_pending_per_socket_max = limits.pending_acks;
}

hub::ServerOptions server_options(const Config& config) {
    hub::ServerOptions options;
    options.host = config.server.host;
    options.port = config.server.port;
    options.loops = config.server.loops;
    if (options.loops == 0)
        options.loops =
            std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, limits::loops_max);
    options.connections.total = config.server.connections_max;
    options.engine.path = "/socket.io/";
    options.engine.ping_interval = config.server.ping_interval;
    options.engine.ping_timeout = config.server.ping_timeout;
    options.engine.message_bytes_max = config.server.message_bytes_max;
    options.engine.send_queue_bytes_max = config.server.send_queue_bytes_max;
    options.engine.cors = {.origins = config.server.cors_origins};
    options.engine.allow_eio3 = config.server.allow_eio3;
    if (!config.server.http_compression) options.engine.http_compression_bytes_min.reset();
    if (config.server.message_deflate)
        options.engine.deflate_bytes_min = limits::compression_bytes_min;
    set_limits(config.limits, options);
    options.handshakes_of_address = config.rates.address_handshakes;
    return options;
}

campus::SchoolPolicy::Makers makers(const std::string& word) {
    using Makers = campus::SchoolPolicy::Makers;
    if (word == "everybody") return Makers::everybody;
    return word == "staff" ? Makers::staff : Makers::nobody;
}

void limit_kinds(const Rates& rates, campus::Surface& surface) {
    for (std::size_t i = 0; i < rates.kinds.size(); ++i) {
        const RequestKind& kind = request_kinds()[i];
        if (const Rate& rate = rates.kinds[i]) surface.limit(kind.name, *rate, kind.requests);
    }
}

// Where there are relays, students are behind them unless it is said otherwise.
campus::SchoolPolicy::Relayed relayed(const Config::Calls& calls) {
    using Relayed = campus::SchoolPolicy::Relayed;
    if (calls.hide_addresses == "everybody") return Relayed::everybody;
    if (calls.hide_addresses == "students") return Relayed::students;
    return calls.hide_addresses.empty() && !calls.turn_urls.empty() ? Relayed::students
                                                                    : Relayed::nobody;
}

campus::SchoolPolicy school_policy(const Config& config) {
    using Supervised = campus::SchoolPolicy::Supervised;
    const auto& messages = config.messages;
    return {
        .guardians = {.grades = config.grades.guardians,
                      .announcements = config.announcements.guardians},
        .groups = {.create = makers(config.groups.create), .secret = makers(config.groups.secret)},
        .messages = {.peers = messages.peers,
                     .staff = messages.staff,
                     .institution = messages.institution,
                     .supervised = messages.supervised == "students" ? Supervised::students
                                                                     : Supervised::none},
        .feed = {.anonymous = config.feed.anonymous,
                 .anonymous_names = config.feed.anonymous_names},
        .calls = {.rooms = makers(config.calls.rooms),
                  .members = config.calls.members,
                  .ring = config.calls.ring,
                  .grace = config.calls.grace,
                  .relayed = relayed(config.calls)}};
}

// To whom it is told that somebody types in a room; to nobody of whoever may not write there.
Result<std::optional<campus::Audience>> readers_of_room(store::Database& db,
                                                        const campus::Directory& directory,
                                                        const std::string& user,
                                                        const std::string& room) {
    TRY(auto readers, features::typing::readers_of_room(db, directory, user, room));
    TRY(const bool silent, features::feed::is_silent_in(db, directory, user, room));
    return silent ? std::optional<campus::Audience>{} : std::move(readers);
}

features::presence::LastSeen last_seen_of(const Config& config) {
    using features::presence::LastSeen;
    if (config.presence.last_seen == "members") return LastSeen::members;
    return config.presence.last_seen == "staff" ? LastSeen::staff : LastSeen::nobody;
}

features::notifications::DispatcherOptions dispatcher_options(const Config::Notifications& hook,
                                                              std::vector<std::string> keys) {
    return {.push = {.url = hook.push_url, .delay = hook.push_delay},
            .mail = {.url = hook.mail_url, .delay = hook.mail_delay},
            .keys = std::move(keys),
            .retry = {.first = hook.webhook_retry, .attempts_max = hook.webhook_attempts},
            .timeout = hook.webhook_timeout};
}

std::string url_of(const std::string& host, std::uint16_t port) {
    const bool v6 = host.find(':') != std::string::npos;
    const std::string name = host == "127.0.0.1" || host == "0.0.0.0" || host == "::" ? "localhost"
                             : v6 ? "[" + host + "]"
                                  : host;
    return "http://" + name + ":" + std::to_string(port);
}

// Everything that lives while the server runs, in the order in which it is built; taken apart in
// reverse.
class Running {
public:
    static Result<std::unique_ptr<Running>> start(const Config& config);
    void wait_for_signal();
    void drain();

private:
    explicit Running(const Config& config) : config_(config) {}
    Status open();
    Status load_roster();
    Status load_groups();
    Status listen();
    Status prepare_calls();
    Status prepare_notifications();
    Status prepare_kafka();
    api::RosterParts roster_parts();
    void tell_state(backbone::State state);
    void add_health_routes();
    void add_metrics();
    void add_webhook_metrics();
    void turn_the_day();
    void keep_house();
    void announce() const;

    const Config& config_;
    std::unique_ptr<store::DirectoryLock> lock_{};
    net::TrustedProxies proxies_{};
    std::unique_ptr<RateTable> failures_{};  // of addresses, with tokens that do not hold
    Keys keys_{};
    std::unique_ptr<identity::Verifier> verifier_{};
    std::unique_ptr<store::Store> store_{};
    std::optional<campus::SchoolDay> day_{};
    campus::Directory directory_{};
    campus::SignOuts sign_outs_{};
    std::unique_ptr<campus::Surface> surface_{};
    std::unique_ptr<campus::Schedule> schedule_{};
    std::unique_ptr<features::presence::Presence> presence_{};
    std::unique_ptr<features::typing::Typing> typing_{};
    std::unique_ptr<features::study::Live> study_{};
    std::unique_ptr<features::calls::Calls> calls_{};
    std::unique_ptr<features::feed::FileFolder> files_{};
    std::unique_ptr<campus::ConnectionLog> connections_{};
    std::unique_ptr<campus::Gateway> gateway_{};
    net::StaticFiles web_{};
    std::unique_ptr<api::Router> router_{};
    std::unique_ptr<api::Router> admin_router_{};
    std::unique_ptr<hub::Server> server_{};
    std::unique_ptr<campus::Fanout> fanout_{};
    std::unique_ptr<campus::RosterService> roster_{};
    std::unique_ptr<features::documents::Relay> documents_{};
    std::unique_ptr<outgoing::HttpClient> http_client_{};
    std::unique_ptr<features::notifications::Dispatcher> dispatcher_{};
    std::unique_ptr<features::notifications::Deriving> deriving_{};
    std::unique_ptr<campus::Following> following_{};
    std::unique_ptr<backbone::Backbone> backbone_{};  // only with Kafka
    std::unique_ptr<campus::CommitListeners> listeners_{};
    std::unique_ptr<ImportRoutes> imports_{};
    ops::Metrics metrics_{};
    std::uint16_t admin_port_ = 0;
    std::atomic<bool> ready_{false};
};

Result<std::unique_ptr<Running>> Running::start(const Config& config) {
    std::unique_ptr<Running> running{new Running(config)};
    TRY_OK(running->open());
    TRY_OK(running->load_roster());
    TRY_OK(running->load_groups());
    TRY_OK(running->listen());
    running->announce();
    return running;
}

Status Running::open() {
    TRY_OK(store::make_data_directory(config_.data));
    TRY(auto lock, store::DirectoryLock::take(config_.data));
    lock_ = std::make_unique<store::DirectoryLock>(std::move(lock));
    TRY(keys_, load_keys(config_));
    verifier_ = std::make_unique<identity::Verifier>(std::move(keys_.set), verify_policy(config_));
    TRY(store_, open_store(config_));
    return Ok{};
}

Status Running::load_roster() {
    TRY(day_, campus::SchoolDay::in(config_.roster.time_zone));
    TRY(const auto records, campus::load_roster(store_->db()));
    directory_.load(records, day_->today());
    directory_.let_guardians_see(school_policy(config_).guardians);
    TRY_OK(features::messages::load_conversations(store_->db(), directory_));
    TRY_OK(sign_outs_.load(store_->db()));
    if (!config_.demo) return Ok{};
    if (directory_.counts().users > 0) {
        if (holds_demo(config_.data)) return Ok{};
        return Error{Code::conflict,
                     config_.data.string() +
                         " holds a school of its own, and with --demo anyone could sign in as "
                         "anyone of it; choose another data directory for the demo",
                     "demo"};
    }
    TRY_OK(mark_as_demo(config_.data));
    const auto demo_school = find_share(config_) / "demo-school";
    ImportRequest import{.path = demo_school};
    import.options.by = campus::the_server;
    TRY(const auto report, import_offline(*store_, import, day_->today()));
    if (report.outcome != campus::ImportOutcome::applied) {
        return Error{Code::internal, "the demo school in " + demo_school.string() +
                                         " could not be read:\n" + campus::to_text(report)};
    }
    TRY(const auto imported, campus::load_roster(store_->db()));
    directory_.load(imported, day_->today());
    return Ok{};
}

// Who has left the room of a group while the server was not there, by date or by an import, has
// left the group.
Status Running::load_groups() {
    TRY(auto groups, campus::load_groups(store_->db()));
    directory_.groups().load(std::move(groups));
    return store_->run_now([this](store::Transaction& transaction) {
        return campus::end_lapsed_memberships(directory_, transaction);
    });
}

Status Running::listen() {
    surface_ = std::make_unique<campus::Surface>(
        *store_, directory_,
        TokenRate{.per_second = config_.server.requests_per_second,
                  .burst = config_.server.requests_burst},
        school_policy(config_));
    limit_kinds(config_.rates, *surface_);
    campus::register_server_time(*surface_);
    features::feed::register_feed(*surface_);
    features::grades::register_grades(*surface_);
    features::groups::register_groups(*surface_);
    features::documents::register_documents(*surface_);
    features::announcements::register_announcements(*surface_);
    features::messages::register_messages(*surface_);
    features::notifications::register_notifications(*surface_);
    features::events::register_events(*surface_);
    features::study::register_study(*surface_);
    features::calls::register_calls(*surface_);
    surface_->wishes().is_invisible = features::presence::is_invisible;
    register_personal_data(*surface_);
    schedule_ = std::make_unique<campus::Schedule>(*store_, directory_);
    TRY(files_, features::feed::FileFolder::open(
                    config_.feed.files.empty() ? config_.data / "files" : config_.feed.files,
                    *store_, directory_));
    features::feed::register_feed(*schedule_);
    features::announcements::register_announcements(*schedule_);
    features::study::register_study(*schedule_);
    features::calls::register_calls(*schedule_);
    failures_ = std::make_unique<RateTable>(config_.rates.address_failures, failing_addresses_max);
    proxies_ = net::TrustedProxies::parse(config_.server.trusted_proxies).value_or(proxies_);
    register_personal_data(*schedule_);
    TRY_OK(apply_policy(*store_, config_));
    gateway_ = std::make_unique<campus::Gateway>(
        campus::GatewayOptions{.connections_per_user_max = config_.server.connections_per_user_max,
                               .replay_bytes_max = config_.server.send_queue_bytes_max / 2,
                               .failures = failures_.get(),
                               .sign_outs = &sign_outs_},
        *verifier_, directory_, *store_, *surface_, campus::RecoveryIds{keys_.own_secret});
    router_ = std::make_unique<api::Router>(
        verifier_.get(), net::CorsPolicy{.origins = config_.server.cors_origins});
    router_->limit_failures(*failures_);
    router_->refuse_tokens_of(sign_outs_);
    admin_router_ = std::make_unique<api::Router>(nullptr, net::CorsPolicy{});
    auto options = server_options(config_);
    if (!proxies_.empty()) options.http.proxies = &proxies_;
    TRY(server_,
        hub::Server::create(std::move(options), {.namespaces = {.fixed = {{"/", gateway_.get()}}},
                                                 .pages = router_.get()}));
    gateway_->attach(*server_);
    connections_ = std::make_unique<campus::ConnectionLog>(*store_);
    TRY_OK(store_->run_now(
        [this](store::Transaction& transaction) { return connections_->begin(transaction); }));
    gateway_->observe(*connections_);
    presence_ =
        std::make_unique<features::presence::Presence>(directory_, *store_, last_seen_of(config_));
    TRY_OK(presence_->load());
    if (config_.retention.presence) presence_->show_seen_for(*config_.retention.presence);
    presence_->add_to(*gateway_, *server_);
    typing_ = std::make_unique<features::typing::Typing>(directory_, *store_, *presence_);
    typing_->add_scope("room", readers_of_room);
    typing_->add_scope("post", features::feed::readers_of_post);
    typing_->add_scope("conversation", [policy = school_policy(config_)](
                                           store::Database& db, const campus::Directory& directory,
                                           const std::string& user, const std::string& id) {
        return features::messages::readers_of_conversation(policy, db, directory, user, id);
    });
    typing_->add_to(*gateway_, *server_);
    study_ = std::make_unique<features::study::Live>(directory_, *store_, config_.study.grace);
    TRY_OK(study_->load());
    study_->add_to(*gateway_, *server_);
    TRY_OK(prepare_calls());
    fanout_ = std::make_unique<campus::Fanout>(*server_, directory_);
    roster_ =
        std::make_unique<campus::RosterService>(*store_, directory_, *gateway_, *fanout_, *server_);
    documents_ =
        std::make_unique<features::documents::Relay>(directory_, *store_, *surface_, *presence_);
    documents_->add_to(*gateway_, *server_, fanout_->order());
    surface_->on_moved(
        [this](campus::Rerouting rerouting, SteadyTime since, std::function<void()> done) {
            roster_->move(std::move(rerouting), since, std::move(done));
        });

    TRY_OK(prepare_notifications());
    TRY_OK(prepare_kafka());

    TRY(web_, api::load_web_client(find_share(config_) / "web"));
    api::add_user_routes(*router_, *surface_, directory_);
    api::add_feed_routes(*router_, *surface_, directory_);
    api::add_attachment_routes(*router_, *surface_, directory_, *files_);
    api::add_grade_routes(*router_, *surface_, directory_);
    api::add_group_routes(*router_, *surface_, directory_);
    api::add_document_routes(*router_, *surface_, directory_, *documents_);
    api::add_announcement_routes(*router_, *surface_, directory_);
    api::add_message_routes(*router_, *surface_, directory_);
    api::add_call_routes(*router_, *surface_, directory_);
    api::add_notification_routes(*router_, *surface_, directory_);
    api::add_event_routes(*router_, *surface_);
    api::add_study_routes(*router_, *surface_, directory_);
    api::add_roster_routes(*router_, roster_parts());
    api::add_sign_out_routes(*router_, {sign_outs_, directory_, *gateway_, *store_, *server_});
    api::add_platform_routes(*router_, *surface_);
    add_privacy_routes(*router_, *surface_);
    imports_ = std::make_unique<ImportRoutes>(*roster_, *store_, config_.roster, config_.data);
    imports_->add_to(*router_);
    if (config_.demo) {
        api::add_demo_routes(*router_, directory_, keys_.own_secret, config_.auth.issuer,
                             config_.auth.audience,
                             config_.server.host == "127.0.0.1" || config_.server.host == "::1"
                                 ? api::DemoReach::this_machine
                                 : api::DemoReach::network);
    }
    if (!web_.empty()) api::serve_web_client(*router_, web_);
    add_health_routes();
    add_metrics();
    TRY_OK(server_->also_listen(
        {.address = config_.server.admin_host, .port = config_.server.admin_port}, *admin_router_,
        &admin_port_));
    TRY_OK(server_->also_listen_local((config_.data / "control.sock").string(), *router_));
    store_->start(*listeners_);
    server_->start();
    schedule_->start();
    following_->look();
    dispatcher_->start();
    if (backbone_) backbone_->start();
    ready_.store(true);
    return Ok{};
}

Status Running::prepare_calls() {
    const auto& wanted = config_.calls;
    TRY(auto secrets, load_turn_secrets(config_));
    calls_ = std::make_unique<features::calls::Calls>(
        directory_, *store_, *surface_, school_policy(config_),
        features::calls::IceOptions{.stun_urls = wanted.stun_urls,
                                    .turn_urls = wanted.turn_urls,
                                    .secrets = std::move(secrets),
                                    .time = wanted.turn_time});
    TRY_OK(calls_->load());
    calls_->add_to(*gateway_, *server_);
    return Ok{};
}

Status Running::prepare_notifications() {
    using features::notifications::Deriving;
    using features::notifications::Dispatcher;
    TRY(auto keys, load_webhook_keys(config_));
    auto options = dispatcher_options(config_.notifications, std::move(keys));
    deriving_ = std::make_unique<Deriving>(options.delays());
    TRY(http_client_, outgoing::HttpClient::create());
    dispatcher_ = std::make_unique<Dispatcher>(
        *store_, directory_, std::move(options),
        [this](outgoing::HttpPost request, outgoing::HttpClient::Done done) {
            http_client_->post(std::move(request), std::move(done));
        });
    following_ =
        std::make_unique<campus::Following>(*store_, directory_, "notifications", *deriving_);
    TRY_OK(following_->prepare());
    return Ok{};
}

Status Running::prepare_kafka() {
    std::vector<store::CommitListener*> listeners{calls_.get(), fanout_.get(), documents_.get(),
                                                  following_.get(), study_.get()};
    if (!config_.kafka.brokers.empty()) {
        backbone_ = std::make_unique<backbone::Backbone>(
            *store_, backbone_options(config_, keys_.own_secret),
            command_runner(*surface_, roster_parts(), config_.kafka.commands_as),
            [this](backbone::State state) { tell_state(state); });
        TRY_OK(backbone_->prepare());
        surface_->ask(*backbone_);
        add_backbone_metrics(metrics_, *backbone_);
        listeners.push_back(backbone_.get());
    }
    listeners_ = std::make_unique<campus::CommitListeners>(std::move(listeners));
    return Ok{};
}

api::RosterParts Running::roster_parts() {
    return {.roster = *roster_,
            .directory = directory_,
            .store = *store_,
            .precedence = campus::Precedence{config_.roster.sources}};
}

void Running::tell_state(backbone::State state) {
    const campus::Json body{{"state", to_string(state)}, {"since", to_rfc3339(wall_now())}};
    server_->post_all(
        [this, body](hub::Hub& hub) { gateway_->tell_staff(hub, "service:state", body); });
}

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
    metrics_.add("homeroom_connections_not_logged_total", MetricKind::counter,
                 "Connections' beginnings and ends that `explain` will not know of, because the "
                 "store did not keep up.",
                 [this] { return static_cast<double>(connections_->dropped()); });
    metrics_.add("homeroom_documents_open", MetricKind::gauge, "Documents that somebody has open.",
                 [this] { return static_cast<double>(documents_->counts().open); });
    metrics_.add("homeroom_documents_loaded", MetricKind::gauge,
                 "Documents of which it is in memory what they consist of.",
                 [this] { return static_cast<double>(documents_->counts().loaded); });
    add_webhook_metrics();
    admin_router_->add({.method = "GET",
                        .pattern = "/metrics",
                        .caller = api::Caller::anyone,
                        .handler = [this](const api::Request& request) {
                            request.answer(net::HttpResponse::text(200, "text/plain; version=0.0.4",
                                                                   metrics_.text()));
                        }});
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

void Running::announce() const {
    const std::string url = url_of(config_.server.host, server_->port());
    std::printf("Homeroom %s is listening at %s (admin: %s)\n", HOMEROOM_VERSION, url.c_str(),
                url_of(config_.server.admin_host, admin_port_).c_str());
    if (config_.demo) {
        std::printf(
            "Demo school: open %s in two browser windows, sign in as two people of one class, and "
            "post.\n"
            "Anyone who reaches this address can sign in as anyone: never use --demo with real "
            "people.\n",
            url.c_str());
    }
    std::fflush(stdout);
}

void Running::wait_for_signal() {
    const sigset_t signals = stop_signals();
    auto house_kept = std::chrono::steady_clock::now();
    while (true) {
        const timespec interval{.tv_sec = 0, .tv_nsec = day_check_interval.count()};
        const int signal = sigtimedwait(&signals, nullptr, &interval);
        if (signal == SIGINT || signal == SIGTERM) return;
        turn_the_day();
        connections_->write_waiting();
        if (std::chrono::steady_clock::now() - house_kept < housekeeping_interval) continue;
        keep_house();
        house_kept = std::chrono::steady_clock::now();
    }
}

// Enrolments and roles begin and end with it. The wall clock is asked each time, so it may jump.
void Running::turn_the_day() {
    const Date today = day_->today();
    if (today != directory_.today()) roster_->set_today(today);
}

void Running::keep_house() {
    roster_->keep_house();
    surface_->keep_house();
    files_->tidy();
    presence_->keep_house();
    typing_->keep_house();
    calls_->keep_house();
    documents_->keep_house();
    surface_->allowance().forget_idle(std::chrono::steady_clock::now());
    failures_->forget_idle(std::chrono::steady_clock::now());
    server_->keep_house();
    following_->look();
    const auto before = wall_now() - config_.store.keep_events;
    const bool taken = store_->submit({
        .work = [limit = to_rfc3339(before),
                 outbox = backbone_ != nullptr](store::Transaction& transaction) mutable -> Status {
            auto& db = transaction.db();
            TRY_OK(campus::forget_answers(db, limit, dropped_at_once_max));
            TRY_OK(campus::drop_old_changes(db, dropped_at_once_max));
            TRY_OK(campus::drop_old_claims(
                db, to_rfc3339(wall_now() - campus::removals_claimed_for), dropped_at_once_max));
            TRY_OK(backbone::drop_old_commands(db, limit, dropped_at_once_max));
            // What Kafka does not have yet is kept for it.
            if (outbox) {
                TRY(const auto waiting, backbone::oldest_undelivered(db));
                if (!waiting.empty() && waiting < limit) limit = waiting;
            }
            TRY([[maybe_unused]] const auto dropped,
                store::prune(transaction.db(), limit, dropped_at_once_max));
            return features::notifications::drop_old_webhooks(transaction.db(), wall_now());
        },
        .done =
            [](const Status& status) {
                if (!status.ok()) log::warn("housekeeping failed: {}", status.error().message);
            },
    });
    if (!taken) log::warn("housekeeping waits: too much to do");
}

void Running::drain() {
    log::info("draining");
    ready_.store(false);
    gateway_->start_draining();
    server_->stop_accepting();
    // What was accepted is finished and answered before the connections end.
    imports_->stop();
    if (backbone_) backbone_->stop();
    schedule_->stop();
    dispatcher_->stop();
    http_client_->stop();
    files_->stop();
    presence_->remember();
    study_->remember();
    connections_->finish();
    store_->stop();
    server_->close_sessions();
    std::this_thread::sleep_for(drain_wait);
    server_->stop();
    log::info("stopped");
}

}  // namespace

Status serve(const Config& config) {
    // Blocked before the first thread starts, so that all inherit it and only the wait below gets
    // them.
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    TRY(const auto running, Running::start(config));
    running->wait_for_signal();
    running->drain();
    return Ok{};
}

}  // namespace homeroom::app
