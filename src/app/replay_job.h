// `homeroom replay` at work: in the server, on a thread of its own and one at a time, or in the
// command itself where no server runs.
//
//   POST /control/replay {"do":"start",…} | {"do":"state"} | {"do":"stop"}    for the owner of the
//   data directory, over the control socket; the answer says how far it is
//
// That it began, by whom and with what, is in the audit log before anything is sent; how it ended
// is, too. A server that stops ends it; begun again, it repeats what consumers drop.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "api/router.h"
#include "app/config.h"
#include "backbone/backbone.h"
#include "backbone/replay.h"
#include "campus/audience_now.h"
#include "campus/surface.h"

namespace homeroom::app {

struct ReplayRequest {
    std::string from{};  // backbone/journal_range.h
    std::string to{};
    std::string room{};
    std::string topic{};  // empty: that of events
    std::string reason{};
    double rate = backbone::replay_rate_default;
    bool dry_run = false;
};

campus::Json to_json(const ReplayRequest& request);
Result<ReplayRequest> replay_request_from(const campus::Json& json);
Status check_replay(const Config& config, const ReplayRequest& request);

// As the answers of the control socket have it:
// {state, from, to, at, lookedAt, sent, otherRooms, deleted, forNobody, fewerReaders, refused,
// waiting, error?}, where `state` is "none", "running", "done", "failed" or "stopped", and
// `waiting` says how many were left out because they have not been sent the first time.
struct ReplayState {
    std::string state = "none";
    backbone::JournalRange range{};
    std::uint64_t waiting = 0;
    backbone::ReplayFigures figures{};
    std::string error{};
};
campus::Json to_json(const ReplayState& state);

// Without a server, on the calling thread; the directory's lock is the caller's.
Result<ReplayState> replay_offline(const Config& config, store::Store& store,
                                   const campus::Directory& directory,
                                   const ReplayRequest& request);

class ReplayJob {
public:
    ReplayJob(const Config& config, store::Store& store, const campus::Directory& directory,
              const backbone::Backbone& backbone);
    ~ReplayJob() { stop(); }
    ReplayJob(const ReplayJob&) = delete;
    ReplayJob& operator=(const ReplayJob&) = delete;

    void add_to(api::Router& router);
    void stop();                 // before the store's and the backbone's
    std::uint64_t sent() const;  // since the server's start

private:
    class Place;
    Result<ReplayState> answer(const campus::Json& asked);
    Result<ReplayState> start(ReplayRequest request);
    void run(const ReplayRequest& request);
    Result<ReplayState> carry_out(const ReplayRequest& request);
    ReplayState state() const;
    std::uint64_t sent_by_this() const;  // under the lock
    bool wait(std::chrono::milliseconds time);

    const Config& config_;
    store::Store& store_;
    const campus::Directory& directory_;
    const backbone::Backbone& backbone_;

    mutable std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;  // guarded, as are those below
    bool closed_ = false;    // the server stops
    ReplayState state_{};
    std::unique_ptr<backbone::Replay> replay_{};
    bool dry_run_ = false;           // which sends nothing
    std::uint64_t sent_before_ = 0;  // by earlier ones
    std::thread thread_{};
};

}  // namespace homeroom::app
