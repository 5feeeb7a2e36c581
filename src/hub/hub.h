// The Socket.IO server of one loop: its namespaces, its sockets, delivery to them. Loop thread
// only.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limit_counters.h"
#include "base/limits.h"
#include "engineio/server.h"
#include "hub/broadcast_acks.h"
#include "hub/encoder.h"
#include "hub/namespace.h"
#include "hub/run.h"
#include "hub/socket.h"
#include "hub/types.h"

namespace homeroom::hub {

struct HubOptions {
    Encoder encoder{};
    Parser parser = Parser::json;  // what clients speak; the encoder is made for the same
    bool keeps_requests = false;   // Handshake::request: headers and query of each connection
    std::chrono::milliseconds connect_timeout = limits::connect_timeout;
    std::size_t unjoined_message_bytes_max = limits::unjoined_message_bytes_max;
    std::size_t attachments_max = limits::attachments_max;
    std::size_t attachment_bytes_max = limits::attachment_bytes_max;
    std::chrono::milliseconds attachments_wait = limits::attachments_wait;
    std::size_t json_depth_max = limits::json_depth_max;
    std::size_t json_values_max = limits::json_values_max;
    std::size_t namespaces_per_connection_max = limits::namespaces_per_connection_max;
    std::size_t acks_pending_per_socket_max = limits::acks_pending_per_socket_max;
    LimitCounters* counters = nullptr;  // may be null

    void count(Limit limit) const {
        if (counters != nullptr) counters->reached(limit);
    }
};

// Who answers in which namespace.
struct Handlers {
    struct Fixed {
        std::string name;
        NamespaceHandler* handler;
    };
    std::vector<Fixed> fixed{};
    // Asked about each socket of every other name; may give it to a handler of its own
    // (Socket::hand_over), or refuse it. Null: "Invalid namespace".
    NamespaceHandler* others = nullptr;
};

class Hub final : public engineio::Application, private net::Producer {
public:
    Hub(net::EventLoop& loop, std::uint32_t loop_index, HubOptions options,
        const Handlers& handlers);
    ~Hub() override;

    net::EventLoop& loop() { return loop_; }
    const HubOptions& options() const { return options_; }
    const Encoder& encoder() const { return options_.encoder; }
    std::uint32_t loop_index() const { return loop_index_; }
    BroadcastAcks& broadcast_acks() { return broadcast_acks_; }

    Namespace* find(std::string_view nsp);
    Socket* find(SocketRef ref);
    std::size_t socket_count() const { return socket_count_; }
    std::size_t room_count() const;
    // Who is in it now. Settles nothing: for those who are about to be expelled.
    std::vector<Socket*> sockets_in(std::string_view nsp, std::string_view room);
    // `visit` may disconnect sockets and change their rooms.
    void for_each_in(std::string_view nsp, std::string_view room,
                     const std::function<void(Socket&)>& visit);
    void for_each(std::string_view nsp, const std::function<void(Socket&)>& visit);
    // The connected ones of a selection.
    void for_each_selected(const Selection& selection, const std::function<void(Socket&)>& visit);

    // To those who are selected now, each once. From within a delivery: to those who are selected
    // when its turn comes, behind it.
    //
    // It may wait until the turn ends, so that what one turn has for a room goes to each of its
    // sockets at once. No client can tell: what changes sockets or rooms, or sends, calls settle()
    // first.
    void deliver(BroadcastPtr broadcast);
    void deliver(Broadcast broadcast) {
        deliver(std::make_shared<const Broadcast>(std::move(broadcast)));
    }
    // Carries out what waits; within a delivery nothing: that is being done. It may end any socket,
    // and run what the application does about that: whoever calls it looks at its own socket's
    // state afterwards, not before.
    void settle() {
        if (!waiting_.empty()) settle_waiting();
    }
    // The number of the delivery that is going on, with those that wait for its end; 0: none is.
    std::uint64_t delivery_now() const { return delivery_now_; }

    std::unique_ptr<engineio::SessionHandler> on_session(engineio::Session& session,
                                                         const net::HttpRequest& request) override;

    // --- For clients and sockets.
    // Null when nobody answers under this name.
    Namespace* open_namespace(std::string_view nsp);
    Socket& add(Client& client, Namespace& nsp);
    void remove(Socket& socket);  // frees it at the end of the turn

private:
    struct Slot {
        std::unique_ptr<Socket> socket{};
        std::uint32_t generation = 0;
    };

    Namespace& add(std::unique_ptr<Namespace> nsp);
    // Appends each selected socket once.
    void select(const Selection& selection, std::vector<Socket*>& selected);
    static void select_unmarked(std::span<Socket* const> sockets, std::uint64_t mark,
                                const Room* within, std::vector<Socket*>& selected);
    void settle_waiting();
    void deliver_run(std::span<const BroadcastPtr> run);
    void produce() override { settle(); }

    net::EventLoop& loop_;
    std::uint32_t loop_index_;
    HubOptions options_;
    NamespaceHandler* others_;
    // Keyed by the name, which the namespace owns.
    boost::unordered_flat_map<std::string_view, std::unique_ptr<Namespace>> namespaces_{};
    std::vector<Slot> slots_{};
    std::vector<std::uint32_t> free_slots_{};
    std::size_t socket_count_ = 0;
    std::uint64_t marks_ = 0;
    std::uint64_t delivery_now_ = 0;
    std::uint64_t deliveries_ = 0;
    std::vector<BroadcastPtr> waiting_{};  // asked for and not delivered yet
    std::vector<BroadcastPtr> in_hand_{};  // being delivered; kept for its memory
    std::vector<Socket*> receivers_{};  // of the one that is being delivered; kept for its memory
    BroadcastAcks broadcast_acks_;
};

}  // namespace homeroom::hub
