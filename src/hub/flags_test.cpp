// What may be dropped, what may wait, and what may be compressed.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/limits.h"
#include "hub/test_server.h"

namespace homeroom::hub {
namespace {

using namespace std::chrono_literals;
using List = std::vector<std::string>;
using test::HttpClient;
using test::wait_until;
using test::WebSocketClient;

class FlagsTest : public test::ServerTest {
protected:
    using ServerTest::ServerTest;

    Broadcast event(const std::string& name, Selection to = {.everyone = true}) const {
        return {.to = std::move(to), .message = server->encoder().event("/", name, {})};
    }
    const std::string polling = "/socket.io/?EIO=4&transport=polling";
};

// --- Volatile ------------------------------------------------------------------------------------

TEST_F(FlagsTest, DropsAVolatileBroadcastForWhomItCannotReachNow) {
    std::string busy;
    WebSocketClient first = join();
    WebSocketClient second = join(&busy);
    with_socket(busy, [&](Socket& socket) {
        socket.emit("kept", {});
        Broadcast broadcast = event("volatile");
        broadcast.delivery = Delivery::may_drop;
        socket.hub().deliver(broadcast);
        socket.emit("kept", {});
    });
    EXPECT_EQ(first.receive(), R"(42["volatile"])");
    EXPECT_EQ(second.receive(), R"(42["kept"])");
    EXPECT_EQ(second.receive(), R"(42["kept"])");
    EXPECT_TRUE(second.peer().is_silent());
}

TEST_F(FlagsTest, DropsAVolatileWithAllItsBytesOrNone) {
    std::string id;
    WebSocketClient client = join(&id);
    const std::vector<std::string> bytes{"a", "b"};
    const std::vector<std::string_view> places{R"({"_placeholder":true,"num":0})",
                                               R"({"_placeholder":true,"num":1})"};
    with_socket(id, [&](Socket& socket) {
        for (int i = 0; i < 3; ++i) {
            socket.emit("volatile", places, {.attachments = bytes, .delivery = Delivery::may_drop});
        }
    });
    EXPECT_TRUE(client.receive().starts_with(R"(452-["volatile",)"));
    EXPECT_EQ(client.receive(), "bytes:a");
    EXPECT_EQ(client.receive(), "bytes:b");
    EXPECT_TRUE(client.peer().is_silent());
}

TEST_F(FlagsTest, DropsAVolatileForOneThatDoesNotPoll) {
    const std::string target =
        polling + "&sid=" + test::sid_of(HttpClient{server->port()}.request("GET", polling).body);
    EXPECT_EQ(HttpClient{server->port()}.request("POST", target, "40").body, "ok");
    HttpClient poll{server->port()};
    EXPECT_TRUE(poll.request("GET", target).body.starts_with("40{"));
    Broadcast broadcast = event("volatile");
    broadcast.delivery = Delivery::may_drop;
    on_loop([&](Hub& hub) {
        hub.deliver(broadcast);
        hub.deliver(event("kept"));
    });
    EXPECT_EQ(poll.request("GET", target).body, R"(42["kept"])");
}

// --- Hold ----------------------------------------------------------------------------------------

TEST_F(FlagsTest, HoldsWhatIsExceptedOnlyIfItStillIsAtTheEnd) {
    std::string id;
    WebSocketClient client = join(&id);
    with_socket(id, [&](Socket& socket) {
        socket.hold();
        socket.hub().deliver(event("everyone"));
        socket.hub().deliver(event("excepted later", {.everyone = true, .except = {"muted"}}));
        socket.join("muted");
        socket.hub().deliver(event("excepted", {.everyone = true, .except = {"muted"}}));
        socket.emit("not held", {});  // who speaks to this one alone knows what it does
        socket.release();
        socket.hub().deliver(event("live"));
    });
    EXPECT_EQ(client.receive(), R"(42["not held"])");
    EXPECT_EQ(client.receive(), R"(42["everyone"])");
    EXPECT_EQ(client.receive(), R"(42["live"])");
}

TEST_F(FlagsTest, EndsTheConnectionOfOneThatHoldsTooMuch) {
    std::string id;
    WebSocketClient client = join(&id);
    with_socket(id, [&](Socket& socket) {
        const std::string text(100, 'x');
        socket.hold(1'000);
        for (int i = 0; i < 9; ++i)
            socket.hub().deliver({.to = {.everyone = true}, .message = {Frame::text(text)}});
        EXPECT_FALSE(socket.is_gone());
        socket.hub().deliver({.to = {.everyone = true}, .message = {Frame::text(text)}});
        socket.hub().settle();
        EXPECT_TRUE(socket.is_gone());
        socket.release();  // nothing is left to send
    });
    EXPECT_EQ(client.receive(), "close");  // no "41": it comes back and catches up
    EXPECT_EQ(school.notes().back(), "disconnect forced close");
}

// --- Compression ---------------------------------------------------------------------------------

class CompressionTest : public FlagsTest {
protected:
    CompressionTest()
        : FlagsTest({.engine = {.http_compression_bytes_min = 100, .deflate_bytes_min = 100}}) {}

    void emit(const std::string& id, Compress compress) {
        with_socket(id, [&](Socket& socket) {
            const std::string argument = "\"" + std::string(1'000, 'x') + "\"";
            const std::vector<std::string_view> arguments{argument};
            socket.emit("e", arguments, {.compress = compress});
        });
    }
};

TEST_F(CompressionTest, IsUsedWhereItIsAgreedAndWanted) {
    HttpClient http{server->port()};
    http.send("GET", "/socket.io/?EIO=4&transport=websocket", {},
              std::string{engineio::test::upgrade_headers} +
                  "Sec-WebSocket-Extensions: permessage-deflate\r\n");
    EXPECT_NE(http.peer().receive_until("\r\n\r\n").find("permessage-deflate"), std::string::npos);
    const auto receive = [&] {  // a frame: its first byte, and how long it is
        const std::string head = http.peer().receive(2);
        std::size_t size = static_cast<unsigned char>(head[1]);
        if (size == 126) {
            const std::string wide = http.peer().receive(2);
            size = static_cast<std::size_t>(static_cast<unsigned char>(wide[0])) << 8 |
                   static_cast<unsigned char>(wide[1]);
        }
        return std::pair{static_cast<unsigned char>(head[0]), http.peer().receive(size)};
    };
    receive();  // the open packet
    http.peer().send(
        codec::websocket::test::client_frame({.opcode = codec::websocket::Opcode::text}, "40"));
    const std::string id = test::sid_of(receive().second);
    ASSERT_EQ(id.size(), 20U);
    emit(id, Compress::yes);
    const auto [compressed, bytes] = receive();
    EXPECT_EQ(compressed, 0xC1);
    EXPECT_LT(bytes.size(), 100U);
    emit(id, Compress::no);
    const auto [plain, text] = receive();
    EXPECT_EQ(plain, 0x81);
    EXPECT_EQ(text.size(), 1'000 + std::string{R"(42["e",""])"}.size());
}

TEST_F(CompressionTest, IsUsedInAPollingAnswerThatWantsIt) {
    const std::string sid = test::sid_of(HttpClient{server->port()}.request("GET", polling).body);
    const std::string target = polling + "&sid=" + sid;
    EXPECT_EQ(HttpClient{server->port()}.request("POST", target, "40").body, "ok");
    HttpClient poll{server->port()};
    const std::string id = test::sid_of(poll.request("GET", target).body);
    ASSERT_EQ(id.size(), 20U);
    emit(id, Compress::yes);
    const auto compressed = poll.request("GET", target, {}, "Accept-Encoding: gzip\r\n");
    EXPECT_NE(compressed.head.find("Content-Encoding: gzip"), std::string::npos);
    EXPECT_LT(compressed.body.size(), 200U);
    emit(id, Compress::no);
    const auto plain = poll.request("GET", target, {}, "Accept-Encoding: gzip\r\n");
    EXPECT_EQ(plain.head.find("Content-Encoding"), std::string::npos);
    EXPECT_TRUE(plain.body.starts_with(R"(42["e",)"));
}

}  // namespace
}  // namespace homeroom::hub
