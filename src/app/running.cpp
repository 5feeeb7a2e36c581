#include "app/running.h"

#include <algorithm>
#include <utility>

#include "api/announcement_routes.h"
#include "api/call_routes.h"
#include "api/connection_routes.h"
#include "api/demo_routes.h"
#include "api/document_routes.h"
#include "api/event_routes.h"
#include "api/feed_routes.h"
#include "api/grade_routes.h"
#include "api/group_routes.h"
#include "api/live_routes.h"
#include "api/message_routes.h"
#include "api/notification_routes.h"
#include "api/platform_routes.h"
#include "api/sign_out_routes.h"
#include "api/study_routes.h"
#include "api/user_routes.h"
#include "api/web_client.h"
#include "app/import_command.h"
#include "app/part_options.h"
#include "app/personal_data.h"
#include "app/privacy_routes.h"
#include "backbone/cursors.h"
#include "base/hash.h"
#include "base/limits.h"
#include "base/log.h"
#include "campus/groups/leaving.h"
#include "campus/roster/import_log.h"
#include "campus/roster/roster_store.h"
#include "campus/roster/sources.h"
#include "campus/server_time.h"
#include "features/announcements/announcements.h"
#include "features/documents/documents.h"
#include "features/events/events.h"
#include "features/feed/feed.h"
#include "features/grades/grades.h"
#include "features/groups/groups.h"
#include "features/live/live.h"
#include "features/live/ticket.h"
#include "features/messages/messages.h"
#include "features/notifications/notifications.h"
#include "features/study/study.h"
#include "media/janus.h"
#include "media/livekit.h"

namespace homeroom::app {
namespace {

constexpr std::size_t failing_addresses_max = 65'536;  // of which something is kept at once

// To whom it is told that somebody types in a room; to nobody of whoever may not write there.
Result<std::optional<campus::Audience>> readers_of_room(store::Database& db,
                                                        const campus::Directory& directory,
                                                        const std::string& user,
                                                        const std::string& room) {
    TRY(auto readers, features::typing::readers_of_room(db, directory, user, room));
    TRY(const bool silent, features::feed::is_silent_in(db, directory, user, room));
    return silent ? std::optional<campus::Audience>{} : std::move(readers);
}

}  // namespace

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
    features::live::register_live(*surface_);
    features::calls::register_recording(*surface_, config_.calls.recording);
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
    features::live::register_live(*schedule_);
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
    presence_ =
        std::make_unique<features::presence::Presence>(directory_, *store_, last_seen_of(config_));
    TRY_OK(presence_->load());
    if (config_.retention.presence) presence_->show_seen_for(*config_.retention.presence);
    boards_ = std::make_unique<features::documents::excalidraw::Door>(
        keys_.own_secret, directory_, *store_, *surface_, *presence_, *failures_, sign_outs_);
    TRY(server_,
        hub::Server::create(
            std::move(options),
            {.namespaces = {.fixed = {{"/", gateway_.get()},
                                      {std::string{
                                           features::documents::excalidraw::name_of_namespace},
                                       boards_.get()}}},
             .pages = router_.get()}));
    gateway_->attach(*server_);
    connections_ = std::make_unique<campus::ConnectionLog>(*store_);
    TRY_OK(store_->run_now(
        [this](store::Transaction& transaction) { return connections_->begin(transaction); }));
    gateway_->observe(*connections_);
    connection_list_ = std::make_unique<campus::ConnectionList>(*server_);
    gateway_->observe(*connection_list_);
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
    TRY_OK(prepare_live());
    fanout_ = std::make_unique<campus::Fanout>(*server_, directory_);
    roster_ =
        std::make_unique<campus::RosterService>(*store_, directory_, *gateway_, *fanout_, *server_);
    documents_ =
        std::make_unique<features::documents::Relay>(directory_, *store_, *surface_, *presence_);
    documents_->add_to(*gateway_, *server_, fanout_->order());
    boards_->add_to(*gateway_, *server_, fanout_->order());
    documents_->clear_also([this](const std::string& document, const std::string& user) {
        boards_->clear(document, user);
    });
    surface_->moved_by(*roster_);

    TRY_OK(prepare_notifications());
    TRY_OK(prepare_kafka());
    prepare_journal();

    TRY(web_, api::load_web_client(find_share(config_) / "web",
                                   features::live::origin_of(config_.live.playback_url)));
    api::add_user_routes(*router_, *surface_, directory_);
    api::add_feed_routes(*router_, *surface_, directory_);
    api::add_attachment_routes(*router_, *surface_, directory_, *files_);
    api::add_grade_routes(*router_, *surface_, directory_);
    api::add_group_routes(*router_, *surface_, directory_);
    api::add_document_routes(*router_, *surface_, directory_, *documents_, *boards_);
    api::add_announcement_routes(*router_, *surface_, directory_);
    api::add_message_routes(*router_, *surface_, directory_);
    api::add_call_routes(*router_, *surface_, directory_);
    api::add_live_routes(*router_, *surface_, directory_, *live_);
    api::add_notification_routes(*router_, *surface_, directory_);
    api::add_event_routes(*router_, *surface_);
    api::add_study_routes(*router_, *surface_, directory_);
    api::add_roster_routes(*router_, roster_parts());
    api::add_sign_out_routes(*router_, {sign_outs_, directory_, *gateway_, *store_, *server_});
    api::add_platform_routes(*router_, *surface_);
    api::add_connection_routes(*router_, {*connection_list_, *surface_, directory_, *store_});
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
    journal_->look(wall_now());
    dispatcher_->start();
    if (backbone_) backbone_->start();
    ready_.store(true);
    return Ok{};
}

