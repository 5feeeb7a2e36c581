// The connections of those who are in sessions: what they ask, what they are told, and that they
// come and go.
//
// What is asked is a command (room.h) on the writer thread; behind its commit the others are told.
// A connection that is in a session is in a facet of its room ("class-7b~study-{id}"); whoever
// leaves the room leaves it at once. It comes in by mail from the writer, as what is told does, so
// that it is sent everything behind the state that its answer has, and nothing twice.
//
//   news of members, breakout rooms    at once, in the order of the commits
//   the shared state                   the newest, at most every look_interval
//
// Any thread; a lock that is held for moments. The store's threads end before it goes.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "campus/gateway.h"
#include "campus/live.h"
#include "features/study/devices.h"
#include "features/study/room.h"
#include "net/timer_wheel.h"
#include "store/store.h"

namespace homeroom::features::study {

class Live final : public campus::LiveObserver, public store::CommitListener {
public:
    using Clock = std::function<WallTime()>;  // any thread

    Live(const campus::Directory& directory, store::Store& store, std::chrono::milliseconds grace,
         Clock clock = wall_now);

    // Before the store starts: sessions go on, and who was in one has the grace to come back.
    Status load();
    // Before the first connection.
    void add_to(campus::Gateway& gateway, hub::Server& server);
    // The process is about to end in order: before the store's stop().
    void remember();

    void on_arrival(hub::Socket&, const std::string&) override {}
    void on_departure(hub::Socket& socket, const std::string& user) override;
    void on_left_room(hub::Socket& socket, const std::string& room) override;
    void on_rerouted(const std::string&) override {}

    void on_event(const store::JournalEvent& event) override;
    void on_batch_end(store::Seq) override {}

private:
    using Json = campus::Json;
    using Answer = campus::Surface::Answer;
    using Command = Result<Happening> (*)(RoomCall& call, const std::string& user,
                                          const std::string& session, const Json& request);
    // Who asks, until it is answered.
    struct Asker {
        std::string session{};
        std::string user{};
        hub::SocketRef ref{};
        Devices::Device device = 0;
        Answer answer{};
    };
    using AskerPtr = std::shared_ptr<const Asker>;

    void add_command(campus::Gateway& gateway, const char* name, Command command);
    void ask_to_join(hub::Socket& socket, const std::string& user, const Json& request,
                     const Answer& answer);
    void ask_to_leave(hub::Socket& socket, const std::string& user, const Json& request,
                      const Answer& answer);
    // The one that the request names; else the one that the connection is in.
    Result<std::string> meant_session(const Json& request, Devices::Device device);
    void come_in(hub::Hub& hub, const Asker& asker, const Happening& happening);
    void turn_away(const Asker& asker, const Error& error);
    void answer_there(const AskerPtr& asker, const std::shared_ptr<const Happening>& happening);

    // Runs on the writer; `done` behind the commit, when what it made was told. False: refused.
    using Work = std::function<Result<std::optional<Happening>>(RoomCall& call)>;
    using Done = std::function<void(const Status& status,
                                    const std::shared_ptr<const Happening>& happening)>;
    bool submit(Work work, Done done, store::Owner owner = store::nobody);

    // His last connection is gone. Tried again until the store takes it.
    void lost(Devices::Gone gone);
    bool submit_loss(const Devices::Gone& gone);
    void keep_time(const std::string& session);

    // Writer thread.
    void told(const Happening& happening);
    void tell_members(const Happening& happening);
    void tell_places(const Happening& happening);
    // How many bytes, to each.
    std::size_t send(const char* event, const Json& body, hub::Selection to);

    // --- By the clock, on the first loop.
    struct Due {
        std::optional<WallTime> at{};
        SteadyTime not_before{};
        bool under_way = false;
    };
    struct Untold {
        std::shared_ptr<const Session> session{};
        bool state = false;
        std::set<std::string> breakouts{};
        std::size_t present = 0;
    };
    void look_soon();
    void look();
    void retry_losses(SteadyTime now);
    void look_at_dues(SteadyTime now);
    void stay_alive(SteadyTime now);
    void tell_states(SteadyTime now);
    std::size_t tell_state(const Untold& untold);  // bytes, to each of them
    void note_due(const Happening& happening);     // with the lock
    bool is_idle() const;                          // with the lock

    const campus::Directory& directory_;
    store::Store& store_;
    std::chrono::milliseconds grace_;
    Clock clock_;
    hub::Server* server_ = nullptr;
    net::Timer timer_;         // on the first loop
    SteadyTime next_alive_{};  // on the first loop, like the next two
    SteadyTime losses_retried_{};
    std::map<std::string, SteadyTime, std::less<>> next_told_{};

    std::mutex mutex_{};
    // guarded:
    Devices devices_{};
    std::map<std::string, Due, std::less<>> dues_{};  // of the live sessions in which anything is
    std::map<std::string, Untold, std::less<>> untold_{};
    std::vector<Devices::Gone> losses_{};  // the store has not taken; no more than seats
    bool is_looking_ = false;              // look() will come
};

}  // namespace homeroom::features::study
