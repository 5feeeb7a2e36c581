// Polling bodies and requests, in and out of order.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using namespace std::chrono_literals;
using net::test::wait_until;
using test::Answer;
using test::header_of;
using test::HttpClient;
using test::payload;
using test::polling;
using test::TestServer;

class EngineIoPollingTest : public testing::Test, protected TestServer {
protected:
    std::string target(const std::string& sid) { return polling + "&sid=" + sid; }
    // The head of a POST, whose body may come later.
    std::string post_head(const std::string& sid, std::size_t length) {
        return "POST " + target(sid) +
               " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
    }
};

TEST_F(EngineIoPollingTest, AnswersAPost) {
    const Answer ok = post(open(), "4a");
    EXPECT_EQ(ok.status, 200);
    EXPECT_EQ(header_of(ok.head, "Content-Type"), "text/html");
    EXPECT_EQ(header_of(ok.head, "Content-Length"), "2");
    EXPECT_EQ(header_of(ok.head, "cache-control"), "no-store");
}

TEST_F(EngineIoPollingTest, TakesManyPacketsInOneBody) {
    const std::string sid = open();
    EXPECT_EQ(post(sid, payload(std::vector<std::string>(100, "4x"))).body, "ok");
    EXPECT_EQ(echo.messages, 100);
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(get(sid).body, payload(std::vector<std::string>(16, "4x")));
    EXPECT_EQ(get(sid).body, payload(std::vector<std::string>(4, "4x")));
}

TEST_F(EngineIoPollingTest, PassesOverPacketsThatMeanNothingHere) {
    const std::string sid = open();
    // Swift's client posts a noop; a pong that nobody asked for is harmless.
    EXPECT_EQ(post(sid, payload({"0", "0{}", "5", "6", "3", "3probe", "4a"})).body, "ok");
    EXPECT_EQ(get(sid).body, "4a");
    EXPECT_EQ(echo.messages, 1);
}

TEST_F(EngineIoPollingTest, TakesAnEmptyMessage) {
    const std::string sid = open();
    EXPECT_EQ(post(sid, payload({"4", "b"})).body, "ok");
    EXPECT_EQ(get(sid).body, payload({"4", "b"}));
}

TEST_F(EngineIoPollingTest, ReadsBase64AsClientsWriteIt) {
    const std::string sid = open();
    // with the line feeds of Java's, without padding, with the other alphabet
    EXPECT_EQ(post(sid, payload({"bAQ\nID\n", "bAQI", "b-_8="})).body, "ok");
    EXPECT_EQ(get(sid).body, payload({"bAQID", "bAQI=", "b+/8="}));
}

