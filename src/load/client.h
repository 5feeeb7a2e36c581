// One Socket.IO client over WebSocket, as small and as fast as possible: 20,000 of them in a
// process, millions of messages a second.
//
//   upgrading (HTTP) → opening ("0") → joining ("40" sent) → connected → closed
//
// It answers pings, and gives everything else to its owner as it lies in the read buffer: no JSON
// is parsed here. It speaks the namespace "/" only. Loop thread only. Its connection owns it: it
// is freed at the end of the turn in which it closes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/shared_bytes.h"
#include "load/frame_reader.h"
#include "net/connection.h"

namespace homeroom::load {

class Client;

// What a client tells. All views are valid within the call only. Whatever is called may close the
// client.
class ClientOwner {
public:
    virtual ~ClientOwner() = default;
    // Engine.IO is open; the owner sends its CONNECT.
    virtual void on_open(Client& client) = 0;
    // "40": `answer` is {"sid":…,"pid":…}.
    virtual void on_connected(Client& client, std::string_view answer) = 0;
    // "42…": the whole packet.
    virtual void on_event(Client& client, std::string_view packet, std::size_t wire_bytes) = 0;
    // "43<id>…": `arguments` is the JSON array.
    virtual void on_ack(Client& client, std::uint64_t id, std::string_view arguments) = 0;
    // Once, unless the owner closed it: the server refused or ended it, or it broke off.
    virtual void on_ended(Client& client, std::string_view why) = 0;
};

class Client final : public net::Protocol {
public:
    // The connection's protocol from now on. `seat` is the owner's business.
    static Client& start(net::Connection& connection, ClientOwner& owner, std::uint32_t seat,
                         const SharedBytes& upgrade_request);

    std::uint32_t seat() const { return seat_; }
    net::Connection& connection() { return connection_; }
    bool connected() const { return state_ == State::connected; }
    // In words, what a client that is not connected yet has not got.
    std::string_view awaits() const;

    // A packet with its Engine.IO type, "42[…]", as a masked frame. `at_once` offers it to the
    // kernel now instead of at the end of the turn: for what is timed.
    enum class Leaves : std::uint8_t { at_turn_end, at_once };
    void send(std::string_view packet, Leaves leaves = Leaves::at_turn_end);

    // Without a goodbye; the owner is not told.
    void close();
    // As when the network is gone: TCP's reset instead of its end.
    void reset();

    void on_bytes(std::span<char> bytes) override;
    void on_gone() override;

private:
    enum class State : std::uint8_t { upgrading, opening, joining, connected, closed };

    Client(net::Connection& connection, ClientOwner& owner, std::uint32_t seat)
        : connection_(connection), owner_(owner), seat_(seat) {}

    void read_upgrade(std::string_view bytes);
    void read_frames(std::string_view bytes);
    void on_message(const ReceivedMessage& message);
    void on_packet(std::string_view packet, std::size_t wire_bytes);
    void on_open_packet(std::string_view packet);
    void on_socketio(std::string_view packet, std::size_t wire_bytes);
    void answer_ping(SharedBytes pong);
    void end(std::string_view why);

    net::Connection& connection_;
    ClientOwner& owner_;
    FrameReader reader_{};
    std::string answer_{};  // to the upgrade, while it is incomplete
    std::uint32_t seat_;
    State state_ = State::upgrading;
    std::uint16_t pongs_waiting_ = 0;
};

// A client's whole frame, masked.
SharedBytes masked_frame(FrameKind kind, std::string_view payload);

}  // namespace homeroom::load
