// How a session ends, and how each transport tells its client.
#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using test::HttpClient;
using test::polling;
using test::TestServer;
using test::websocket;
using test::WebSocketClient;

class EngineIoClosingTest : public testing::Test, protected TestServer {
protected:
    using TestServer::TestServer;
};

TEST_F(EngineIoClosingTest, ClosesForAClientThatAsks) {
    const std::string sid = open();
    HttpClient poll{port};
    poll.send("GET", polling + "&sid=" + sid);
    EXPECT_TRUE(poll.peer().is_silent(20ms));
    EXPECT_EQ(post(sid,
                   "1\x1e"
                   "4dropped")
                  .body,
              "ok");
    EXPECT_EQ(poll.receive().body, "6");
    expect_gone(sid);
    EXPECT_EQ(echo.messages, 0);
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"transport close"});
}

TEST_F(EngineIoClosingTest, TellsAPendingPollOfTheClose) {
    const std::string sid = open();
    HttpClient poll{port};
    poll.send("GET", polling + "&sid=" + sid);
    EXPECT_TRUE(poll.peer().is_silent(20ms));
    with_session(sid, [](Session& session) { session.close(CloseReason::forced_close); });
    EXPECT_EQ(poll.receive().body, "1");
    expect_gone(sid);
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"forced close"});
}

// engine.io-client drops the rest of a payload in which it meets the close.
TEST_F(EngineIoClosingTest, SendsTheLastWordsAndTheCloseApart) {
    const std::string sid = open();
    HttpClient poll{port};
    poll.send("GET", polling + "&sid=" + sid);
    EXPECT_TRUE(poll.peer().is_silent(20ms));
    with_session(sid, [](Session& session) {
        session.send(Frame::text("last"));
        session.close(CloseReason::forced_close);
        session.close(CloseReason::forced_close);
    });
    EXPECT_EQ(poll.receive().body, "4last");
    EXPECT_EQ(get(sid).body,
              "6\x1e"
              "1");
    expect_gone(sid);
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"forced close"});
}

TEST_F(EngineIoClosingTest, TellsTheNextPollOfTheClose) {
    const std::string sid = open();
    post(sid, "4close");
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"forced close"});
    EXPECT_EQ(post(sid, "4ignored").body, "ok");
    EXPECT_EQ(get(sid).body,
              "6\x1e"
              "1");
    expect_gone(sid);
    EXPECT_EQ(echo.messages, 1);
}

TEST_F(EngineIoClosingTest, SendsWhatIsQueuedBeforeTheClose) {
    const std::string sid = open();
    post(sid,
         "420 messages\x1e"
         "4close");
    std::string seen = get(sid).body;
    EXPECT_EQ(std::ranges::count(seen, '\x1e'), 15);
    EXPECT_EQ(get(sid).body,
              "416\x1e"
              "417\x1e"
              "418\x1e"
              "419");
    EXPECT_EQ(get(sid).body,
              "6\x1e"
              "1");
    expect_gone(sid);
}

TEST_F(EngineIoClosingTest, ClosesAWebSocketWithoutACode) {
    WebSocketClient client{port, websocket};
    client.receive();
    client.send("43 messages");
    client.send("4close");
    for (const std::string_view expected : {"40", "41", "42", "close", "end"})
        EXPECT_EQ(client.receive(), expected);
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"forced close"});
    EXPECT_EQ(sessions(), 0U);
}

TEST_F(EngineIoClosingTest, ClosesAWebSocketOnABadPacket) {
    for (const std::string_view bad : {"", "abc", "7"}) {
        WebSocketClient client{port, websocket};
        client.receive();
        client.send(bad);
        EXPECT_EQ(client.receive(), "close");
    }
    WebSocketClient client{port, websocket};
    client.receive();
    client.send("4" + std::string(limits::message_bytes_max, 'x'));
    EXPECT_EQ(client.receive(), "close 1009");
    EXPECT_EQ(close_reasons(), (std::vector<std::string>{"parse error", "parse error",
                                                         "parse error", "transport close"}));
}

TEST_F(EngineIoClosingTest, ClosesAllSoThatClientsComeBack) {
    const std::string sid = open();
    WebSocketClient client{port, websocket};
    client.receive();
    loop.run([&] { echo.server->close_all(CloseReason::server_shutting_down); });
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(get(sid).body,
              "6\x1e"
              "1");
    EXPECT_EQ(close_reasons(), std::vector<std::string>(2, "server shutting down"));
    const Answer late = request("GET", polling);
    EXPECT_EQ(late.status, 503);
    EXPECT_EQ(late.body, R"({"code":8,"message":"Server is shutting down"})");
}

}  // namespace
}  // namespace homeroom::engineio
