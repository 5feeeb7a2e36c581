// The Engine.IO protocol 4 server on a port of its own, spoken to in raw HTTP and WebSocket frames.
#include "engineio/server.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using test::Echo;
using test::HttpClient;
using test::polling;
using test::websocket;
using test::WebSocketClient;

class EngineIoTest : public testing::Test, protected test::TestServer {
protected:
    using TestServer::TestServer;
};

// --- Opening -------------------------------------------------------------------------------------

TEST_F(EngineIoTest, OpensByPolling) {
    const Answer answer = HttpClient{port}.request("GET", polling);
    EXPECT_EQ(answer.status, 200);
    EXPECT_NE(answer.head.find("text/plain; charset=UTF-8"), std::string::npos);
    EXPECT_NE(answer.head.find("cache-control: no-store"), std::string::npos);
    const std::string sid = test::sid_of(answer.body);
    EXPECT_EQ(sid.size(), 20U);
    EXPECT_EQ(
        answer.body,
        R"(0{"sid":")" + sid +
            R"(","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})");
}

TEST_F(EngineIoTest, OpensByWebSocket) {
    WebSocketClient client{port, websocket};
    const std::string open = client.receive();
    EXPECT_NE(open.find(R"("upgrades":[])"), std::string::npos);
    client.send("4hello");
    EXPECT_EQ(client.receive(), "4hello");
    client.send_bytes("\x01\x02");
    EXPECT_EQ(client.receive(), "bytes:\x01\x02");
    client.send("bAQI=");  // accepted on both transports
    EXPECT_EQ(client.receive(), "bytes:\x01\x02");
}

TEST_F(EngineIoTest, WritesBytesAsTextForAClientThatAsks) {
    WebSocketClient client{port, websocket + "&b64=1"};
    client.receive();
    client.send_bytes("\x01\x02");
    EXPECT_EQ(client.receive(), "bAQI=");
}

TEST_F(EngineIoTest, RefusesBadRequestsInTheReferencesOrder) {
    HttpClient client{port};
    const auto said = [&](std::string_view method, const std::string& target,
                          std::string_view headers = {}) {
        const Answer answer = client.request(method, target, {}, headers);
        return std::to_string(answer.status) + " " + answer.body;
    };
    EXPECT_EQ(said("GET", "/engine.io/"), R"(400 {"code":0,"message":"Transport unknown"})");
    EXPECT_EQ(said("GET", "/engine.io/?transport=abc&EIO=4"),
              R"(400 {"code":0,"message":"Transport unknown"})");
    EXPECT_EQ(said("GET", polling + "&sid=abc"),
              R"(400 {"code":1,"message":"Session ID unknown"})");
    EXPECT_EQ(said("POST", polling), R"(400 {"code":2,"message":"Bad handshake method"})");
    EXPECT_EQ(said("GET", websocket), R"(400 {"code":3,"message":"Bad request"})");
    EXPECT_EQ(said("GET", "/engine.io/?EIO=3&transport=polling"),
              R"(400 {"code":5,"message":"Unsupported protocol version"})");
    EXPECT_EQ(said("GET", "/engine.io/?transport=polling"),
              R"(400 {"code":5,"message":"Unsupported protocol version"})");
    EXPECT_EQ(said("GET", polling + "&sid=" + open() + "&EIO=3"),
              R"(400 {"code":3,"message":"Bad request"})");
    EXPECT_EQ(said("DELETE", polling + "&sid=" + open()), "500 ");
    EXPECT_EQ(said("GET", polling + "&sid=").substr(0, 4), "200 ");  // an empty one is none
}

TEST_F(EngineIoTest, RefusesBadUpgradesInWords) {
    const auto said = [&](const std::string& target, std::string_view headers) {
        HttpClient client{port};
        const Answer answer = client.request("GET", target, {}, headers);
        EXPECT_NE(answer.head.find("Connection: close"), std::string::npos);
        return std::to_string(answer.status) + " " + answer.body;
    };
    EXPECT_EQ(said(websocket + "&sid=abc", test::upgrade_headers), "400 Session ID unknown");
    EXPECT_EQ(said("/engine.io/?EIO=3&transport=websocket", test::upgrade_headers),
              "400 Unsupported protocol version");
    EXPECT_EQ(said(websocket,
                   "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"),
              "400 Missing or invalid Sec-WebSocket-Key header");
    EXPECT_EQ(said(polling, test::upgrade_headers), "400 Bad request");
}

