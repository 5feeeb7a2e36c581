// The door of the namespace "/": who connects, which rooms they are in, what they missed, and what
// they ask.
//
//   CONNECT → token → person → rooms, and then
//     new                                       CONNECT reply, `session`
//     private id + offset (unmodified client)   backlog, CONNECT reply, `session`
//     cursor (new device)                       CONNECT reply, `session`, backlog
//   event → surface → ack
//
// A socket that waits for its backlog is already in its rooms and holds what comes live, so nothing
// falls between. The backlog is judged again, event by event, on the socket's own loop at the
// moment it is sent. Loop threads; one object for all loops, with a state of its own for each.
#pragma once

#include <atomic>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/rate_table.h"
#include "base/short_text.h"
#include "campus/live.h"
#include "campus/recovery_id.h"
#include "campus/rooms_in_doubt.h"
#include "campus/session_event.h"
#include "campus/sign_outs.h"
#include "campus/surface.h"
#include "hub/server.h"
#include "identity/token.h"

namespace homeroom::campus {

struct GatewayOptions {
    std::size_t connections_per_user_max = limits::sockets_per_user_max;
    // A backlog of more bytes is a gap: sent at once, it must fit in a connection's send queue
    // beside what comes live.
    std::size_t replay_bytes_max = limits::send_queue_bytes_max / 2;
    // How often an address may come with a token that does not hold before it is told to wait; may
    // be null.
    RateTable* failures = nullptr;
    // Who was signed out everywhere; may be null.
    const SignOuts* sign_outs = nullptr;
};

struct Backlog;

class Gateway final : public hub::NamespaceHandler {
public:
    Gateway(GatewayOptions options, const identity::Verifier& verifier, const Directory& directory,
            store::Store& store, Surface& surface, RecoveryIds recovery);
    ~Gateway() override;

    // Before the first connection.
    void live(std::string_view name, LiveHandler handler);
    void live_bytes(std::string_view name, LiveBytesHandler handler);
    void observe(LiveObserver& observer) { observers_.push_back(&observer); }
    // Events of this type are told as they happen, and are in no backlog: who comes back is told by
    // their feature how things are now.
    void never_again(std::string_view type) { momentary_.emplace(type); }

    // Once, when the server exists and before it starts.
    void attach(hub::Server& server);
    // From now on every CONNECT is refused with `server_draining`. Any thread.
    void start_draining() { draining_.store(true); }
    std::size_t users_connected();  // any thread
    // Who has to wait at the door until a change of the roster is committed, or undone.
    RoomsInDoubt& rooms_in_doubt() { return in_doubt_; }
    // An ephemeral event to this loop's sockets of whoever is staff anywhere by the
    // roster: who leads a study group is none.
    void tell_staff(hub::Hub& hub, std::string_view name, const Json& body);

    // Takes this loop's sockets of the users out of what they have left, all of them before
    // anything is sent: what was published earlier and has not been given to the kernel is not for
    // them any more (see docs/decisions/0016-roster-stream.md).
    void expel(hub::Hub& hub, std::span<const Departure> departures);
    // Makes this loop's sockets of the user fit the directory: joins, leaves, or ends them. The
    // roster calls it on every loop before it answers; see RosterService.
    void reroute(hub::Hub& hub, std::string_view user);
    void reroute_all(hub::Hub& hub);
    // Ends this loop's sockets of the user, whose tokens hold no more.
    void sign_out(hub::Hub& hub, std::string_view user);

    void on_connect(hub::Socket& socket, std::string_view auth) override;
    void on_event(hub::Socket& socket, const hub::Event& event) override;
    void on_disconnect(hub::Socket& socket, hub::DisconnectReason reason) override;

private:
    struct Visitor;

    void refuse_token(hub::Socket& socket, std::string_view code, const std::string& message);
    void admit_new(hub::Socket& socket, const Person& person, bool gap);
    void admit_with_backlog(hub::Socket& socket, store::Seq after, bool recovered_by_id);
    // Asks again in a moment, as long as the socket is there.
    void admit_later(hub::Socket& socket, std::function<void(hub::Socket&)> admit);
    // What `find` finds out about the user in the directory, and his rooms of now, as committed;
    // nothing: that is not known yet.
    template <class Find>
    auto certainly(std::string_view user, const Find& find) const
        -> std::optional<decltype(find())>;
    std::optional<RoomSet> certain_rooms(std::string_view user) const;
    // Where he is by what is committed, whatever is in doubt.
    std::vector<std::string> committed_rooms(std::string_view user) const;
    void admit_with_backlog_later(hub::Socket& socket, store::Seq after, bool recovered_by_id);
    // Those that it is in now; nothing: it was refused.
    std::optional<RoomSet> join_rooms(hub::Socket& socket, RoomSet set);
    void fetch_backlog(hub::SocketRef ref, std::string user, store::Seq after,
                       bool recovered_by_id);
    // `undone`: of the rooms in doubt, before it was read.
    void finish_backlog(hub::Socket& socket, const Backlog& backlog, bool recovered_by_id,
                        std::uint64_t undone);
    void send_session(hub::Socket& socket, SessionEvent session);  // its expiry is filled in
    // It is let in, and has it all.
    void welcome(hub::Socket& socket, const Admission& admission);
    void carry_out(hub::Socket& socket, const LiveHandler& handler, const hub::Event& event,
                   const Json& body);
    void carry_out_bytes(hub::Socket& socket, const LiveBytesHandler& handler,
                         const hub::Event& event);
    // What every live request goes through: the user's allowance, and what a handler throws.
    void carry_out_live(
        hub::Socket& socket, const hub::Event& event,
        const std::function<void(const std::string& user, const Surface::Answer& reply)>& handle);
    void answer_anywhere(hub::SocketRef ref, std::uint64_t ack_id, const Result<Json>& result);
    void refresh(hub::Socket& socket, const hub::Event& event);
    void leave_all_but(hub::Socket& socket, const std::vector<std::string>& wanted);
    void watch_expiry(hub::Socket& socket);
    bool is_signed_out(const identity::Claims& claims) const;
    bool count_in(std::string_view user);
    void count_out(std::string_view user);
    void end(hub::Socket& socket, std::string_view code);

    GatewayOptions options_;
    const identity::Verifier& verifier_;
    const Directory& directory_;
    store::Store& store_;
    Surface& surface_;
    RecoveryIds recovery_;
    RoomsInDoubt in_doubt_{};
    hub::Server* server_ = nullptr;
    std::atomic<bool> draining_{false};
    boost::unordered_flat_map<std::string, LiveHandler, TextHash, TextEqual> live_{};
    boost::unordered_flat_map<std::string, LiveBytesHandler, TextHash, TextEqual> live_bytes_{};
    std::vector<LiveObserver*> observers_{};
    // What each loop has of its own, on that loop.
    struct LoopPart;
    std::vector<std::unique_ptr<LoopPart>> loops_{};

    std::mutex counts_mutex_;
    // Connections of each connected user, by the hash of his id, which takes half the room;
    // guarded. That two of a million connected users share one, and so a limit, is as likely as 1
    // to 10^7.
    boost::unordered_flat_map<std::uint64_t, std::uint32_t> counts_{};
    boost::unordered_flat_set<std::string, TextHash, TextEqual> momentary_{};
};

// `session.rooms` and `rooms:changed.rooms`, in the contract's shape.
Json to_json(const RoomSet& rooms);

}  // namespace homeroom::campus
