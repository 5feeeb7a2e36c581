// For tests: an Engine.IO client with no more manners than the test gives it.
#pragma once

#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "codec/permessage_deflate.h"
#include "codec/test_websocket_frames.h"
#include "net/test_loop.h"

namespace homeroom::engineio::test {

struct Answer {
    int status = 0;
    std::string head{};
    std::string body{};
};

// One HTTP connection.
class HttpClient {
public:
    explicit HttpClient(std::uint16_t port) : peer_(net::test::Peer::connect(port)) {}

    void send(std::string_view method, std::string_view target, std::string_view body = {},
              std::string_view headers = {}) {
        std::string text{method};
        text.append(" ").append(target).append(" HTTP/1.1\r\nHost: h\r\n").append(headers);
        if (!body.empty() || method == "POST")
            text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        text.append("\r\n").append(body);
        peer_.send(text);
    }
    Answer receive() {
        Answer answer;
        answer.head = peer_.receive_until("\r\n\r\n");
        if (answer.head.size() < 12) return answer;
        answer.status = std::stoi(answer.head.substr(9, 3));
        const auto at = answer.head.find("Content-Length: ");
        if (at != std::string::npos)
            answer.body = peer_.receive(std::stoul(answer.head.substr(at + 16)));
        return answer;
    }
    Answer request(std::string_view method, std::string_view target, std::string_view body = {},
                   std::string_view headers = {}) {
        send(method, target, body, headers);
        return receive();
    }
    net::test::Peer& peer() { return peer_; }

private:
    net::test::Peer peer_;
};

inline constexpr std::string_view upgrade_headers =
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

// One WebSocket. Messages come as their text, with "bytes:" before binary ones and "deflated:"
// before what came compressed; a close frame as "close" and its code.
class WebSocketClient {
public:
    WebSocketClient(std::uint16_t port, std::string_view target, std::string_view headers = {})
        : http_(port) {
        http_.send("GET", target, {}, std::string{upgrade_headers}.append(headers));
        head_ = http_.peer().receive_until("\r\n\r\n");
        EXPECT_TRUE(head_.starts_with("HTTP/1.1 101 ")) << head_;
    }

    const std::string& head() const { return head_; }
    net::test::Peer& peer() { return http_.peer(); }

    bool send(std::string_view message) {
        return peer().send(codec::websocket::test::client_frame(
            {.opcode = codec::websocket::Opcode::text}, message));
    }
    bool send_bytes(std::string_view message) {
        return peer().send(codec::websocket::test::client_frame(
            {.opcode = codec::websocket::Opcode::binary}, message));
    }
    std::string receive() {
        const std::string head = peer().receive(2);
        if (head.size() < 2) return "end";
        std::size_t size = static_cast<unsigned char>(head[1]);
        EXPECT_LT(size, 128U) << "a server's frame is not masked";
        if (size >= 126) {
            const std::string wide = peer().receive(size == 126 ? 2 : 8);
            size = 0;
            for (const char c : wide) size = size << 8 | static_cast<unsigned char>(c);
        }
        const std::string payload = peer().receive(size);
        switch (static_cast<unsigned char>(head[0])) {
            case 0x81: return payload;
            case 0x82: return "bytes:" + payload;
            case 0xC1: return "deflated:" + inflated(payload);
            case 0xC2: return "deflated:bytes:" + inflated(payload);
            case 0x88: {
                if (payload.size() < 2) return "close";
                const unsigned code = static_cast<unsigned>(static_cast<unsigned char>(payload[0]))
                                          << 8 |
                                      static_cast<unsigned char>(payload[1]);
                return "close " + std::to_string(code);
            }
            default: return "another frame";
        }
    }

private:
    static std::string inflated(std::string_view payload) {
        const auto message = codec::websocket::inflate_message(payload, limits::message_bytes_max);
        return message.ok() ? *message : "nonsense";
    }

    HttpClient http_;
    std::string head_;
};

// The value of "sid" in an open packet or a CONNECT.
inline std::string sid_of(std::string_view packet) {
    const auto at = packet.find("\"sid\":\"");
    if (at == std::string_view::npos) return {};
    const auto begin = at + 7;
    return std::string{packet.substr(begin, packet.find('"', begin) - begin)};
}

}  // namespace homeroom::engineio::test
