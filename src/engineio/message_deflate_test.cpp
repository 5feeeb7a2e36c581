// permessage-deflate (RFC 7692): agreed only where it is on, a message compressed once for all who
// agreed to it, and plain for everybody else.
#include <gtest/gtest.h>
#include <random>
#include <string>

#include "codec/permessage_deflate.h"
#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using test::Answer;
using test::header_of;
using test::TestServer;
using test::websocket;
using test::websocket_v3;
using test::WebSocketClient;

const std::string offer =
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n";
constexpr std::string_view extensions = "Sec-WebSocket-Extensions";
const std::string long_text(5000, 'x');

// --- The frame -----------------------------------------------------------------------------------

TEST(FrameDeflate, IsMadeOnceAndShared) {
    const Frame frame = Frame::text(long_text, {.deflate_bytes_min = 1024});
    const Frame copy = frame;
    ASSERT_FALSE(frame.websocket_deflated().empty());
    EXPECT_EQ(frame.websocket_deflated().view().data(), copy.websocket_deflated().view().data());
    EXPECT_EQ(frame.websocket_deflated().view()[0], '\xC1');
    EXPECT_EQ(Frame::binary(long_text, {.deflate_bytes_min = 1024}).websocket_deflated().view()[0],
              '\xC2');
    EXPECT_EQ(frame.payload(), "4" + long_text);  // the plain form stays
}

TEST(FrameDeflate, IsNotMadeWhereItIsNotWorthIt) {
    EXPECT_TRUE(Frame::text(long_text).websocket_deflated().empty());
    EXPECT_TRUE(Frame::text(std::string(1022, 'x'), {.deflate_bytes_min = 1024})
                    .websocket_deflated()
                    .empty());
    EXPECT_FALSE(Frame::text(std::string(1023, 'x'), {.deflate_bytes_min = 1024})
                     .websocket_deflated()
                     .empty());
    EXPECT_TRUE(Frame::text(long_text, {.deflate_bytes_min = 1024, .compress = Compress::no})
                    .websocket_deflated()
                    .empty());
    std::mt19937 random{1};
    std::string noise;
    for (int i = 0; i < 5000; ++i) noise += static_cast<char>(random());
    EXPECT_TRUE(Frame::binary(noise, {.deflate_bytes_min = 1024}).websocket_deflated().empty());
}

// --- The agreement -------------------------------------------------------------------------------

TEST(EngineIoDeflate, IsNotAgreedToWhereItIsOff) {
    TestServer server;
    WebSocketClient client{server.port, websocket, offer};
    EXPECT_EQ(header_of(client.head(), extensions), "absent");
    const std::string sid = test::sid_of(client.receive());
    server.with_session(sid, [](Session& session) {
        session.send(Frame::text(long_text, {.deflate_bytes_min = 1024}));
    });
    EXPECT_EQ(client.receive(), "4" + long_text);
    // A wrong offer is no fault where none would be taken.
    const WebSocketClient wrong{server.port, websocket,
                                "Sec-WebSocket-Extensions: permessage-deflate; nonsense=1\r\n"};
    EXPECT_EQ(header_of(wrong.head(), extensions), "absent");
}

class EngineIoDeflateTest : public testing::Test, protected TestServer {
protected:
    EngineIoDeflateTest() : TestServer({.allow_eio3 = true, .deflate_bytes_min = 1024}) {}

    void send(WebSocketClient& client, const Frame& frame) { send_to(client.receive(), frame); }
    void send_to(const std::string& open_packet, const Frame& frame) {
        with_session(test::sid_of(open_packet), [&](Session& session) { session.send(frame); });
    }
    const Frame broadcast = Frame::text(long_text, {.deflate_bytes_min = 1024});
};

TEST_F(EngineIoDeflateTest, IsAgreedToWithoutContext) {
    const WebSocketClient client{port, websocket, offer};
    EXPECT_EQ(header_of(client.head(), extensions),
              "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
    const WebSocketClient without{port, websocket};
    EXPECT_EQ(header_of(without.head(), extensions), "absent");
    const Answer refused =
        request("GET", websocket, {},
                std::string{test::upgrade_headers} +
                    "Sec-WebSocket-Extensions: permessage-deflate; nonsense=1\r\n");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, "Invalid or unacceptable Sec-WebSocket-Extensions header");
}