TEST_F(EngineIoPollingTest, TakesABodyInChunksThatSplitACharacter) {
    const std::string sid = open();
    HttpClient client{port};
    client.peer().send("POST " + target(sid) +
                       " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "2\r\n4\xE2\r\n");
    EXPECT_TRUE(client.peer().is_silent(20ms));
    client.peer().send("2\r\n\x82\xAC\r\n0\r\n\r\n");
    EXPECT_EQ(client.receive().body, "ok");
    EXPECT_EQ(get(sid).body, "4€");
}

TEST_F(EngineIoPollingTest, GoesOnAfterAConnectionThatClosesWithItsAnswer) {
    const std::string sid = open();
    HttpClient client{port};
    const Answer ok = client.request("POST", target(sid), "4a", "Connection: close\r\n");
    EXPECT_EQ(ok.body, "ok");
    EXPECT_EQ(client.peer().receive_to_end(), "");
    HttpClient poll{port};
    EXPECT_EQ(poll.request("GET", target(sid), {}, "Connection: close\r\n").body, "4a");
    post(sid, "4b");
    EXPECT_EQ(get(sid).body, "4b");
}

TEST_F(EngineIoPollingTest, GivesOldInternetExplorerItsHeader) {
    const auto protection = [&](std::string_view agent) {
        return header_of(
            request("GET", polling, {}, "User-Agent: " + std::string{agent} + "\r\n").head,
            "X-XSS-Protection");
    };
    EXPECT_EQ(protection("Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0)"), "0");
    EXPECT_EQ(protection("Mozilla/4.0 (compatible;MSIE 8.0)"), "0");
    EXPECT_EQ(protection("Mozilla/5.0 (X11; Linux x86_64; rv:128.0)"), "absent");
}

// --- Requests at the same time -------------------------------------------------------------------

TEST_F(EngineIoPollingTest, TakesAPostWhileAPollWaits) {
    const std::string sid = open();
    HttpClient poll = pending(sid);
    HttpClient client{port};
    client.peer().send(post_head(sid, 2) + "4");
    EXPECT_TRUE(poll.peer().is_silent(20ms));
    client.peer().send("a");
    EXPECT_EQ(client.receive().body, "ok");
    EXPECT_EQ(poll.receive().body, "4a");
}

// A body counts when it is complete: the reference closes such a session, but nothing can arrive
// twice or in part.
TEST_F(EngineIoPollingTest, TakesOverlappingPostsAsTheyAreComplete) {
    const std::string sid = open();
    HttpClient slow{port};
    slow.peer().send(post_head(sid, 6) + "4s");
    EXPECT_TRUE(slow.peer().is_silent(20ms));
    EXPECT_EQ(post(sid, "4fast").body, "ok");
    EXPECT_EQ(echo.messages, 1);
    slow.peer().send("low!");
    EXPECT_EQ(slow.receive().body, "ok");
    EXPECT_EQ(get(sid).body, payload({"4fast", "4slow!"}));
}

TEST_F(EngineIoPollingTest, DeliversNothingOfAnAbortedPost) {
    const std::string sid = open();
    for (const bool reset : {false, true}) {
        HttpClient client{port};
        client.peer().send(post_head(sid, 100) + payload({"4a", "4b"}));
        EXPECT_TRUE(client.peer().is_silent(20ms));
        if (reset) {
            client.peer().reset();
        } else {
            client.peer().close();
        }
    }
    post(sid, "4c");
    EXPECT_EQ(get(sid).body, "4c");
    EXPECT_EQ(echo.messages, 1);
}

TEST_F(EngineIoPollingTest, ClosesWhenAPollIsResetOrSaysNoMore) {
    for (const bool reset : {false, true}) {
        const std::string sid = open();
        HttpClient poll = pending(sid);
        if (reset) {
            poll.peer().reset();
        } else {
            poll.peer().end_sending();
        }
        wait_until([&] { return sessions() == 0; });
        expect_gone(sid);
    }
    EXPECT_EQ(close_reasons(), std::vector<std::string>(2, "transport error"));
}

// A poll that was answered, on a connection that ends afterwards, is none that was given up.
TEST_F(EngineIoPollingTest, GoesOnWhenAConnectionEndsBetweenTwoPolls) {
    const std::string sid = open();
    {
        HttpClient poll = pending(sid);
        post(sid, "4a");
        EXPECT_EQ(poll.receive().body, "4a");
    }
    post(sid, "4b");
    EXPECT_EQ(get(sid).body, "4b");
}

TEST_F(EngineIoPollingTest, AnswersNoOtherMethod) {
    const std::string sid = open();
    HttpClient client{port};
    for (const std::string_view method : {"PUT", "DELETE", "PATCH", "OPTIONS"})
        EXPECT_EQ(client.request(method, target(sid)).status, 500) << method;
    EXPECT_EQ(client.request("OPTIONS", polling).body,
              R"({"code":2,"message":"Bad handshake method"})");
    post(sid, "4a");
    EXPECT_EQ(get(sid).body, "4a");
}

// --- What ends in the midst of a body ------------------------------------------------------------

TEST_F(EngineIoPollingTest, DeliversNothingBehindTheEnd) {
    for (const std::string_view end : {"1", "2", "4close", "x"}) {
        const std::string sid = open();
        const int before = echo.messages;
        EXPECT_EQ(post(sid, payload({"4a", std::string{end}, "4b"})).body, "ok");
        EXPECT_EQ(echo.messages - before, end == "4close" ? 2 : 1) << end;
    }
    EXPECT_EQ(close_reasons(), (std::vector<std::string>{"transport close", "transport error",
                                                         "forced close", "parse error"}));
}

}  // namespace
}  // namespace homeroom::engineio
