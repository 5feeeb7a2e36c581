// Connection state recovery for one namespace: the order of its events, and the sessions that may
// go on.
//
// Every event that is neither volatile nor waits for an answer gets a place in the order ("seq")
// and carries it to the clients as the offset, its last argument. A client that comes back shows
// its session's private id and the last offset it saw, and gets what it missed.
//
// The log is also the way by which events reach the loops: each has a queue of what it has not
// delivered yet, in order, so that a client never sees an offset before an event of a lower one.
//
// Any thread, but take() and what concerns one loop belong to that loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "homeroom/socketio/options.h"
#include "homeroom/socketio/value.h"
#include "hub/types.h"

namespace homeroom::hub {
class Hub;
}

namespace homeroom::socketio {

class RecoveryLog {
public:
    // `silence`: how long a connection can be dead before that is noticed. Events are kept so much
    // longer than sessions.
    RecoveryLog(const Recovery& options, std::size_t loops, std::chrono::milliseconds silence,
                engineio::Framing framing);

    // --- Events.
    // Makes the message; the offset is to be its last argument, or is empty.
    using Encode = std::function<hub::Message(std::string_view offset)>;
    // Puts an event into the order. Gives the loops that have to be told to take(): those whose
    // queue was empty. An event that may be dropped keeps its place among the others but is not
    // stored. With `ends_in_text` it carries an offset nevertheless, that of the last stored event:
    // clients take any text at the end for one.
    std::vector<std::size_t> append(hub::Selection to, hub::Delivery delivery, bool ends_in_text,
                                    const Encode& encode);
    // Puts something that every loop does into the same order.
    using Task = std::function<void(hub::Hub&)>;
    std::vector<std::size_t> append(const Task& task);
    using BroadcastPtr = hub::BroadcastPtr;
    using Step = std::variant<BroadcastPtr, Task>;
    // What this loop has to do next.
    std::vector<Step> take(std::size_t loop);
    std::uint64_t head() const;  // the last event's place; 0: there was none
    // A socket's time in a room: what was sent there behind `since` up to `until` is meant for it.
    // Whoever left a room and came back has two.
    struct Membership {
        static constexpr auto lasting = std::numeric_limits<std::uint64_t>::max();
        std::string room{};
        std::uint64_t since = 0;
        std::uint64_t until = lasting;
    };
    // The stored events behind `after` up to `until` that are meant for a socket in these rooms.
    // Nothing when not all of them are there any more.
    std::optional<std::vector<BroadcastPtr>> between(std::uint64_t after, std::uint64_t until,
                                                     const std::vector<Membership>& rooms);

    // --- Sessions.
    struct Resumed {
        std::string private_id{};
        std::string socket_id{};
        std::vector<Membership> rooms{};
        Json data = nullptr;
        std::uint64_t position = 0;  // what the client says that it saw last
        std::uint64_t after = 0;     // it has everything up to here
    };
    struct End {
        std::vector<Membership> rooms{};
        Json data = nullptr;
        std::uint64_t last_sent = 0;  // the last event that was sent to it, or its first position
        std::uint64_t at = 0;         // how far its loop had come
    };
    using Done = std::function<void(std::optional<Resumed>)>;

    // A client that is there at `position`. With an empty id, of a new session; gives its id.
    std::string begin(std::string private_id, std::string socket_id, hub::SocketRef owner,
                      std::uint64_t position);
    // Its connection ended: it can be claimed, and is, when somebody waits for it.
    void end(const std::string& private_id, End end);
    // It can't go on: it said goodbye, or was sent away.
    void forget(const std::string& private_id);
    // Whoever shows the private id takes the session over, if it can go on from `offset` (empty:
    // the client has seen nothing yet). `done` is called once, on any thread: now, or when the
    // owner, which is dropped by `drop`, has ended. Of several that wait the last one gets it.
    void claim(const std::string& private_id, std::string_view offset, Done done,
               const std::function<void(hub::SocketRef)>& drop);
    // What was claimed by a connection that ended meanwhile can be claimed again.
    void give_back(Resumed resumed);

    // --- Across a restart. Only sessions that have ended are saved.
    Json save() const;
    // Whether `saved` was what save() gives; otherwise nothing has changed.
    bool load(const Json& saved);
    // Whether a session in it may still go on.
    static bool is_of_use(const Json& saved);

private:
    struct Stored {
        std::shared_ptr<const hub::Broadcast> broadcast;
        WallTime time;
    };
    struct Session {
        std::string socket_id{};
        std::uint64_t start = 0;                // where it was let in
        std::optional<hub::SocketRef> owner{};  // while it is connected
        End end{};                              // once it is not
        WallTime expires_at{};
        std::optional<std::uint64_t> wanted_position{};
        Done claimant{};
    };

    std::optional<std::uint64_t> position_of(std::string_view offset, const Session& session) const;
    std::string offset_text(std::uint64_t seq) const;
    std::vector<std::size_t> enqueue(const Step& step);
    void store(std::shared_ptr<const hub::Broadcast> broadcast, WallTime now);
    void prune(WallTime now);
    std::optional<Resumed> resume(const std::string& private_id, Session session,
                                  std::uint64_t position) const;
    void expire_later(const std::string& private_id, Session& session);

    const Recovery options_;
    const std::chrono::milliseconds silence_;
    const engineio::Framing framing_;
    mutable std::mutex mutex_;
    // All guarded by mutex_.
    std::string epoch_;  // of this order: an offset of another one is none
    std::uint64_t head_ = 0;
    std::uint64_t pruned_ = 0;  // the last one that is not stored any more
    std::deque<Stored> stored_{};
    std::size_t stored_bytes_ = 0;
    std::vector<std::vector<Step>> queues_;  // by loop
    std::unordered_map<std::string, Session> sessions_{};
    std::deque<std::pair<WallTime, std::string>> expiries_{};  // in order
};

}  // namespace homeroom::socketio
