// One client in one namespace. Loop thread only.
//
//   connecting ──accept──▶ connected ──▶ leaving (the handler is told; rooms are there) ──▶ gone
//        └─────refuse / client gone─────────────────────────────────────────────────────▶ gone
//
// A connecting socket may already be in rooms: with hold() what is broadcast to it waits until
// release(), so that a backlog read elsewhere comes first and nothing falls between the two.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/short_text.h"
#include "hub/types.h"
#include "net/timer_wheel.h"

namespace homeroom::hub {

class Client;
class Hub;
class Namespace;
class Room;
class Run;

class Socket final : public net::Reapable {
public:
    // The answer, or nothing when none came in time or the socket went first.
    using AckCallback = std::function<void(std::optional<Arguments>)>;

    Socket(Client& client, Namespace& nsp, SocketRef ref);
    ~Socket() override;

    SocketRef ref() const { return ref_; }
    std::string id() const { return std::string{id_.view()}; }
    // Until the end of the turn in which it went.
    Namespace& nsp() const { return nsp_; }
    const Handshake& handshake() const;
    const engineio::Session* session() const;  // nullptr once gone
    Hub& hub() const;
    bool connected() const { return state_ == State::connected; }

    NamespaceHandler& handler() const { return *handler_; }

    SocketData* data() { return data_.get(); }
    void set_data(std::unique_ptr<SocketData> data) { data_ = std::move(data); }

    // --- The answer to a CONNECT.
    // `private_id` not empty: what the client shows to be recognised when it comes back (connection
    // state recovery).
    void accept(std::string_view private_id = {});
    // `data_json` empty: none. The transport stays open; the client may try again.
    void refuse(std::string_view message, std::string_view data_json = {});
    // Goes on under the id of an earlier connection. Before accept.
    void take_id(std::string_view id) { id_ = ShortText{id}; }
    // From now on this one answers for the socket, and it is asked at once. Before accept.
    void hand_over(NamespaceHandler& handler, std::string_view auth);

    // --- Rooms.
    void join(std::string_view room);
    // All of them, and no more memory than that takes: most sockets stay in the rooms of their
    // beginning.
    void join(std::span<const std::string> rooms);
    void leave(std::string_view room);
    // Leaves it as one who was taken out: of what was broadcast and not delivered yet, this turn's
    // included, nothing comes to it through this room any more.
    void expel(std::string_view room);
    bool is_in(std::string_view room) const;
    bool is_in(const Room& room) const;
    std::vector<std::string> rooms() const;
    std::size_t room_count() const { return memberships_.size(); }

    // --- Sending. Arguments are raw JSON texts, attachments what their placeholders stand for.
    struct EmitOptions {
        std::span<const std::string> attachments{};
        Delivery delivery = Delivery::must_arrive;
        Compress compress = Compress::yes;
    };
    void emit(std::string_view event, std::span<const std::string_view> arguments,
              const EmitOptions& options);
    void emit(std::string_view event, std::span<const std::string_view> arguments) {
        emit(event, arguments, EmitOptions{});
    }
    // Without a timeout the answer is awaited for as long as the socket lives.
    void emit_with_ack(std::string_view event, std::span<const std::string_view> arguments,
                       const EmitOptions& options, std::optional<std::chrono::milliseconds> timeout,
                       AckCallback callback);
    void answer(std::uint64_t ack_id, std::span<const std::string_view> arguments,
                std::span<const std::string> attachments = {});
    void send(const Message& message, Delivery delivery = Delivery::must_arrive);

    // "41": the client will not come back by itself. `close_transport`: the whole connection ends.
    void disconnect(bool close_transport = false);
    // Ends the connection without "41": the client comes back, and may recover.
    void drop_transport();
    // The same where something that was sent earlier still waits for the client, and that is thrown
    // away; false where nothing waits. What it may still have, it recovers.
    bool drop_unread();

    // --- Order of durable broadcasts.
    std::uint64_t floor() const { return floor_; }
    void set_floor(std::uint64_t seq);  // nothing up to here is delivered (again)
    void hold(std::size_t bytes_max = limits::send_queue_bytes_max / 4);
    void release();  // sends what was held and lies above the floor

    // --- For Hub and Client.
    void deliver(const Run& run);
    void deliver(const BroadcastPtr& broadcast);
    void on_ack(std::uint64_t id, std::span<const std::string_view> arguments,
                std::span<const std::string> attachments);
    void gone(DisconnectReason reason);  // the one way out
    // Whatever ends it from now on, it was the server that sent it away.
    void dismiss() { dismissed_ = true; }
    bool is_gone() const { return state_ == State::leaving || state_ == State::gone; }
    std::uint64_t mark = 0;   // the last selection that it was in
    std::uint32_t place = 0;  // in its namespace's list

private:
    enum class State : std::uint8_t { connecting, connected, leaving, gone };
    friend class RoomIndex;  // a membership is one thing in two places
    struct Membership {
        Room* room;
        std::uint32_t place;  // index of this socket in the room
    };
    struct PendingAck;
    struct Held {
        std::size_t bytes_max = 0;
        std::size_t bytes = 0;
        std::vector<BroadcastPtr> broadcasts{};
    };

    void finish_ack(std::uint64_t id, std::optional<Arguments> answer);
    void leave_all();
    Membership* membership(const Room& room);

    Client* client_;  // nullptr once gone
    Namespace& nsp_;
    NamespaceHandler* handler_;
    ShortText id_;
    State state_ = State::connecting;
    bool dismissed_ = false;
    SocketRef ref_;
    std::uint32_t next_ack_id_ = 0;
    std::uint64_t floor_ = 0;
    std::vector<Membership> memberships_{};
    std::unique_ptr<Held> held_{};
    std::unique_ptr<std::unordered_map<std::uint64_t, std::unique_ptr<PendingAck>>> acks_{};
    std::unique_ptr<SocketData> data_{};
};

}  // namespace homeroom::hub
