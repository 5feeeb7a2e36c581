// Requests that come behind a pending poll on its own connection.
#include <gtest/gtest.h>
#include <string>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using namespace std::chrono_literals;
using test::HttpClient;
using test::polling;
using test::TestServer;
using test::websocket;
using test::WebSocketClient;

// What comes behind a pending poll on its connection must wait until the session has done what
// answered the poll.
class EngineIoPipelineTest : public testing::Test, protected TestServer {
protected:
    // Two requests of one session in one go; the first waits.
    HttpClient two(const std::string& sid, std::string_view second = "GET",
                   std::string_view body = {}) {
        HttpClient client{port};
        client.send("GET", polling + "&sid=" + sid);
        client.send(second, polling + "&sid=" + sid, body);
        EXPECT_TRUE(client.peer().is_silent(20ms));
        return client;
    }
};

TEST_F(EngineIoPipelineTest, Upgrades) {
    const std::string sid = open();
    HttpClient polls = two(sid);
    WebSocketClient client{port, websocket + "&sid=" + sid};
    client.send("5");
    EXPECT_EQ(polls.receive().body, "6");
    EXPECT_EQ(polls.receive().status, 400);  // no poll of a session that polls no more
    polls.peer().close();
    client.send("4still here");
    EXPECT_EQ(client.receive(), "4still here");
    EXPECT_EQ(sessions(), 1U);
}

TEST_F(EngineIoPipelineTest, UpgradesAfterAProbe) {
    const std::string sid = open();
    HttpClient polls = two(sid);
    WebSocketClient client{port, websocket + "&sid=" + sid};
    client.send("2probe");
    EXPECT_EQ(client.receive(), "3probe");
    EXPECT_EQ(polls.receive().body, "6");
    EXPECT_EQ(polls.receive().body, "6");
    polls.send("GET", polling + "&sid=" + sid);
    EXPECT_EQ(polls.receive().body, "6");
    client.send("5");
    polls.peer().close();
    client.send("4still here");
    EXPECT_EQ(client.receive(), "4still here");
}

TEST_F(EngineIoPipelineTest, UpgradesBeforeItHearsOfTheEnd) {
    const std::string sid = open();
    HttpClient polls = two(sid, "POST", "1");
    WebSocketClient client{port, websocket + "&sid=" + sid};
    client.send("5");
    EXPECT_EQ(polls.receive().body, "6");
    EXPECT_EQ(polls.receive().status, 400);
    client.send("4still here");
    EXPECT_EQ(client.receive(), "4still here");
}

TEST_F(EngineIoPipelineTest, AnswersThePollBehindTheOneThatTellsOfTheEnd) {
    for (const std::string end : {"4close", "2", "1", "nonsense"}) {
        const std::string sid = open();
        HttpClient polls = two(sid);
        post(sid, end);
        EXPECT_EQ(polls.receive().body, end == "1" ? "6" : "1") << end;
        EXPECT_EQ(polls.receive().status, 400) << end;
        EXPECT_EQ(sessions(), 0U);
    }
    EXPECT_EQ(close_reasons(), (std::vector<std::string>{"forced close", "transport error",
                                                         "transport close", "parse error"}));
}

TEST_F(EngineIoPipelineTest, TakesItsTurnWithPosts) {
    const std::string sid = open();
    HttpClient client = two(sid, "POST", "4b");
    post(sid, "4a");
    EXPECT_EQ(client.receive().body, "4a");
    EXPECT_EQ(client.receive().body, "ok");
    EXPECT_EQ(get(sid).body, "4b");
}

}  // namespace
}  // namespace homeroom::engineio
