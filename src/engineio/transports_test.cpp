// Transports, and the way from one to the other, that are switched off.
#include <gtest/gtest.h>
#include <string>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using test::Answer;
using test::polling;
using test::TestServer;
using test::websocket;
using test::WebSocketClient;

constexpr std::string_view unknown = R"({"code":0,"message":"Transport unknown"})";

TEST(EngineIoTransports, DoWithoutPolling) {
    TestServer server{{.polling = false}};
    const Answer refused = server.request("GET", polling);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, unknown);
    EXPECT_EQ(server.request("POST", polling, "4a").body, unknown);
    WebSocketClient client{server.port, websocket};
    const std::string sid = test::sid_of(client.receive());
    EXPECT_EQ(server.get(sid).body, unknown);
    client.send("4a");
    EXPECT_EQ(client.receive(), "4a");
}

TEST(EngineIoTransports, DoWithoutWebSocket) {
    TestServer server{{.websocket = false}};
    const std::string open_packet = server.request("GET", polling).body;
    EXPECT_NE(open_packet.find(R"("upgrades":[])"), std::string::npos) << open_packet;
    const std::string sid = test::sid_of(open_packet);
    for (const std::string& target : {websocket, websocket + "&sid=" + sid}) {
        const Answer refused = server.request("GET", target, {}, test::upgrade_headers);
        EXPECT_EQ(refused.status, 400);
        EXPECT_EQ(refused.body, "Transport unknown");
    }
    server.post(sid, "4a");
    EXPECT_EQ(server.get(sid).body, "4a");
}

TEST(EngineIoTransports, DoWithoutUpgrades) {
    TestServer server{{.allow_upgrades = false}};
    const std::string open_packet = server.request("GET", polling).body;
    EXPECT_NE(open_packet.find(R"("upgrades":[])"), std::string::npos) << open_packet;
    const std::string sid = test::sid_of(open_packet);
    const Answer refused =
        server.request("GET", websocket + "&sid=" + sid, {}, test::upgrade_headers);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, "Bad request");
    server.post(sid, "4a");
    EXPECT_EQ(server.get(sid).body, "4a");
    WebSocketClient client{server.port, websocket};  // a session of its own
    client.receive();
    client.send("4b");
    EXPECT_EQ(client.receive(), "4b");
}

TEST(EngineIoTransports, ListenOnTheirPathOnly) {
    TestServer server{{.path = "/live/"}};
    EXPECT_EQ(server.request("GET", "/live/?EIO=4&transport=polling").status, 200);
    EXPECT_TRUE(server.echo.server->serves("/live/"));
    EXPECT_TRUE(server.echo.server->serves("/live/anything"));
    EXPECT_TRUE(server.echo.server->serves("/live"));  // as some clients are told to ask
    EXPECT_FALSE(server.echo.server->serves("/liv"));
    EXPECT_FALSE(server.echo.server->serves("/lives/"));
}

}  // namespace
}  // namespace homeroom::engineio
