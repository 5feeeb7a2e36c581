// The server's pings in protocol 4, and how long it waits for their pongs.
#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using namespace std::chrono_literals;
using net::test::wait_until;
using test::payload;
using test::TestServer;
using test::websocket;
using test::WebSocketClient;

SteadyTime now() {
    return std::chrono::steady_clock::now();
}

// A large upload can hold the pong back: once, what comes in its place makes the server wait anew.
TEST(EngineIoHeartbeat, WaitsOnceMoreForAClientThatTalks) {
    TestServer server{{.ping_interval = 50ms, .ping_timeout = 1200ms}};
    WebSocketClient client{server.port, websocket};
    client.receive();
    EXPECT_EQ(client.receive(), "2");
    std::this_thread::sleep_for(300ms);
    const auto first = now();
    client.send("4x");
    EXPECT_EQ(client.receive(), "4x");
    // Once: else a client that talks for ever would never have to answer.
    std::string last = "4x";
    while (last == "4x" && now() - first < net::test::patience) {
        std::this_thread::sleep_for(20ms);
        client.send("4x");
        last = client.receive();
    }
    EXPECT_GE(now() - first, 1200ms);
    EXPECT_EQ(server.close_reasons(), std::vector<std::string>{"ping timeout"});
}

TEST(EngineIoHeartbeat, PingsAClientThatTalks) {
    TestServer server{{.ping_interval = 100ms, .ping_timeout = 10s}};
    WebSocketClient client{server.port, websocket};
    client.receive();
    for (int pings = 0; pings < 3;) {
        client.send("4x");
        const std::string packet = client.receive();
        if (packet != "2") {
            ASSERT_EQ(packet, "4x");
            std::this_thread::sleep_for(5ms);
            continue;
        }
        ++pings;
        client.send("3");
        EXPECT_EQ(client.receive(), "4x");
    }
}

// The interval begins with the pong, whatever it says.
TEST(EngineIoHeartbeat, PingsAnIntervalAfterThePong) {
    TestServer server{{.ping_interval = 200ms, .ping_timeout = 10s}};
    WebSocketClient client{server.port, websocket};
    client.receive();
    EXPECT_EQ(client.receive(), "2");
    std::this_thread::sleep_for(150ms);
    const auto pong = now();
    client.send("3 and more");
    EXPECT_EQ(client.receive(), "2");
    EXPECT_GE(now() - pong, 200ms);
}

TEST(EngineIoHeartbeat, KeepsAPingForTheNextPoll) {
    TestServer server{{.ping_interval = 50ms, .ping_timeout = 10s}};
    const std::string sid = server.open();
    std::this_thread::sleep_for(500ms);
    server.post(sid, "4a");
    EXPECT_EQ(server.get(sid).body, payload({"2", "4a"}));
    server.post(sid, "3");
    EXPECT_EQ(server.get(sid).body, "2");
}

TEST(EngineIoHeartbeat, GoesOnThroughAnUpgrade) {
    TestServer server{{.ping_interval = 100ms, .ping_timeout = 10s}};
    const std::string sid = server.open();
    EXPECT_EQ(server.get(sid).body, "2");
    WebSocketClient client{server.port, websocket + "&sid=" + sid};
    client.send("5");
    client.send("3");  // to the ping that came by polling
    EXPECT_EQ(client.receive(), "2");
    client.send("3");
    EXPECT_EQ(client.receive(), "2");
}

// In Node's server the upgrade forgets that a pong is awaited.
TEST(EngineIoHeartbeat, MissesAPongThatGotLostInAnUpgrade) {
    TestServer server{{.ping_interval = 50ms, .ping_timeout = 1500ms}};
    const std::string sid = server.open();
    EXPECT_EQ(server.get(sid).body, "2");
    WebSocketClient client{server.port, websocket + "&sid=" + sid};
    client.send("5");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(server.close_reasons(), std::vector<std::string>{"ping timeout"});
}

TEST(EngineIoHeartbeat, EndsACandidateWithItsSession) {
    TestServer server{{.ping_interval = 50ms, .ping_timeout = 1500ms}};
    const std::string sid = server.open();
    WebSocketClient client{server.port, websocket + "&sid=" + sid};
    client.send("2probe");
    EXPECT_EQ(client.receive(), "3probe");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(server.close_reasons(), std::vector<std::string>{"ping timeout"});
}

class EngineIoHeartbeatTest : public testing::Test, protected TestServer {
protected:
    EngineIoHeartbeatTest()
        : TestServer({.ping_interval = 100ms, .ping_timeout = 80ms, .upgrade_timeout = 60ms}) {}
};

TEST_F(EngineIoHeartbeatTest, Pings) {
    WebSocketClient client{port, websocket};
    client.receive();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(client.receive(), "2");
        client.send("3");
    }
    EXPECT_EQ(client.receive(), "2");
    EXPECT_EQ(client.receive(), "close");  // no pong
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"ping timeout"});
}

TEST_F(EngineIoHeartbeatTest, PingsByPolling) {
    const std::string sid = open();
    EXPECT_EQ(get(sid).body, "2");
    post(sid, "3");
    EXPECT_EQ(get(sid).body, "2");
    EXPECT_EQ(get(sid).body, "1");
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"ping timeout"});
}

TEST_F(EngineIoHeartbeatTest, EndsASessionThatSaysNothing) {
    open();
    wait_until([&] { return sessions() == 0; });
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"ping timeout"});
}

TEST_F(EngineIoHeartbeatTest, GivesUpACandidateThatSaysNothing) {
    const std::string sid = open();
    WebSocketClient client{port, websocket + "&sid=" + sid};
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(sessions(), 1U);
}

}  // namespace
}  // namespace homeroom::engineio
