// What comes first: the open packet, the server's initial message, and what the application says to
// its new session.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using test::polling;
using test::polling_v3;
using test::TestServer;
using test::websocket;
using test::WebSocketClient;

void greet(Session& session) {
    session.send(Frame::text("hello"));
}

TEST(EngineIoInitialPacket, ComesRightBehindTheOpenPacket) {
    TestServer server{{.initial_packet = "welcome"}, greet};
    const std::string body = server.request("GET", polling).body;
    EXPECT_TRUE(body.starts_with(R"(0{"sid":")")) << body;
    EXPECT_TRUE(
        body.ends_with("}\x1e"
                       "4welcome"))
        << body;
    EXPECT_EQ(server.get(test::sid_of(body)).body, "4hello");
    WebSocketClient client{server.port, websocket};
    EXPECT_TRUE(client.receive().starts_with(R"(0{"sid":")"));
    EXPECT_EQ(client.receive(), "4welcome");
    EXPECT_EQ(client.receive(), "4hello");
}

TEST(EngineIoInitialPacket, IsForProtocolThreeToo) {
    TestServer server{{.allow_eio3 = true, .initial_packet = "welcome"}};
    const std::string body = server.request("GET", polling_v3).body;
    EXPECT_TRUE(body.ends_with("}8:4welcome")) << body;
}

TEST(EngineIoInitialPacket, IsNotThereByDefault) {
    TestServer server{{}, greet};
    const std::string body = server.request("GET", polling).body;
    EXPECT_TRUE(body.ends_with("}")) << body;
    WebSocketClient client{server.port, websocket};
    client.receive();
    EXPECT_EQ(client.receive(), "4hello");
}

// The handler hears of the end although it came before the handler was known.
TEST(EngineIoOpening, MayBeTheEnd) {
    TestServer server{{}, [](Session& session) {
                          session.send(Frame::text("goodbye"));
                          session.close(CloseReason::forced_close);
                      }};
    const std::string sid = server.open();
    EXPECT_EQ(server.get(sid).body, "4goodbye");
    EXPECT_EQ(server.get(sid).body, test::payload({"6", "1"}));
    server.expect_gone(sid);
    WebSocketClient client{server.port, websocket};
    EXPECT_TRUE(client.receive().starts_with(R"(0{"sid":")"));
    EXPECT_EQ(client.receive(), "4goodbye");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(server.close_reasons(), std::vector<std::string>(2, "forced close"));
    EXPECT_EQ(server.sessions(), 0U);
}

}  // namespace
}  // namespace homeroom::engineio
