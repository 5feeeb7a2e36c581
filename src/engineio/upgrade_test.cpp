// The way from polling to a WebSocket, with everything that may happen on it.
#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using namespace std::chrono_literals;
using codec::websocket::Opcode;
using codec::websocket::test::client_frame;
using net::test::wait_until;
using test::HttpClient;
using test::payload;
using test::TestServer;
using test::websocket;
using test::WebSocketClient;

class EngineIoUpgradeTest : public testing::Test, protected TestServer {
protected:
    using TestServer::TestServer;

    WebSocketClient candidate(const std::string& sid) {
        return WebSocketClient{port, websocket + "&sid=" + sid};
    }
    WebSocketClient probed(const std::string& sid) {
        WebSocketClient client = candidate(sid);
        client.send("2probe");
        EXPECT_EQ(client.receive(), "3probe");
        return client;
    }
    void send(const std::string& sid, const std::string& text) {
        with_session(sid, [&](Session& session) { session.send(Frame::text(text)); });
    }
    // It can still upgrade, and nothing was lost or doubled.
    void expect_upgrades(const std::string& sid) {
        WebSocketClient client = probed(sid);
        send(sid, "queued");
        client.send("5");
        EXPECT_EQ(client.receive(), "4queued");
        client.send("4after");
        EXPECT_EQ(client.receive(), "4after");
    }
};

TEST_F(EngineIoUpgradeTest, SendsNothingFirst) {
    const std::string sid = open();
    WebSocketClient client = candidate(sid);
    EXPECT_TRUE(client.peer().is_silent());
    send(sid, "by polling");
    EXPECT_TRUE(client.peer().is_silent());
    EXPECT_EQ(get(sid).body, "4by polling");
}

TEST_F(EngineIoUpgradeTest, AnswersEachPollWithANoopUntilItIsDone) {
    const std::string sid = open();
    HttpClient early = pending(sid);
    WebSocketClient client = probed(sid);
    EXPECT_EQ(early.receive().body, "6");
    HttpClient polls{port};
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(polls.request("GET", test::polling + "&sid=" + sid).body, "6");
    client.send("5");
    client.send("4a");
    EXPECT_EQ(client.receive(), "4a");
}

TEST_F(EngineIoUpgradeTest, LeavesAPollAloneBeforeTheProbe) {
    const std::string sid = open();
    HttpClient poll = pending(sid);
    WebSocketClient client = candidate(sid);
    EXPECT_TRUE(poll.peer().is_silent());
    client.peer().close();
    EXPECT_TRUE(poll.peer().is_silent());
    send(sid, "a");
    EXPECT_EQ(poll.receive().body, "4a");
}

TEST_F(EngineIoUpgradeTest, AnswersEachProbe) {
    const std::string sid = open();
    WebSocketClient client = probed(sid);
    client.send("2probe");
    EXPECT_EQ(client.receive(), "3probe");
    client.send("5");
    client.send("4a");
    EXPECT_EQ(client.receive(), "4a");
}

TEST_F(EngineIoUpgradeTest, DoesNotPileUpAnswersToProbes) {
    const std::string sid = open();
    WebSocketClient client = probed(sid);
    constexpr int probes = 5'000;
    std::string burst;
    for (int i = 0; i < probes; ++i) burst += codec::websocket::test::client_frame({}, "2probe");
    client.peer().send(burst);
    client.send("5");
    client.send("4a");
    int answers = 0;
    while (client.receive() == "3probe") ++answers;
    EXPECT_GE(answers, 1);
    EXPECT_LT(answers, probes / 2);
}

TEST_F(EngineIoUpgradeTest, GivesAPollMessagesRatherThanANoop) {
    const std::string sid = open();
    WebSocketClient client = probed(sid);
    send(sid, "a");
    send(sid, "b");
    EXPECT_EQ(get(sid).body, payload({"4a", "4b"}));
    client.send("5");
    client.send("4c");
    EXPECT_EQ(client.receive(), "4c");  // neither of them again
}

TEST_F(EngineIoUpgradeTest, TakesPostsMeanwhile) {
    const std::string sid = open();
    WebSocketClient client = probed(sid);
    EXPECT_EQ(post(sid, "4a").body, "ok");
    EXPECT_EQ(post(sid, "6").body, "ok");
    client.send("5");
    EXPECT_EQ(client.receive(), "4a");
}

TEST_F(EngineIoUpgradeTest, NeedsNoProbe) {
    const std::string sid = open();
    HttpClient poll = pending(sid);
    WebSocketClient client = candidate(sid);
    client.send("5");
    EXPECT_EQ(poll.receive().body, "6");
    client.send("4a");
    EXPECT_EQ(client.receive(), "4a");
}

