#include "load/client.h"

#include <array>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace homeroom::load {
namespace {

constexpr std::size_t upgrade_answer_bytes_max = std::size_t{16} * 1024;
constexpr std::string_view http = "HTTP/1.";

// Answers to pings that wait for a server to read them.
constexpr std::uint16_t pongs_waiting_max = 16'384;

// RFC 6455 §5.3 wants it unpredictable, against proxies; a server must unmask whatever it is.
constexpr std::array<char, 4> mask{0x37, static_cast<char>(0xFA), 0x21, 0x3D};

const SharedBytes& engine_pong() {
    static const SharedBytes pong = masked_frame(FrameKind::text, "3");
    return pong;
}

}  // namespace

SharedBytes masked_frame(FrameKind kind, std::string_view payload) {
    std::string bytes;
    bytes.reserve(payload.size() + 14);
    bytes += static_cast<char>(0x80U | static_cast<unsigned>(kind));
    if (payload.size() < 126) {
        bytes += static_cast<char>(0x80U | payload.size());
    } else {
        const bool wide = payload.size() > 0xFFFF;
        bytes += static_cast<char>(wide ? 0xFF : 0xFE);
        for (int shift = wide ? 56 : 8; shift >= 0; shift -= 8)
            bytes += static_cast<char>(std::uint64_t{payload.size()} >> shift & 0xFFU);
    }
    bytes.append(mask.data(), mask.size());
    const std::size_t begin = bytes.size();
    bytes += payload;
    for (std::size_t i = 0; i < payload.size(); ++i)
        bytes[begin + i] = static_cast<char>(bytes[begin + i] ^ mask[i % mask.size()]);
    return SharedBytes{bytes};
}

Client& Client::start(net::Connection& connection, ClientOwner& owner, std::uint32_t seat,
                      const SharedBytes& upgrade_request) {
    auto* client = new Client(connection, owner, seat);
    connection.set_protocol(std::unique_ptr<net::Protocol>{client});
    connection.send(upgrade_request);
    return *client;
}

void Client::send(std::string_view packet, Leaves leaves) {
    if (state_ == State::closed) return;
    connection_.send(masked_frame(FrameKind::text, packet));
    if (leaves == Leaves::at_once) connection_.write_early();
}

void Client::close() {
    if (state_ == State::closed) return;
    state_ = State::closed;
    connection_.close();
}

void Client::reset() {
    if (state_ == State::closed) return;
    state_ = State::closed;
    const int descriptor = connection_.release().descriptor;
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(descriptor);
}

std::string_view Client::awaits() const {
    switch (state_) {
        case State::upgrading: return "the answer to the WebSocket upgrade";
        case State::opening: return "Engine.IO's open packet";
        case State::joining: return "the answer to Socket.IO's CONNECT";
        case State::connected:
        case State::closed: break;
    }
    return "nothing";
}

void Client::end(std::string_view why) {
    if (state_ == State::closed) return;
    state_ = State::closed;
    connection_.close();
    owner_.on_ended(*this, why);
}

void Client::on_gone() {
    if (state_ == State::closed) return;
    const bool was_up = state_ == State::connected;
    state_ = State::closed;
    owner_.on_ended(*this, was_up ? "the connection broke off"
                                  : "the connection was closed before it was let in");
}

void Client::on_bytes(std::span<char> bytes) {
    const std::string_view view{bytes.data(), bytes.size()};
    if (state_ == State::upgrading) {
        read_upgrade(view);
    } else if (state_ != State::closed) {
        read_frames(view);
    }
}

void Client::read_upgrade(std::string_view bytes) {
    answer_ += bytes;
    if (!answer_.starts_with(http.substr(0, answer_.size())))
        return end(fmt::format("what answers is no HTTP server: {}", answer_.substr(0, 60)));
    const std::size_t head_end = answer_.find("\r\n\r\n");
    if (head_end == std::string::npos) {
        if (answer_.size() > upgrade_answer_bytes_max) end("the answer to the upgrade is no HTTP");
        return;
    }
    const std::string answer = std::exchange(answer_, {});
    const std::string_view line{answer.data(), answer.find("\r\n")};
    if (!line.starts_with("HTTP/1.1 101")) {
        const std::string_view status = line.size() > 9 ? line.substr(9) : line;
        const std::string_view body = std::string_view{answer}.substr(head_end + 4).substr(0, 80);
        return end(fmt::format("the upgrade was answered with {} {}", status, body));
    }
    state_ = State::opening;
    read_frames(std::string_view{answer}.substr(head_end + 4));
}

void Client::read_frames(std::string_view bytes) {
    const bool whole = reader_.read(bytes, [this](const ReceivedMessage& message) {
        on_message(message);
        return state_ != State::closed;
    });
    if (!whole)
        end(fmt::format("what came is no WebSocket, or a message of more than {} bytes",
                        received_message_bytes_max));
}

void Client::on_message(const ReceivedMessage& message) {
    switch (message.kind) {
        case FrameKind::text: return on_packet(message.payload, message.wire_bytes);
        case FrameKind::binary: return;  // nothing that is measured is binary
        case FrameKind::ping: return answer_ping(masked_frame(FrameKind::pong, message.payload));
        case FrameKind::pong: return;
        case FrameKind::close: {
            if (message.payload.size() < 2) return end("the server closed the connection");
            const auto byte = [&](std::size_t i) {
                return static_cast<unsigned>(static_cast<unsigned char>(message.payload[i]));
            };
            return end(fmt::format("the server closed the connection with {} {}",
                                   byte(0) << 8U | byte(1), message.payload.substr(2)));
        }
    }
}

void Client::on_packet(std::string_view packet, std::size_t wire_bytes) {
    if (packet.empty()) return end("an empty packet came");
    switch (packet.front()) {
        case '4': return on_socketio(packet, wire_bytes);
        case '2': return answer_ping(engine_pong());
        case '0': return on_open_packet(packet);
        case '1': return end("the server closed the session");
        default: return;
    }
}

void Client::on_open_packet(std::string_view packet) {
    if (state_ != State::opening) return;
    if (!packet.starts_with("0{") || packet.find(R"("sid")") == std::string_view::npos)
        return end("the open packet is not Engine.IO's");
    state_ = State::joining;
    owner_.on_open(*this);
}

void Client::answer_ping(SharedBytes pong) {
    if (connection_.queued_bytes() == 0) pongs_waiting_ = 0;
    if (++pongs_waiting_ > pongs_waiting_max)
        return end("the server sends pings without end, and reads no answers");
    connection_.send(std::move(pong));
}

void Client::on_socketio(std::string_view packet, std::size_t wire_bytes) {
    if (packet.size() < 2) return;
    switch (packet[1]) {
        case '2': return owner_.on_event(*this, packet, wire_bytes);
        case '3': {
            std::uint64_t id = 0;
            const char* const last = packet.data() + packet.size();
            const auto [stop, fault] = std::from_chars(packet.data() + 2, last, id);
            if (fault != std::errc{}) return end("an acknowledgement without a number came");
            return owner_.on_ack(*this, id, {stop, static_cast<std::size_t>(last - stop)});
        }
        case '0':
            if (state_ != State::joining) return;
            state_ = State::connected;
            return owner_.on_connected(*this, packet.substr(2));
        case '4': return end(fmt::format("refused: {}", packet.substr(2, 200)));
        case '1': return end("the server disconnected the socket");
        default: return;
    }
}

}  // namespace homeroom::load
