// WebSocket over a real socket: handshake, messages, and each way to end.
#include "net/websocket.h"

#include <atomic>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "codec/permessage_deflate.h"
#include "codec/test_websocket_frames.h"
#include "net/http_protocol.h"
#include "net/listener.h"
#include "net/test_loop.h"

namespace homeroom::net {
namespace {

using namespace std::chrono_literals;
using codec::websocket::CloseCode;
using codec::websocket::deflate_message;
using codec::websocket::Opcode;
using codec::websocket::Payload;
using codec::websocket::test::client_frame;
using test::LoopThread;
using test::Peer;
using test::wait_until;

constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr WebSocket::Limits plain{.message_bytes_max = 100'000, .fragments_max = 10};
constexpr WebSocket::Limits deflating{
    .message_bytes_max = 100'000, .fragments_max = 10, .deflate = true};

HttpRequest handshake() {
    HttpRequest request;
    request.method = "GET";
    request.headers = {{"Upgrade", "WebSocket"},
                       {"Connection", "keep-alive, Upgrade"},
                       {"Sec-WebSocket-Key", std::string{key}},
                       {"Sec-WebSocket-Version", "13"}};
    return request;
}

std::string fault_with(std::string_view name, std::string_view value) {
    HttpRequest request = handshake();
    for (HttpHeader& header : request.headers) {
        if (header.name == name) header.value = value;
    }
    return std::string{WebSocket::handshake_fault(request, plain).value_or("")};
}

TEST(WebSocketHandshake, IsChecked) {
    EXPECT_FALSE(WebSocket::handshake_fault(handshake(), plain));
    EXPECT_EQ(fault_with("Upgrade", "h2c"), "Invalid Upgrade header");
    EXPECT_EQ(fault_with("Connection", "close"), "Invalid Connection header");
    EXPECT_EQ(fault_with("Sec-WebSocket-Key", "short"),
              "Missing or invalid Sec-WebSocket-Key header");
    EXPECT_EQ(fault_with("Sec-WebSocket-Version", "8"),
              "Missing or invalid Sec-WebSocket-Version header");
    HttpRequest post = handshake();
    post.method = "POST";
    EXPECT_EQ(WebSocket::handshake_fault(post, plain), "Invalid HTTP method");
    HttpRequest bare = handshake();
    bare.headers.clear();
    EXPECT_TRUE(WebSocket::handshake_fault(bare, plain));
}

TEST(WebSocketHandshake, IsAtFaultWithAMalformedOfferWhereOneWouldBeTaken) {
    HttpRequest request = handshake();
    EXPECT_FALSE(WebSocket::handshake_fault(request, deflating));
    request.headers.push_back({"Sec-WebSocket-Extensions", "permessage-deflate"});
    EXPECT_FALSE(WebSocket::handshake_fault(request, deflating));
    request.headers.push_back({"sec-websocket-extensions", "permessage-deflate; level=9"});
    EXPECT_EQ(WebSocket::handshake_fault(request, deflating),
              "Invalid or unacceptable Sec-WebSocket-Extensions header");
    EXPECT_FALSE(WebSocket::handshake_fault(request, plain));
}

// Echoes, deflated where that was agreed; "close", "abort" and "flood" are commands.
class Echo final : public HttpHandler, public WebSocketReceiver {
public:
    std::atomic<int> gone = 0;
    std::atomic<int> messages = 0;
    std::atomic<bool> deflate = false;
    WebSocket* socket = nullptr;

    std::size_t body_bytes_max(const HttpRequest&) override { return 0; }
    void on_request(std::shared_ptr<HttpExchange> exchange) override {
        const WebSocket::Limits& limits = deflate ? deflating : plain;
        if (const auto fault = WebSocket::handshake_fault(exchange->request(), limits)) {
            return exchange->respond(HttpResponse::text(400, "text/plain", std::string{*fault}));
        }
        socket = &WebSocket::accept(*exchange, {{"X-Extra", "1"}}, limits, *this);
    }
    void on_websocket_message(WebSocket& from, std::string_view payload, bool binary) override {
        ++messages;
        if (payload == "close") {
            from.close();
        } else if (payload == "abort") {
            from.abort();
        } else if (payload == "flood") {
            for (int i = 0; i < 50; ++i) from.send_text(std::string(100'000, 'f'));
        } else if (from.deflates()) {
            from.send_frame(
                SharedBytes{codec::websocket::frame(binary ? Opcode::binary : Opcode::text,
                                                    deflate_message(payload), Payload::deflated)});
        } else if (binary) {
            from.send_frame(SharedBytes{codec::websocket::frame(Opcode::binary, payload)});
        } else {
            from.send_text(payload);
        }
    }
    void on_websocket_gone(WebSocket&) override { ++gone; }
};

class WebSocketTest : public testing::Test {
protected:
    WebSocketTest() {
        loop.run([&] {
            listener =
                std::move(Listener::listen(*loop, {}, [&](int descriptor, const PeerAddress& from) {
                    HttpProtocol::start(*loop, echo, descriptor, from, {}, &connections);
                })).value();
        });
    }
    ~WebSocketTest() override {
        loop.run([&] { listener.reset(); });
    }

    // Asks for a WebSocket with these headers, and sends bytes behind the request.
    Peer ask(const std::string& headers, const std::string& behind = {}) {
        Peer peer = Peer::connect(listener->port());
        peer.send(
            "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: "
            "Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: " +
            std::string{key} + "\r\n" + headers + "\r\n" + behind);
        return peer;
    }

    static void expect_accepted(const Peer& peer, const std::string& headers) {
        EXPECT_EQ(
            peer.receive_until("\r\n\r\n"),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n" +
                headers + "X-Extra: 1\r\n\r\n");
    }

    Peer connect(const std::string& behind = {}) {
        Peer peer = ask("", behind);
        expect_accepted(peer, "");
        return peer;
    }

    Peer connect_deflating() {
        echo.deflate = true;
        Peer peer = ask(browser_offer);
        expect_accepted(peer, deflate_agreed);
        return peer;
    }

    const std::string browser_offer =
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
    const std::string deflate_agreed =
        "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
        "client_no_context_takeover\r\n";

    ConnectionLedger connections{};
    Echo echo;
    LoopThread loop;
    std::unique_ptr<Listener> listener;
};

std::string text(std::string_view payload) {
    return client_frame({.opcode = Opcode::text}, payload);
}

std::string close_frame(int code) {
    return {'\x88', '\x02', static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
}

TEST_F(WebSocketTest, Echoes) {
    const Peer peer = connect();
    peer.send(text("hello") + client_frame({.opcode = Opcode::binary}, "bytes"));
    EXPECT_EQ(peer.receive(14),
              "\x81\x05hello\x82\x05"
              "bytes");
}

TEST_F(WebSocketTest, TakesFramesThatCameWithTheHandshake) {
    const Peer peer = connect(text("early") + text("bird"));
    EXPECT_EQ(peer.receive(13),
              "\x81\x05"
              "early\x81\x04"
              "bird");
}

TEST_F(WebSocketTest, AnswersPings) {
    const Peer peer = connect();
    peer.send(client_frame({.opcode = Opcode::ping}, "beat") +
              client_frame({.opcode = Opcode::pong}, "ignored"));
    EXPECT_EQ(peer.receive(6),
              "\x8A\x04"
              "beat");
    EXPECT_TRUE(peer.is_silent());
}

TEST_F(WebSocketTest, AnswersAFloodOfPingsWithFewPongs) {
    const Peer peer = connect();
    std::string flood;
    for (int i = 0; i < 1'000; ++i)
        flood += client_frame({.opcode = Opcode::ping}, std::string(125, 'p'));
    peer.send(flood + text("done"));
    const std::string all = peer.receive_until("done");
    EXPECT_LT(all.size(), 60'000U);
    EXPECT_TRUE(all.starts_with("\x8A\x7D"));
}

TEST_F(WebSocketTest, EchoesACloseFrame) {
    Peer peer = connect();
    peer.send(client_frame({.opcode = Opcode::close},
                           "\x03\xE8"
                           "bye") +
              text("too late"));
    EXPECT_EQ(peer.receive_to_end(), close_frame(1000));
    wait_until([&] { return echo.gone == 1; });
    peer.close();
    wait_until([&] { return connections.count() == 0; });
    EXPECT_EQ(echo.messages, 0);
    peer = connect();
    peer.send(client_frame({.opcode = Opcode::close}, ""));
    EXPECT_EQ(peer.receive_to_end(), std::string("\x88\x00", 2));
}

TEST_F(WebSocketTest, ClosesWithoutACode) {  // 1000 would tell a client to stay away
    Peer peer = connect();
    peer.send(text("close") + text("after") + client_frame({.opcode = Opcode::ping}, "p") +
              client_frame({.opcode = Opcode::close}, ""));
    EXPECT_EQ(peer.receive_to_end(), std::string("\x88\x00", 2));
    peer.close();
    wait_until([&] { return connections.count() == 0; });
    EXPECT_EQ(echo.messages, 1);
    EXPECT_EQ(echo.gone, 0);  // whoever closes need not be told
}

TEST_F(WebSocketTest, AbortsAtOnce) {
    const Peer peer = connect();
    peer.send(text("flood"));
    peer.receive(1'000);
    peer.send(text("abort") + text("after"));
    EXPECT_LT(peer.receive_to_end().size(), 50U * 100'010U);
    wait_until([&] { return connections.count() == 0; });
    EXPECT_EQ(echo.messages, 2);
    EXPECT_EQ(echo.gone, 0);
}

TEST_F(WebSocketTest, SaysWhatWasWrong) {
    const auto answer_to = [&](const std::string& bytes) {
        const int before = echo.gone;
        const Peer peer = connect();
        peer.send(bytes + text("after"));
        const std::string said = peer.receive_to_end();
        wait_until([&] { return echo.gone == before + 1; });
        return said;
    };
    EXPECT_EQ(answer_to(std::string("\x81\x05Hello")), close_frame(1002));  // not masked
    EXPECT_EQ(answer_to(client_frame({.opcode = Opcode::text, .reserved = 0x40}, "x")),
              close_frame(1002));
    EXPECT_EQ(answer_to(client_frame({.opcode = Opcode::text}, "\xFF")), close_frame(1007));
    EXPECT_EQ(answer_to(client_frame({.opcode = Opcode::text}, std::string(100'001, 'x'))),
              close_frame(1009));
    EXPECT_EQ(answer_to(client_frame({.opcode = Opcode::ping, .final = false}, "")),
              close_frame(1002));
    EXPECT_EQ(answer_to(client_frame({.opcode = Opcode::close}, "x")), close_frame(1002));
    EXPECT_EQ(answer_to(text("good") + client_frame({.opcode = Opcode::continuation}, "")),
              "\x81\x04good" + close_frame(1002));
    EXPECT_EQ(echo.messages, 1);
}

TEST_F(WebSocketTest, TellsThatThePeerIsGone) {
    Peer peer = connect();
    peer.close();
    wait_until([&] { return echo.gone == 1; });
    peer = connect();
    peer.send(text("flood"));
    peer.receive(10);
    peer.reset();
    wait_until([&] { return echo.gone == 2 && connections.count() == 0; });
}

TEST_F(WebSocketTest, KeepsMessagesWholeForASlowReader) {
    const Peer peer = connect();
    peer.send(text("flood") + text("end"));
    std::string expected;
    for (int i = 0; i < 50; ++i)
        expected += codec::websocket::frame(Opcode::text, std::string(100'000, 'f'));
    EXPECT_EQ(peer.receive(expected.size()), expected);
    EXPECT_EQ(peer.receive(5),
              "\x81\x03"
              "end");
}

// --- permessage-deflate --------------------------------------------------------------------------

constexpr unsigned rsv1 = 0x40;
const std::string deflated_hello{"\xf2\x48\xcd\xc9\xc9\x07\x00", 7};  // RFC 7692 §7.2.3.1

std::string deflated(const std::string& payload, Opcode opcode = Opcode::text) {
    return client_frame({.opcode = opcode, .reserved = rsv1}, payload);
}

TEST_F(WebSocketTest, AgreesToDeflateWhereItMay) {
    expect_accepted(ask(browser_offer), "");  // off
    echo.deflate = true;
    expect_accepted(ask(""), "");
    expect_accepted(ask("Sec-WebSocket-Extensions: permessage-bzip2\r\n"), "");
    expect_accepted(ask(browser_offer), deflate_agreed);
    // One list in two headers.
    expect_accepted(
        ask("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=9\r\n" +
            browser_offer),
        deflate_agreed);
    EXPECT_TRUE(ask("Sec-WebSocket-Extensions: permessage-deflate; level=9\r\n")
                    .receive_until("\r\n\r\n")
                    .starts_with("HTTP/1.1 400 "));
    echo.deflate = false;
    expect_accepted(ask("Sec-WebSocket-Extensions: permessage-deflate; level=9\r\n"), "");
}

TEST_F(WebSocketTest, InflatesWhatItReceives) {
    const Peer peer = connect_deflating();
    const std::string answer =
        codec::websocket::frame(Opcode::text, deflated_hello, Payload::deflated);
    peer.send(deflated(deflated_hello));
    EXPECT_EQ(peer.receive(answer.size()), answer);
    // In fragments, with a control frame between them, and a second time from an empty window.
    peer.send(client_frame({.opcode = Opcode::text, .final = false, .reserved = rsv1},
                           deflated_hello.substr(0, 3)) +
              client_frame({.opcode = Opcode::pong}, "") +
              client_frame({.opcode = Opcode::continuation}, deflated_hello.substr(3)));
    EXPECT_EQ(peer.receive(answer.size()), answer);
    // A message may be plain all the same.
    peer.send(text("Hello"));
    EXPECT_EQ(peer.receive(answer.size()), answer);
    const std::string bytes(100'000, '\xFF');
    peer.send(deflated(deflate_message(bytes), Opcode::binary));
    const std::string bytes_answer =
        codec::websocket::frame(Opcode::binary, deflate_message(bytes), Payload::deflated);
    EXPECT_EQ(peer.receive(bytes_answer.size()), bytes_answer);
    EXPECT_EQ(echo.messages, 4);
}

TEST_F(WebSocketTest, SaysWhatWasWrongWithACompressedMessage) {
    const auto answer_to = [&](const std::string& bytes) {
        const int before = echo.gone;
        const Peer peer = connect_deflating();
        peer.send(bytes + text("after") + deflated(deflated_hello));
        const std::string said = peer.receive_to_end();
        wait_until([&] { return echo.gone == before + 1; });
        return said;
    };
    EXPECT_EQ(answer_to(deflated("never compressed")), close_frame(1007));
    EXPECT_EQ(answer_to(deflated(deflated_hello.substr(0, 5))), close_frame(1007));
    EXPECT_EQ(answer_to(deflated(deflate_message("\xFF"))), close_frame(1007));  // not UTF-8
    EXPECT_EQ(answer_to(deflated(deflate_message(std::string(100'001, 'x')))), close_frame(1009));
    EXPECT_EQ(answer_to(deflated(std::string(100'001, 'x'))), close_frame(1009));
    EXPECT_EQ(answer_to(client_frame({.opcode = Opcode::ping, .reserved = rsv1}, "")),
              close_frame(1002));
    EXPECT_EQ(answer_to(client_frame({.opcode = Opcode::text, .reserved = 0x20}, "x")),
              close_frame(1002));
    EXPECT_EQ(echo.messages, 0);
    const Peer peer = connect();  // offered nothing
    peer.send(deflated(deflated_hello));
    EXPECT_EQ(peer.receive_to_end(), close_frame(1002));
}

TEST_F(WebSocketTest, MayCloseOnACompressedMessage) {
    const Peer peer = connect_deflating();
    peer.send(deflated(deflate_message("close")) + deflated(deflated_hello) +
              deflated("never compressed"));
    EXPECT_EQ(peer.receive_to_end(), std::string("\x88\x00", 2));
    EXPECT_EQ(echo.messages, 1);
    EXPECT_EQ(echo.gone, 0);
}

}  // namespace
}  // namespace homeroom::net