TEST_F(EngineIoUpgradeTest, BringsWhatIsQueuedInOrderAndInForm) {
    const std::string sid = open();
    WebSocketClient client = probed(sid);
    with_session(sid, [](Session& session) {
        for (int i = 0; i < 40; ++i) session.send(Frame::text(std::to_string(i)));
        session.send(Frame::binary("\x01\x02"));
    });
    EXPECT_EQ(get(sid).body.substr(0, 5), payload({"40", "41"}));  // sixteen of them
    client.send("5");
    for (int i = 16; i < 40; ++i) EXPECT_EQ(client.receive(), "4" + std::to_string(i));
    EXPECT_EQ(client.receive(), "bytes:\x01\x02");
}

TEST_F(EngineIoUpgradeTest, WritesBytesAsTextIfTheWebSocketAsks) {
    const std::string sid = open();
    WebSocketClient client{port, websocket + "&b64=1&sid=" + sid};
    with_session(sid, [](Session& session) { session.send(Frame::binary("\x01\x02")); });
    client.send("5");
    EXPECT_EQ(client.receive(), "bAQI=");
}

TEST_F(EngineIoUpgradeTest, ReadsMessagesRightBehindTheUpgrade) {
    const std::string sid = open();
    WebSocketClient client = candidate(sid);
    client.peer().send(client_frame({}, "2probe") + client_frame({}, "5") + client_frame({}, "4a") +
                       client_frame({.opcode = Opcode::binary}, "\x01\x02"));
    EXPECT_EQ(client.receive(), "3probe");
    EXPECT_EQ(client.receive(), "4a");
    EXPECT_EQ(client.receive(), "bytes:\x01\x02");
}

TEST_F(EngineIoUpgradeTest, RefusesPostsAfterwards) {
    const std::string sid = open();
    WebSocketClient client = probed(sid);
    client.send("5");
    client.send("4a");
    EXPECT_EQ(client.receive(), "4a");
    EXPECT_EQ(post(sid, "4b").body, R"({"code":3,"message":"Bad request"})");
    EXPECT_EQ(echo.messages, 1);
}

// --- Candidates that come to nothing -------------------------------------------------------------

TEST_F(EngineIoUpgradeTest, MayBeTriedAgain) {
    const std::string sid = open();
    {  // gone without a word, after the probe
        WebSocketClient client = probed(sid);
    }
    {  // reset
        WebSocketClient client = probed(sid);
        client.peer().reset();
    }
    {  // closed in form
        WebSocketClient client = probed(sid);
        client.peer().send(client_frame({.opcode = Opcode::close}, ""));
        EXPECT_EQ(client.receive(), "close");
    }
    for (const std::string bad : {"4a", "2", "1", "6"}) {  // out of order after the probe
        WebSocketClient client = probed(sid);
        client.send(bad);
        EXPECT_EQ(client.receive(), "close");
    }
    {  // bytes
        WebSocketClient client = candidate(sid);
        client.send_bytes("5");
        EXPECT_EQ(client.receive(), "close");
    }
    {  // against the rules of WebSockets
        WebSocketClient client = probed(sid);
        client.peer().send(client_frame({.reserved = 0x10}, "5"));
        EXPECT_EQ(client.receive(), "close 1002");
    }
    EXPECT_EQ(echo.messages, 0);
    EXPECT_TRUE(close_reasons().empty());
    expect_upgrades(sid);
}

TEST_F(EngineIoUpgradeTest, StopsTheNoopsOfACandidateThatLeft) {
    const std::string sid = open();
    {
        WebSocketClient client = probed(sid);
        client.send("1");
        EXPECT_EQ(client.receive(), "close");
    }
    HttpClient poll = pending(sid);  // waits
    send(sid, "a");
    EXPECT_EQ(poll.receive().body, "4a");
}

class EngineIoUpgradeTimeoutTest : public EngineIoUpgradeTest {
protected:
    EngineIoUpgradeTimeoutTest() : EngineIoUpgradeTest(Options{.upgrade_timeout = 600ms}) {}
};

TEST_F(EngineIoUpgradeTimeoutTest, GivesUpOneThatStopsAfterItsProbe) {
    const std::string sid = open();
    const auto begin = std::chrono::steady_clock::now();
    WebSocketClient client = probed(sid);
    EXPECT_EQ(client.receive(), "close");
    EXPECT_GE(std::chrono::steady_clock::now() - begin, 600ms);
    send(sid, "a");
    EXPECT_EQ(get(sid).body, "4a");
    WebSocketClient second = candidate(sid);
    second.send("5");
    second.send("4b");
    EXPECT_EQ(second.receive(), "4b");
    // The time of an upgrade is no time limit for what came of it.
    EXPECT_TRUE(second.peer().is_silent(800ms));
    EXPECT_EQ(sessions(), 1U);
}