// --- Upgrade -------------------------------------------------------------------------------------

TEST_F(EngineIoTest, Upgrades) {
    const std::string sid = open();
    WebSocketClient client{port, websocket + "&sid=" + sid};
    client.send("2probe");
    EXPECT_EQ(client.receive(), "3probe");
    EXPECT_EQ(get(sid).body, "6");
    EXPECT_EQ(get(sid).body, "6");  // every poll of a client that is upgrading
    post(sid, "43 messages");
    EXPECT_EQ(get(sid).body,
              "40\x1e"
              "41\x1e"
              "42");
    post(sid, "42 messages");
    client.send("5");
    EXPECT_EQ(client.receive(), "40");
    EXPECT_EQ(client.receive(), "41");
    client.send("4hello");
    EXPECT_EQ(client.receive(), "4hello");
    EXPECT_EQ(get(sid).body, R"({"code":3,"message":"Bad request"})");
    EXPECT_EQ(sessions(), 1U);
}

TEST_F(EngineIoTest, EndsAPendingPollWhenItUpgrades) {
    const std::string sid = open();
    WebSocketClient client{port, websocket + "&sid=" + sid};
    HttpClient poll{port};
    poll.send("GET", polling + "&sid=" + sid);
    EXPECT_TRUE(poll.peer().is_silent(20ms));
    client.send("2probe");
    EXPECT_EQ(client.receive(), "3probe");
    EXPECT_EQ(poll.receive().body, "6");
    client.send("5");
    client.send("4x");
    EXPECT_EQ(client.receive(), "4x");
}

TEST_F(EngineIoTest, KeepsPollingWhenACandidateMisbehaves) {
    const std::string sid = open();
    for (const std::string_view first : {"2", "4x", "1", "abc"}) {
        WebSocketClient client{port, websocket + "&sid=" + sid};
        client.send(first);
        EXPECT_EQ(client.receive(), "close");
    }
    { WebSocketClient gone{port, websocket + "&sid=" + sid}; }
    post(sid, "4still here");
    EXPECT_EQ(get(sid).body, "4still here");
}

TEST_F(EngineIoTest, ShowsASecondWebSocketTheDoor) {
    const std::string sid = open();
    WebSocketClient first{port, websocket + "&sid=" + sid};
    WebSocketClient second{port, websocket + "&sid=" + sid};
    EXPECT_EQ(second.receive(), "close");
    first.send("2probe");
    EXPECT_EQ(first.receive(), "3probe");
    first.send("5");
    first.send("4x");
    EXPECT_EQ(first.receive(), "4x");
    WebSocketClient thief{port, websocket + "&sid=" + sid};
    thief.send("2probe");
    EXPECT_EQ(thief.receive(), "close");
    first.send("4y");
    EXPECT_EQ(first.receive(), "4y");
}

TEST_F(EngineIoTest, DropsTheCandidateWithTheSession) {
    const std::string sid = open();
    WebSocketClient client{port, websocket + "&sid=" + sid};
    client.send("2probe");
    EXPECT_EQ(client.receive(), "3probe");
    post(sid, "1");
    EXPECT_EQ(client.receive(), "close");
    expect_gone(sid);
}

// --- Several loops -------------------------------------------------------------------------------

TEST_F(EngineIoTest, NamesItsLoopInTheId) {
    EXPECT_EQ(open()[0], 'A');
}

TEST(EngineIoPlaces, KnowAForeignSessionsLoop) {
    net::test::LoopThread loop;
    Echo echo;
    const Server server{*loop, Options{}, echo, {.loop = 1, .loops = 3}};
    const auto loop_of = [&](const std::string& sid) {
        net::HttpRequest head;
        head.query = "EIO=4&transport=polling&sid=" + sid;
        return server.other_loop(head);
    };
    EXPECT_EQ(loop_of("Axxxxxxxxxxxxxxxxxxx"), 0U);
    EXPECT_EQ(loop_of("Cxxxxxxxxxxxxxxxxxxx"), 2U);
    for (const std::string sid : {"", "Bxxx", "Dxxx", "_xxx", "~xxx", "%00", "\xC3\xA9"})
        EXPECT_EQ(loop_of(sid), std::nullopt) << sid;
    loop.stop();
}

}  // namespace
}  // namespace homeroom::engineio
