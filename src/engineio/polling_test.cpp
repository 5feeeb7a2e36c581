// Long polling between client and server as the protocol has it.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using namespace std::chrono_literals;
using net::test::wait_until;
using test::Answer;
using test::HttpClient;
using test::polling;
using test::TestServer;

class EngineIoPollTest : public testing::Test, protected TestServer {
protected:
    using TestServer::TestServer;
};

TEST_F(EngineIoPollTest, EchoesByPolling) {
    const std::string sid = open();
    const Answer ok = post(sid,
                           "4hello\x1e"
                           "bAQI=");
    EXPECT_EQ(ok.status, 200);
    EXPECT_EQ(ok.body, "ok");
    EXPECT_EQ(get(sid).body,
              "4hello\x1e"
              "bAQI=");
}

TEST_F(EngineIoPollTest, WakesAPendingPoll) {
    const std::string sid = open();
    HttpClient poll{port};
    poll.send("GET", polling + "&sid=" + sid);
    EXPECT_TRUE(poll.peer().is_silent());
    post(sid,
         "4a\x1e"
         "4b");
    EXPECT_EQ(poll.receive().body,
              "4a\x1e"
              "4b");  // one turn, one answer
}

TEST_F(EngineIoPollTest, GivesAPollSixteenPackets) {
    const std::string sid = open();
    post(sid, "440 messages");
    std::string seen;
    std::size_t answers = 0;
    while (!seen.ends_with("439")) {
        const std::string body = get(sid).body;
        EXPECT_LE(std::ranges::count(body, '\x1e'), 15);
        seen += (seen.empty() ? "" : "\x1e") + body;
        ASSERT_LT(++answers, 10U);
    }
    std::string expected;
    for (int i = 0; i < 40; ++i)
        expected += (i == 0 ? "4"
                            : "\x1e"
                              "4") +
                    std::to_string(i);
    EXPECT_EQ(seen, expected);
    EXPECT_EQ(answers, 3U);
}

TEST_F(EngineIoPollTest, ClosesOnTwoPolls) {
    const std::string sid = open();
    HttpClient first{port};
    first.send("GET", polling + "&sid=" + sid);
    EXPECT_TRUE(first.peer().is_silent(20ms));
    EXPECT_EQ(get(sid).status, 400);
    EXPECT_EQ(first.receive().body, "1");
    expect_gone(sid);
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"transport error"});
}

TEST_F(EngineIoPollTest, ClosesWhenAPollIsAborted) {
    const std::string sid = open();
    {
        HttpClient poll{port};
        poll.send("GET", polling + "&sid=" + sid);
        EXPECT_TRUE(poll.peer().is_silent(20ms));
    }
    wait_until([&] { return sessions() == 0; });
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"transport error"});
}

TEST_F(EngineIoPollTest, ClosesOnABadPayload) {
    for (const std::string bad : {"", "abc", "\x1e", "4a\x1e"}) {
        const std::string sid = open();
        const int before = echo.messages;
        EXPECT_EQ(post(sid, bad).body, "ok");  // as the reference: the poll tells
        EXPECT_EQ(echo.messages, before + (bad.starts_with('4') ? 1 : 0));
        expect_gone(sid);
    }
    EXPECT_EQ(close_reasons(), std::vector<std::string>(4, "parse error"));
}

TEST_F(EngineIoPollTest, ClosesOnAPingFromTheClient) {
    const std::string sid = open();
    post(sid, "2");
    expect_gone(sid);
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"transport error"});
}

TEST_F(EngineIoPollTest, RefusesTooLargeABody) {
    const std::string sid = open();
    EXPECT_EQ(post(sid, "4" + std::string(limits::message_bytes_max - 1, 'x')).body, "ok");
    EXPECT_EQ(get(sid).body.size(), limits::message_bytes_max);
    EXPECT_EQ(post(sid, "4" + std::string(limits::message_bytes_max, 'x')).status, 413);
}

TEST_F(EngineIoPollTest, TakesABodyOfSeparatorsOrSmallPacketsQuickly) {
    const auto begin = std::chrono::steady_clock::now();
    post(open(), std::string(limits::message_bytes_max, '\x1e'));
    std::string noops = "6";
    while (noops.size() + 2 <= limits::message_bytes_max)
        noops +=
            "\x1e"
            "6";
    EXPECT_EQ(post(open(), noops).body, "ok");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

TEST_F(EngineIoPollTest, RefusesProtocolThreesBinaryBody) {
    const std::string sid = open();
    HttpClient client{port};
    const Answer answer = client.request("POST", polling + "&sid=" + sid, "4x",
                                         "Content-Type: application/octet-stream\r\n");
    EXPECT_EQ(answer.status, 400);
    expect_gone(sid);
}

}  // namespace
}  // namespace homeroom::engineio
