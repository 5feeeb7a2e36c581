// One namespace of a server, on all loops.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "homeroom/socketio/namespace.h"
#include "hub/server.h"
#include "socketio/core.h"
#include "socketio/recovery_log.h"

namespace homeroom::socketio {

// A list that is read often, on any thread, and rarely added to.
template <typename T>
class HandlerList {
public:
    using List = std::shared_ptr<const std::vector<T>>;

    List get() const {
        const std::lock_guard lock(mutex_);
        return list_;
    }
    void add(T handler) {
        const std::lock_guard lock(mutex_);
        if (ended_) return;
        auto longer = std::make_shared<std::vector<T>>(*list_);
        longer->push_back(std::move(handler));
        list_ = std::move(longer);
    }
    bool empty() const { return get()->empty(); }
    // Empty from now on.
    void end() {
        List last;  // freed without the lock
        const std::lock_guard lock(mutex_);
        ended_ = true;
        last = std::exchange(list_, std::make_shared<const std::vector<T>>());
    }

private:
    mutable std::mutex mutex_;
    List list_ = std::make_shared<const std::vector<T>>();
    bool ended_ = false;
};

// What is sent, and to whom.
struct Outgoing {
    hub::Selection to{};
    std::string event{};
    hub::Arguments arguments{};
    EmitFlags flags{};
};

struct Namespace::Impl final : hub::NamespaceHandler,
                               std::enable_shared_from_this<Namespace::Impl> {
    Impl(std::shared_ptr<Core> owner, std::string its_name, bool child);
    ~Impl() override;
    // When the server has what a running one needs.
    void prepare();
    // Lets go of the handlers, which may hold this.
    void end();
    void load(const Json& saved);  // the recovery log of an earlier run; behind prepare()

    // --- Sending. False: the event can't be sent.
    bool emit(const hub::Selection& to, std::string_view event, const Values& arguments,
              const EmitFlags& flags, BroadcastAnswersHandler on_answers);
    bool emit_to(Socket::Impl& socket, std::string_view event, const Values& arguments,
                 const EmitFlags& flags, AnswerHandler on_answer);

    // --- On this node's sockets.
    void deliver(const std::shared_ptr<const Outgoing>& outgoing);
    void ask(const Outgoing& outgoing, hub::BroadcastAnswers::Done done);
    void join(const hub::Selection& selection, const std::vector<std::string>& rooms);
    void leave(const hub::Selection& selection, const std::vector<std::string>& rooms);
    void disconnect(const hub::Selection& selection, bool close);
    void fetch(const hub::Selection& selection,
               std::function<void(std::vector<RemoteSocket>)> done);
    void with_socket(const std::string& id, std::function<void(Socket&)> task);
    void on_server_event(const ServerEvent& event) const;

    // --- One socket, on its loop.
    void join(hub::Socket& socket, const std::string& room);
    void leave(hub::Socket& socket, const std::string& room);

    void on_connect(hub::Socket& socket, std::string_view auth) override;
    void on_event(hub::Socket& socket, const hub::Event& event) override;
    void on_disconnect(hub::Socket& socket, hub::DisconnectReason reason) override;
    void on_left(hub::Socket& socket, hub::DisconnectReason reason) override;
    void on_invalid_packet(hub::Socket& socket, std::string_view words) override;
    void one_socket_less();

    const std::shared_ptr<Core> core;
    const std::string name;
    const bool is_child;
    HandlerList<Middleware> middlewares{};
    HandlerList<ConnectionHandler> connection_handlers{};
    HandlerList<std::function<void(const RoomEvent&)>> room_handlers{};
    HandlerList<std::pair<std::string, std::function<void(const ServerEvent&)>>> server_handlers{};
    std::atomic<std::size_t> sockets{0};             // connecting ones as well
    std::atomic<std::size_t> admitted{0};            // of them
    std::atomic<bool> was_entered{false};            // somebody was let in
    std::atomic<bool> is_wanted{false};              // the application asked for it by name
    std::atomic<std::size_t> outgoing_listeners{0};  // of all sockets
    std::unique_ptr<RecoveryLog> log{};              // nullptr: no recovery

private:
    using Middlewares = HandlerList<Middleware>::List;

    // --- Letting in (namespace_connect.cpp).
    void claim_session(Socket& socket, const std::string& private_id, std::string_view offset);
    void begin(hub::Socket& socket);
    void run_middlewares(hub::Socket& socket, const Middlewares& list, std::size_t index);
    void admit(hub::Socket& socket);
    void admit_new(Socket& socket);
    using Missed = std::vector<RecoveryLog::BroadcastPtr>;
    // What a client that wants to go on was not sent; nothing: it can't go on.
    std::optional<Missed> missed_by(const Socket& socket) const;
    void admit_resumed(Socket& socket, const Missed& missed);
    void accept(Socket& socket);
    void refuse(hub::Socket& socket, const Refusal& refusal);

    std::optional<Outgoing> outgoing(const hub::Selection& to, std::string_view event,
                                     const Values& arguments, const EmitFlags& flags) const;
    void append_to_log(hub::Server& hubs, const std::shared_ptr<const Outgoing>& outgoing);
    // Delivers what the log holds for this loop.
    void catch_up(hub::Hub& hub);
    void wake(hub::Server& hubs, const std::vector<std::size_t>& to_wake);
    // On each loop, in one order with what is sent.
    void everywhere(const RecoveryLog::Task& task);
    // How far the log's order has been delivered on this hub's loop.
    std::uint64_t delivered(const hub::Hub& hub) const;
    void notify_outgoing(hub::Hub& hub, const Outgoing& outgoing) const;
    void tell_rooms(RoomEvent::Kind kind, const std::string& room, const std::string& socket_id);

    struct LoopState {
        std::uint64_t applied = 0;           // how far the log's order had been delivered before
        std::uint64_t handed_in = 0;         // how far once `handed_in_during` is over
        std::uint64_t handed_in_during = 0;  // Hub::delivery_now
        bool catching_up = false;
    };
    std::vector<LoopState> loops_{};  // each for its own loop

    std::atomic_flag warned_of_rooms_{};  // once: clients may cause it
    std::mutex rooms_mutex_;
    // Members on all loops; kept only where somebody listens. Guarded by rooms_mutex_.
    std::unordered_map<std::string, std::size_t> room_sizes_{};
};

struct ParentNamespace::Impl {
    Server::Matcher matcher{};
    std::function<bool(const std::string& name)> pattern{};  // empty: only the matcher can tell
    HandlerList<Middleware> middlewares{};
    HandlerList<ConnectionHandler> connection_handlers{};

    void end() {
        middlewares.end();
        connection_handlers.end();
    }

    std::mutex mutex{};
    std::vector<std::weak_ptr<Namespace::Impl>> children{};  // guarded by mutex
};

}  // namespace homeroom::socketio
