// What a client may bring, before it has joined anything and after, and who counts it.
#include <gtest/gtest.h>
#include <string>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using test::Answer;
using test::HttpClient;
using test::polling;
using test::TestServer;
using test::websocket;
using test::WebSocketClient;

// The packet of a message, so many bytes in all.
std::string message(std::size_t bytes) {
    return "4" + std::string(bytes - 1, 'x');
}

// A server whose sessions may say little until the limit is lifted.
class EngineIoUnjoinedTest : public testing::Test, protected TestServer {
protected:
    EngineIoUnjoinedTest()
        : TestServer({}, [](Session& session) { session.set_message_bytes_max(1000); }) {}

    void lift(const std::string& sid) {
        with_session(sid, [](Session& session) { session.lift_message_limit(); });
    }
};

TEST_F(EngineIoUnjoinedTest, RefusesALargerBody) {
    const std::string sid = open();
    EXPECT_EQ(post(sid, message(1000)).body, "ok");
    EXPECT_EQ(get(sid).body, message(1000));
    EXPECT_EQ(counters.count(Limit::body_bytes), 0U);
    const auto refused = post(sid, message(1001));
    EXPECT_EQ(refused.status, 413);
    EXPECT_EQ(refused.body, "");
    EXPECT_EQ(counters.count(Limit::body_bytes), 1U);
    EXPECT_EQ(echo.messages, 1);
    EXPECT_EQ(sessions(), 1U);
    lift(sid);
    EXPECT_EQ(post(sid, message(limits::message_bytes_max)).body, "ok");
    EXPECT_EQ(get(sid).body.size(), limits::message_bytes_max);
}

TEST_F(EngineIoUnjoinedTest, RefusesALargerBodyInChunks) {
    const std::string sid = open();
    HttpClient client{port};
    client.peer().send("POST " + polling + "&sid=" + sid +
                       " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n200\r\n4" +
                       std::string(0x1FF, 'x') + "\r\n200\r\n" + std::string(0x200, 'x') + "\r\n");
    EXPECT_EQ(client.receive().status, 413);
    EXPECT_EQ(counters.count(Limit::body_bytes), 1U);
    EXPECT_EQ(sessions(), 1U);
}

TEST_F(EngineIoUnjoinedTest, ClosesAWebSocketOnALargerMessage) {
    WebSocketClient client{port, websocket};
    const std::string sid = test::sid_of(client.receive());
    client.send(message(1000));
    EXPECT_EQ(client.receive(), message(1000));
    lift(sid);
    client.send(message(1001));
    EXPECT_EQ(client.receive(), message(1001));
    WebSocketClient other{port, websocket};
    other.receive();
    other.send(message(1001));
    EXPECT_EQ(other.receive(), "close 1009");
    EXPECT_EQ(counters.count(Limit::message_bytes), 1U);
}

TEST_F(EngineIoUnjoinedTest, KeepsTheLimitThroughAnUpgrade) {
    const std::string sid = open();
    WebSocketClient client{port, websocket + "&sid=" + sid};
    client.send("5");
    client.send(message(1001));
    EXPECT_EQ(client.receive(), "close 1009");
    EXPECT_EQ(counters.count(Limit::message_bytes), 1U);
}

TEST_F(EngineIoUnjoinedTest, LiftsTheLimitOfACandidateToo) {
    const std::string sid = open();
    WebSocketClient client{port, websocket + "&sid=" + sid};
    client.send("2probe");
    EXPECT_EQ(client.receive(), "3probe");
    lift(sid);
    client.send("5");
    client.send(message(1001));
    EXPECT_EQ(client.receive(), message(1001));
}

TEST(EngineIoLimits, TakeLittleFromThoseWithoutASession) {
    TestServer server;
    const std::string target = polling + "&sid=AAAAAAAAAAAAAAAAAAAA";
    EXPECT_EQ(server.request("POST", target, message(limits::unjoined_message_bytes_max)).status,
              400);
    EXPECT_EQ(
        server.request("POST", target, message(limits::unjoined_message_bytes_max + 1)).status,
        413);
    TestServer small{{.message_bytes_max = 100}};
    EXPECT_EQ(small.request("POST", target, message(101)).status, 413);
}

TEST(EngineIoLimits, TellTheClientTheLargestMessage) {
    TestServer server{{.message_bytes_max = 4321}};
    EXPECT_NE(server.request("GET", polling).body.find(R"("maxPayload":4321})"), std::string::npos);
}

TEST(EngineIoLimits, CountFragments) {
    using codec::websocket::Opcode;
    using codec::websocket::test::client_frame;
    TestServer server{{.fragments_max = 3}};
    WebSocketClient client{server.port, websocket};
    client.receive();
    client.peer().send(client_frame({.final = false}, "4a") +
                       client_frame({.opcode = Opcode::continuation, .final = false}, "b") +
                       client_frame({.opcode = Opcode::continuation}, "c"));
    EXPECT_EQ(client.receive(), "4abc");
    client.peer().send(client_frame({.final = false}, "4a") +
                       client_frame({.opcode = Opcode::continuation, .final = false}, "b") +
                       client_frame({.opcode = Opcode::continuation, .final = false}, "c") +
                       client_frame({.opcode = Opcode::continuation}, "d"));
    EXPECT_EQ(client.receive(), "close 1009");
    EXPECT_EQ(server.counters.count(Limit::fragments), 1U);
}

TEST(EngineIoLimits, CountSessions) {
    TestServer server{{.sessions_max = 1}};
    const std::string sid = server.open();
    EXPECT_EQ(server.counters.count(Limit::sessions), 0U);
    EXPECT_EQ(server.request("GET", polling).status, 503);
    EXPECT_EQ(server.request("GET", websocket, {}, test::upgrade_headers).status, 503);
    EXPECT_EQ(server.counters.count(Limit::sessions), 2U);
    // An upgrade is no new session.
    WebSocketClient client{server.port, websocket + "&sid=" + sid};
    client.send("5");
    client.send("4a");
    EXPECT_EQ(client.receive(), "4a");
}

class EngineIoCrowdTest : public testing::Test, protected TestServer {
protected:
    EngineIoCrowdTest()
        : TestServer([] {
              Options options;
              options.sessions_max = 2;
              return options;
          }()) {}
};

TEST_F(EngineIoCrowdTest, RefusesOneSessionTooMany) {
    const std::string first = open();
    const WebSocketClient second{port, websocket};
    HttpClient client{port};
    Answer refused = client.request("GET", polling);
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.body, R"({"code":6,"message":"Too many sessions"})");
    refused = client.request("GET", websocket, {}, test::upgrade_headers);
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.body, "Too many sessions");
    EXPECT_EQ(sessions(), 2U);
    EXPECT_EQ(post(first, "4a").body, "ok");  // those that are in stay
    post(first, "1");
    EXPECT_EQ(open().size(), 20U);
}

}  // namespace
}  // namespace homeroom::engineio