// --- More than one -------------------------------------------------------------------------------

TEST_F(EngineIoUpgradeTest, DoesNotTakeASecondForTheFirst) {
    const std::string sid = open();
    WebSocketClient first = probed(sid);
    for (int i = 0; i < 2; ++i) {
        WebSocketClient second = candidate(sid);
        second.send("2probe");
        second.send("5");
        EXPECT_EQ(second.receive(), "close");
    }
    send(sid, "a");
    first.send("5");
    EXPECT_EQ(first.receive(), "4a");
}

// In Node's server a stranger with the id takes the session over like this.
TEST_F(EngineIoUpgradeTest, DoesNotTakeOverASessionThatOpenedByWebSocket) {
    WebSocketClient client{port, websocket};
    const std::string sid = test::sid_of(client.receive());
    WebSocketClient thief = candidate(sid);
    thief.send("2probe");
    thief.send("5");
    EXPECT_EQ(thief.receive(), "close");
    send(sid, "secret");
    EXPECT_EQ(client.receive(), "4secret");
    client.send("4a");
    EXPECT_EQ(client.receive(), "4a");
}

// --- The end meanwhile ---------------------------------------------------------------------------

// A client whose probe was answered has stopped polling: it would never hear of the end.
TEST_F(EngineIoUpgradeTest, BringsTheLastWordsWhenTheServerCloses) {
    const std::string sid = open();
    WebSocketClient client = probed(sid);
    with_session(sid, [](Session& session) {
        session.send(Frame::text("last"));
        session.close(CloseReason::forced_close);
    });
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"forced close"});
    WebSocketClient late = candidate(sid);
    EXPECT_EQ(late.receive(), "close");
    client.send("5");
    EXPECT_EQ(client.receive(), "4last");
    EXPECT_EQ(client.receive(), "close");
    expect_gone(sid);
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"forced close"});
}

TEST_F(EngineIoUpgradeTest, IsOverWhenItsClientPollsAfterTheClose) {
    const std::string sid = open();
    WebSocketClient client = probed(sid);
    with_session(sid, [](Session& session) {
        session.send(Frame::text("last"));
        session.close(CloseReason::forced_close);
    });
    EXPECT_EQ(get(sid).body, "4last");
    EXPECT_EQ(get(sid).body, payload({"6", "1"}));
    EXPECT_EQ(client.receive(), "close");
    expect_gone(sid);
}

TEST_F(EngineIoUpgradeTest, IsOverWhenTheServerCloses) {
    const std::string sid = open();
    WebSocketClient client = candidate(sid);
    with_session(sid, [](Session& session) {
        session.send(Frame::text("last"));
        session.close(CloseReason::forced_close);
    });
    EXPECT_EQ(client.receive(), "close");
    WebSocketClient late = candidate(sid);
    EXPECT_EQ(late.receive(), "close");
    EXPECT_EQ(get(sid).body, "4last");
    EXPECT_EQ(get(sid).body, payload({"6", "1"}));
    expect_gone(sid);
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"forced close"});
}

TEST_F(EngineIoUpgradeTest, IsOverWhenThePollsFail) {
    const std::string aborted = open();
    WebSocketClient first = candidate(aborted);
    pending(aborted).peer().close();
    EXPECT_EQ(first.receive(), "close");
    const std::string overlapping = open();
    WebSocketClient second = candidate(overlapping);
    HttpClient poll = pending(overlapping);
    EXPECT_EQ(get(overlapping).status, 400);
    EXPECT_EQ(poll.receive().body, "1");
    EXPECT_EQ(second.receive(), "close");
    EXPECT_EQ(close_reasons(), std::vector<std::string>(2, "transport error"));
    EXPECT_EQ(sessions(), 0U);
}

TEST_F(EngineIoUpgradeTest, EndsWithItsWebSocket) {
    for (const bool politely : {true, false}) {
        const std::string sid = open();
        WebSocketClient client = probed(sid);
        client.send("5");
        client.send("4a");
        EXPECT_EQ(client.receive(), "4a");
        if (politely) {
            client.send("1");
            EXPECT_EQ(client.receive(), "close");
        } else {
            client.peer().close();
        }
        wait_until([&] { return sessions() == 0; });
        expect_gone(sid);
    }
    EXPECT_EQ(close_reasons(), std::vector<std::string>(2, "transport close"));
}

}  // namespace
}  // namespace homeroom::engineio