Status Running::prepare_calls() {
    const auto& wanted = config_.calls;
    TRY(auto secrets, load_turn_secrets(config_));
    TRY(media_, make_media());
    calls_ = std::make_unique<features::calls::Calls>(
        directory_, *store_, *surface_, school_policy(config_),
        features::calls::IceOptions{.stun_urls = wanted.stun_urls,
                                    .turn_urls = wanted.turn_urls,
                                    .secrets = std::move(secrets),
                                    .time = wanted.turn_time},
        *media_);
    TRY_OK(calls_->load());
    calls_->add_to(*gateway_, *server_);
    return Ok{};
}

Status Running::prepare_live() {
    const auto& wanted = config_.live;
    TRY(auto secrets, load_live_secrets(config_));
    live_ = std::make_unique<features::live::Viewing>(
        directory_, *store_, *surface_,
        features::live::MediaOptions{
            .playback_url = wanted.playback_url,
            .hls_url = wanted.hls_url,
            .ingest_url = wanted.ingest_url,
            .secrets = std::move(secrets.tickets),
            .hook_keys = std::move(secrets.hooks),
            .ticket_time = wanted.ticket_time,
            .publish_time = wanted.publish_time,
            .count_viewers = wanted.viewers,
            .settings = {.times = {.reminded_before = wanted.reminder,
                                   .interrupted_after = wanted.interrupted_after,
                                   .ended_after = wanted.ended_after},
                         .joins_per_second = wanted.joins_per_second}});
    TRY_OK(live_->load());
    live_->add_to(*gateway_, *server_);
    return Ok{};
}

Result<std::unique_ptr<media::Backend>> Running::make_media() {
    const auto& wanted = config_.calls;
    if (wanted.media == "mesh")
        return std::unique_ptr<media::Backend>{std::make_unique<media::Mesh>()};
    TRY(auto secrets, load_media_secrets(config_));
    if (wanted.media == "livekit") {
        TRY(media_client_, outgoing::HttpClient::create());
        return std::unique_ptr<media::Backend>{std::make_unique<media::LiveKit>(
            media::LiveKitOptions{.url = wanted.livekit_url,
                                  .api_url = wanted.livekit_api_url,
                                  .keys = {wanted.livekit_key, std::move(secrets.secret)},
                                  .ticket_time = wanted.livekit_time},
            [this](outgoing::HttpRequest request, outgoing::HttpClient::Done done) {
                media_client_->send(std::move(request), std::move(done));
            })};
    }
    TRY(auto janus, media::Janus::create(
                        wanted.janus_url,
                        {.api_secret = std::move(secrets.secret),
                         .admin_key = std::move(secrets.admin_key),
                         .room_secret = hmac_sha256(keys_.own_secret, "rooms of the media server"),
                         .bitrate = wanted.video_bitrate}));
    return std::unique_ptr<media::Backend>{std::move(janus)};
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
        [this](outgoing::HttpRequest request, outgoing::HttpClient::Done done) {
            http_client_->send(std::move(request), std::move(done));
        });
    following_ =
        std::make_unique<campus::Following>(*store_, directory_, "notifications", *deriving_);
    TRY_OK(following_->prepare());
    return Ok{};
}

Status Running::prepare_kafka() {
    std::vector<store::CommitListener*> listeners{calls_.get(),     live_.get(),   fanout_.get(),
                                                  documents_.get(), boards_.get(), following_.get(),
                                                  study_.get()};
    if (!config_.kafka.brokers.empty()) {
        backbone_ = std::make_unique<backbone::Backbone>(
            *store_, backbone_options(config_, keys_.own_secret),
            command_runner(*surface_, roster_parts(), config_.kafka.commands_as),
            [this](backbone::State state) { tell_state(state); });
        TRY_OK(backbone_->prepare());
        surface_->ask(*backbone_);
        add_backbone_metrics(metrics_, *backbone_);
        replay_ = std::make_unique<ReplayJob>(config_, *store_, directory_, *backbone_);
        replay_->add_to(*router_);
        metrics_.add("homeroom_kafka_replayed_total", ops::MetricKind::counter,
                     "Events that an operator had sent again.",
                     [this] { return static_cast<double>(replay_->sent()); });
        listeners.push_back(backbone_.get());
    }
    listeners_ = std::make_unique<campus::CommitListeners>(std::move(listeners));
    return Ok{};
}

// What Kafka does not have yet is kept for it, and what a follower has yet to read.
void Running::prepare_journal() {
    const auto& wanted = config_.store;
    std::vector<campus::JournalKeeper::Waiting> waiting{campus::oldest_unfollowed};
    if (backbone_) waiting.emplace_back(backbone::oldest_undelivered);
    journal_ = std::make_unique<campus::JournalKeeper>(
        *store_,
        campus::JournalKeeper::Options{.keep = wanted.keep_events,
                                       .bytes_max = static_cast<double>(wanted.keep_bytes),
                                       .promised = std::min<std::chrono::milliseconds>(
                                           wanted.keep_at_least, wanted.keep_events)},
        std::move(waiting));
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

}  // namespace homeroom::app
