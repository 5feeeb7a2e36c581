// The Socket.IO server of one loop: its sockets, its rooms, delivery to them. Loop thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "engineio/server.h"
#include "socketio/room_index.h"
#include "socketio/socket.h"
#include "socketio/types.h"

namespace homeroom::socketio {

struct HubOptions {
    std::chrono::milliseconds connect_timeout = limits::connect_timeout;
};

class Hub final : public engineio::Application {
public:
    struct Namespace {
        std::string name;
        NamespaceHandler* handler;
    };

    Hub(net::EventLoop& loop, std::uint32_t loop_index, HubOptions options,
        std::vector<Namespace> namespaces);
    ~Hub() override;

    net::EventLoop& loop() { return loop_; }
    const HubOptions& options() const { return options_; }
    RoomIndex& rooms() { return rooms_; }
    std::uint32_t loop_index() const { return loop_index_; }

    Socket* find(SocketRef ref);
    std::size_t socket_count() const { return socket_count_; }
    // The sockets in a room; `visit` may disconnect them and change their rooms.
    void for_each_in(std::string_view nsp, std::string_view room,
                     const std::function<void(Socket&)>& visit);
    void for_each(std::string_view nsp, const std::function<void(Socket&)>& visit);

    // To the members of its rooms, each once. From within a delivery: after it.
    void deliver(const Broadcast& broadcast);
    // How far the order of durable broadcasts has come on this loop, whether or not anyone here got
    // them.
    std::uint64_t applied_seq() const { return applied_seq_; }
    void set_applied_seq(std::uint64_t seq) { applied_seq_ = seq; }

    std::unique_ptr<engineio::SessionHandler> on_session(engineio::Session& session,
                                                         const net::HttpRequest& request) override;

    // --- For clients and sockets.
    NamespaceHandler* handler_of(std::string_view nsp) const;
    Socket& add(Client& client, NamespaceHandler& handler, std::string nsp);
    void remove(Socket& socket);  // frees it at the end of the turn

private:
    struct Slot {
        std::unique_ptr<Socket> socket{};
        std::uint32_t generation = 0;
    };

    void deliver_now(const Broadcast& broadcast);

    net::EventLoop& loop_;
    std::uint32_t loop_index_;
    HubOptions options_;
    std::vector<Namespace> namespaces_;
    RoomIndex rooms_{};
    std::vector<Slot> slots_{};
    std::vector<std::uint32_t> free_slots_{};
    std::size_t socket_count_ = 0;
    std::uint64_t applied_seq_ = 0;
    std::uint64_t marks_ = 0;
    bool delivering_ = false;
    std::deque<Broadcast> broadcasts_{};  // asked for while another is being delivered
};

}  // namespace homeroom::socketio