TEST_F(EngineIoDeflateTest, SendsEachReceiverTheFormItReads) {
    WebSocketClient first{port, websocket, offer};
    WebSocketClient second{port, websocket, offer};
    WebSocketClient plain{port, websocket};
    WebSocketClient text_only{port, websocket + "&b64=1", offer};
    const std::string poller = open();
    for (WebSocketClient* client : {&first, &second, &plain, &text_only}) send(*client, broadcast);
    with_session(poller, [&](Session& session) { session.send(broadcast); });
    EXPECT_EQ(first.receive(), "deflated:4" + long_text);
    EXPECT_EQ(second.receive(), "deflated:4" + long_text);
    EXPECT_EQ(plain.receive(), "4" + long_text);
    EXPECT_EQ(text_only.receive(), "deflated:4" + long_text);
    EXPECT_EQ(get(poller).body, "4" + long_text);
}

// So the same bytes do for all receivers, and for the same message again.
TEST_F(EngineIoDeflateTest, KeepsNoContextFromMessageToMessage) {
    WebSocketClient first{port, websocket, offer};
    WebSocketClient second{port, websocket, offer};
    const std::string bytes{broadcast.websocket_deflated().view()};
    for (WebSocketClient* client : {&first, &second}) {
        const std::string open_packet = client->receive();
        for (int i = 0; i < 2; ++i) send_to(open_packet, broadcast);
        EXPECT_EQ(client->peer().receive(2 * bytes.size()), bytes + bytes);
    }
}

TEST_F(EngineIoDeflateTest, LeavesSmallMessagesPlain) {
    WebSocketClient client{port, websocket, offer};
    send(client, Frame::text("small", {.deflate_bytes_min = 1024}));
    EXPECT_EQ(client.receive(), "4small");
}

TEST_F(EngineIoDeflateTest, SendsBytesCompressed) {
    WebSocketClient client{port, websocket, offer};
    send(client, Frame::binary(long_text, {.deflate_bytes_min = 1024}));
    EXPECT_EQ(client.receive(), "deflated:bytes:" + long_text);
}

// Their type byte is not in the shared frame.
TEST_F(EngineIoDeflateTest, SendsProtocolThreesBytesPlain) {
    WebSocketClient client{port, websocket_v3, offer};
    send(client, Frame::binary(long_text, {.deflate_bytes_min = 1024}));
    EXPECT_EQ(client.receive(), "bytes:\x04" + long_text);
}

TEST_F(EngineIoDeflateTest, HoldsForAnUpgradedSession) {
    const std::string sid = open();
    WebSocketClient client{port, websocket + "&sid=" + sid, offer};
    with_session(sid, [&](Session& session) { session.send(broadcast); });
    client.send("5");
    EXPECT_EQ(client.receive(), "deflated:4" + long_text);
}

TEST_F(EngineIoDeflateTest, ReadsWhatTheClientCompressed) {
    WebSocketClient client{port, websocket, offer};
    client.receive();
    client.peer().send(codec::websocket::test::client_frame(
        {.reserved = 0x40}, codec::websocket::deflate_message("4" + long_text)));
    EXPECT_EQ(client.receive(), "4" + long_text);
}

TEST_F(EngineIoDeflateTest, ClosesOnAMessageThatInflatesBeyondTheLimit) {
    WebSocketClient client{port, websocket, offer};
    client.receive();
    client.peer().send(codec::websocket::test::client_frame(
        {.reserved = 0x40},
        codec::websocket::deflate_message("4" + std::string(limits::message_bytes_max, 'x'))));
    EXPECT_EQ(client.receive(), "close 1009");
    EXPECT_EQ(counters.count(Limit::message_bytes), 1U);
    EXPECT_EQ(echo.messages, 0);
}

}  // namespace
}  // namespace homeroom::engineio
