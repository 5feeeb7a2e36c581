// The connections of those who watch: the tickets they are given, how many they are, that they are
// taken out; and what goes on, for whoever comes.
//
//   live:watch      judged on a reader, then in by mail to its own loop: a facet of the room
//                   ("class-7b~live-{id}"), which whoever leaves the room leaves at once
//   live:current    what goes on now: to a connection that begins, and to whoever comes into a room
//   live:viewers    the newest number, at most every viewers_interval; exact to the room's staff,
//                   and to them alone where nobody else may know it
//   live:removed    to who watched it and is not of the room any more
//
// Any thread; a lock that is held for moments. The store's threads end before it goes.
#pragma once

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "campus/gateway.h"
#include "campus/live.h"
#include "features/live/hook.h"
#include "features/live/records.h"
#include "features/live/ticket.h"
#include "features/live/watchers.h"
#include "net/timer_wheel.h"
#include "store/store.h"

namespace homeroom::features::live {

// Of the school's media server; empty: it has none of that kind.
struct MediaOptions {
    std::string playback_url{};  // WHEP; "{stream}" stands for the stream's name
    std::string hls_url{};
    std::string ingest_url{};              // WHIP
    std::vector<std::string> secrets{};    // of tickets; the first signs
    std::vector<std::string> hook_keys{};  // of what it tells
    std::chrono::seconds ticket_time = ticket_time_default;
    std::chrono::seconds publish_time = publish_time_default;
    bool count_viewers = true;
    Settings settings{};
};

class Viewing final : public campus::LiveObserver, public store::CommitListener {
public:
    using Answer = campus::Surface::Answer;

    Viewing(const campus::Directory& directory, store::Store& store, campus::Surface& surface,
            MediaOptions options);

    // Before the store starts: what goes on goes on, and an encoder that was lost has its time to
    // come back anew.
    Status load();
    // Before the first connection.
    void add_to(campus::Gateway& gateway, hub::Server& server);

    // --- Over REST. As the requests of the same name; of a connection it knows nothing.
    void watch(const std::string& user, const std::string& live, Answer answer);
    void publish(const std::string& user, campus::Json body, Answer answer);
    // What the media server tells; its answer is a request's.
    void hear(const HookHeaders& headers, const std::string& body, const Answer& answer);
    // What the media server asks: whether this ticket opens that stream now.
    struct Question {
        std::string token{};
        std::string action{};  // "read", "playback" or "publish"
        std::string path{};
    };
    // Ok: it does. What a ticket is asked about counts as its user's, among such questions alone.
    using Verdict = std::function<void(Status)>;
    void authorize(const Question& question, Verdict answer);
    bool has_hooks() const { return !options_.hook_keys.empty(); }

    void on_arrival(hub::Socket& socket, const std::string& user) override;
    void on_departure(hub::Socket& socket, const std::string& user) override;
    void on_left_room(hub::Socket& socket, const std::string& room) override;
    void on_rerouted(const std::string& user) override;

    void on_event(const store::JournalEvent& event) override;
    void on_batch_end(store::Seq) override {}

    struct Counts {
        std::size_t on_air = 0;
        std::size_t viewers = 0;
        std::uint64_t tickets = 0;
        std::uint64_t hooks_taken = 0;
        std::uint64_t hooks_refused = 0;
    };
    Counts counts();

private:
    using Json = campus::Json;

    void ask_to_watch(hub::Socket& socket, const std::string& user, const Json& request,
                      const Answer& answer);
    void come_in(hub::Hub& hub, hub::SocketRef ref, const std::string& user, Json seen,
                 const Answer& answer);
    // After how long it may begin.
    Result<std::chrono::milliseconds> take_seat(const std::string& live, const std::string& user,
                                                Watchers::Device device);
    void ask_to_leave(hub::Socket& socket, const Json& request, const Answer& answer);
    void hear_viewers(const Hook& hook);
    // `wait`: after which he is to begin; the ticket is good for as long behind it as any.
    Json playback(const std::string& user, const std::string& live, const Json& link,
                  std::chrono::milliseconds wait);
    Json ingest(const std::string& user, const std::string& live);
    Json ticket(const std::string& user, const std::string& live, Use use,
                std::chrono::seconds time);
    void judge(const Ticket& ticket, Verdict answer);
    // What goes on and this user may see.
    Json going_on(const std::string& user);
    void note(const campus::Json& view, store::Seq moment);  // with the lock

    void look_soon();
    void look();  // on the first loop
    void tell_viewers(const std::string& live, const std::string& room, const Watchers::News& news);
    // To one who comes in between: what the others have been told.
    void tell_viewers(hub::Socket& socket, const std::string& live, const std::string& room);

    const campus::Directory& directory_;
    store::Store& store_;
    campus::Surface& surface_;
    MediaOptions options_;
    hub::Server* server_ = nullptr;
    net::Timer timer_;  // on the first loop

    std::atomic<std::uint64_t> tickets_{0};
    std::atomic<std::uint64_t> hooks_taken_{0};
    std::atomic<std::uint64_t> hooks_refused_{0};

    struct OnAir {
        std::string room{};
        store::Seq moment = 0;
        std::string host{};   // his name is of now: he may have another by then, or none
        campus::Json view{};  // without him
    };
    std::mutex mutex_{};
    // guarded:
    Watchers watchers_{};
    std::map<std::string, OnAir, std::less<>> on_air_{};
    std::deque<std::string> ended_{};  // the last ones
    bool is_looking_ = false;          // look() will come
};

}  // namespace homeroom::features::live
