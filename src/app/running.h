// The server, put together: each part made, given what it needs of the others, and stopped.
//   running.cpp         how it is built and wired
//   running_status.cpp  what it says of itself: health, metrics
//   serve.cpp           its days: signals, what is done from time to time, the end
// Main thread, but for what the handlers do that it registers.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "api/roster_routes.h"
#include "api/router.h"
#include "app/config.h"
#include "app/data_home.h"
#include "app/import_routes.h"
#include "app/kafka.h"
#include "app/replay_job.h"
#include "base/rate_table.h"
#include "campus/commit_listeners.h"
#include "campus/connection_list.h"
#include "campus/connection_log.h"
#include "campus/fanout.h"
#include "campus/following.h"
#include "campus/gateway.h"
#include "campus/journal_keeper.h"
#include "campus/roster_service.h"
#include "campus/schedule.h"
#include "campus/school_day.h"
#include "campus/sign_outs.h"
#include "features/calls/calls.h"
#include "features/documents/excalidraw/door.h"
#include "features/documents/relay.h"
#include "features/feed/files/folder.h"
#include "features/live/viewing.h"
#include "features/notifications/deriving.h"
#include "features/notifications/dispatcher.h"
#include "features/presence/presence.h"
#include "features/study/live.h"
#include "features/typing/typing.h"
#include "hub/server.h"
#include "media/backend.h"
#include "net/static_files.h"
#include "net/trusted_proxies.h"
#include "ops/metrics.h"
#include "outgoing/http_client.h"
#include "store/data_directory.h"

namespace homeroom::app {

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
    Status prepare_live();
    Result<std::unique_ptr<media::Backend>> make_media();
    Status prepare_notifications();
    Status prepare_kafka();
    void prepare_journal();
    api::RosterParts roster_parts();
    void tell_state(backbone::State state);
    void add_health_routes();
    void add_metrics();
    void add_webhook_metrics();
    void add_live_metrics();
    void add_journal_metrics();
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
    std::unique_ptr<media::Backend> media_{};
    std::unique_ptr<outgoing::HttpClient> media_client_{};  // of LiveKit
    std::unique_ptr<features::calls::Calls> calls_{};
    std::unique_ptr<features::live::Viewing> live_{};
    std::unique_ptr<features::feed::FileFolder> files_{};
    std::unique_ptr<campus::ConnectionLog> connections_{};
    std::unique_ptr<campus::ConnectionList> connection_list_{};
    std::unique_ptr<campus::Gateway> gateway_{};
    std::unique_ptr<features::documents::excalidraw::Door> boards_{};
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
    std::unique_ptr<ReplayJob> replay_{};             // the same
    std::unique_ptr<campus::CommitListeners> listeners_{};
    std::unique_ptr<campus::JournalKeeper> journal_{};
    std::unique_ptr<ImportRoutes> imports_{};
    ops::Metrics metrics_{};
    std::uint16_t admin_port_ = 0;
    std::atomic<bool> ready_{false};
};

}  // namespace homeroom::app
