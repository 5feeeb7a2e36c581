// The Engine.IO protocol 4 server on a port of its own, spoken to in raw HTTP and WebSocket frames.
#include "engineio/server.h"

#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using namespace std::chrono_literals;
using net::test::wait_until;
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

// --- Polling -------------------------------------------------------------------------------------

TEST_F(EngineIoTest, EchoesByPolling) {
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

TEST_F(EngineIoTest, WakesAPendingPoll) {
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

TEST_F(EngineIoTest, GivesAPollSixteenPackets) {
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

TEST_F(EngineIoTest, ClosesOnTwoPolls) {
    const std::string sid = open();
    HttpClient first{port};
    first.send("GET", polling + "&sid=" + sid);
    EXPECT_TRUE(first.peer().is_silent(20ms));
    EXPECT_EQ(get(sid).status, 400);
    EXPECT_EQ(first.receive().body, "1");
    expect_gone(sid);
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"transport error"});
}

TEST_F(EngineIoTest, ClosesWhenAPollIsAborted) {
    const std::string sid = open();
    {
        HttpClient poll{port};
        poll.send("GET", polling + "&sid=" + sid);
        EXPECT_TRUE(poll.peer().is_silent(20ms));
    }
    wait_until([&] { return sessions() == 0; });
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"transport error"});
}

TEST_F(EngineIoTest, ClosesOnABadPayload) {
    for (const std::string bad : {"", "abc", "\x1e", "4a\x1e"}) {
        const std::string sid = open();
        const int before = echo.messages;
        EXPECT_EQ(post(sid, bad).body, "ok");  // as the reference: the poll tells
        EXPECT_EQ(echo.messages, before + (bad.starts_with('4') ? 1 : 0));
        expect_gone(sid);
    }
    EXPECT_EQ(close_reasons(), std::vector<std::string>(4, "parse error"));
}

TEST_F(EngineIoTest, ClosesOnAPingFromTheClient) {
    const std::string sid = open();
    post(sid, "2");
    expect_gone(sid);
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"transport error"});
}

TEST_F(EngineIoTest, RefusesTooLargeABody) {
    const std::string sid = open();
    EXPECT_EQ(post(sid, "4" + std::string(limits::message_bytes_max - 1, 'x')).body, "ok");
    EXPECT_EQ(get(sid).body.size(), limits::message_bytes_max);
    EXPECT_EQ(post(sid, "4" + std::string(limits::message_bytes_max, 'x')).status, 413);
}

TEST_F(EngineIoTest, TakesABodyOfSeparatorsOrSmallPacketsQuickly) {
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

TEST_F(EngineIoTest, RefusesProtocolThreesBinaryBody) {
    const std::string sid = open();
    HttpClient client{port};
    const Answer answer = client.request("POST", polling + "&sid=" + sid, "4x",
                                         "Content-Type: application/octet-stream\r\n");
    EXPECT_EQ(answer.status, 400);
    expect_gone(sid);
}

// --- Closing -------------------------------------------------------------------------------------

TEST_F(EngineIoTest, ClosesForAClientThatAsks) {
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

TEST_F(EngineIoTest, TellsAPendingPollOfTheClose) {
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
TEST_F(EngineIoTest, SendsTheLastWordsAndTheCloseApart) {
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

TEST_F(EngineIoTest, TellsTheNextPollOfTheClose) {
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

TEST_F(EngineIoTest, SendsWhatIsQueuedBeforeTheClose) {
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

TEST_F(EngineIoTest, ClosesAWebSocketWithoutACode) {
    WebSocketClient client{port, websocket};
    client.receive();
    client.send("43 messages");
    client.send("4close");
    for (const std::string_view expected : {"40", "41", "42", "close", "end"})
        EXPECT_EQ(client.receive(), expected);
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"forced close"});
    EXPECT_EQ(sessions(), 0U);
}

TEST_F(EngineIoTest, ClosesAWebSocketOnABadPacket) {
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

TEST_F(EngineIoTest, ClosesAllSoThatClientsComeBack) {
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

// --- Pressure ------------------------------------------------------------------------------------

TEST_F(EngineIoTest, DropsVolatilesThatCannotLeaveNow) {
    const std::string sid = open();
    with_session(sid, [](Session& session) {
        EXPECT_EQ(session.send(Frame::text("a"), Delivery::may_drop), Sent::dropped_volatile);
        EXPECT_EQ(session.send(Frame::text("b")), Sent::queued);
    });
    EXPECT_EQ(get(sid).body, "4b");
    HttpClient poll{port};
    poll.send("GET", polling + "&sid=" + sid);
    EXPECT_TRUE(poll.peer().is_silent(20ms));
    with_session(sid, [](Session& session) {
        EXPECT_EQ(session.send(Frame::text("c"), Delivery::may_drop), Sent::queued);
        EXPECT_EQ(session.send(Frame::text("d"), Delivery::may_drop), Sent::dropped_volatile);
        EXPECT_EQ(session.send(Frame::text("e")), Sent::queued);
    });
    EXPECT_EQ(poll.receive().body,
              "4c\x1e"
              "4e");
}

TEST_F(EngineIoTest, ClosesWhatIsTooSlow) {
    const std::string sid = open();
    WebSocketClient client{port, websocket};
    const std::string other = test::sid_of(client.receive());
    const std::size_t room_for = limits::send_queue_bytes_max / 100'020;
    const std::size_t kernel_takes = net::test::more_than_the_kernel_takes().size() / 100'000;
    for (const auto& [one, most] : {std::pair{sid, room_for}, {other, room_for + kernel_takes}}) {
        with_session(one, [&](Session& session) {
            const Frame frame = Frame::text(std::string(100'000, 'x'));
            Sent sent = Sent::queued;
            std::size_t count = 0;
            while (sent == Sent::queued) {
                sent = session.send(frame);
                ++count;
            }
            EXPECT_EQ(sent, Sent::closed);
            EXPECT_GE(count, room_for);
            EXPECT_LE(count, most + 1);
        });
    }
    EXPECT_EQ(close_reasons(), std::vector<std::string>(2, "too slow"));
    expect_gone(sid);
}

// --- Heartbeat -----------------------------------------------------------------------------------

class EngineIoHeartbeatTest : public EngineIoTest {
protected:
    EngineIoHeartbeatTest()
        : EngineIoTest({.ping_interval = 100ms, .ping_timeout = 80ms, .upgrade_timeout = 60ms}) {}
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

// --- Pipelined polls -----------------------------------------------------------------------------

// What comes behind a pending poll on its connection must wait until the session has done what
// answered the poll.
class EngineIoPipelineTest : public EngineIoTest {
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

// --- Limits --------------------------------------------------------------------------------------

class EngineIoCrowdTest : public EngineIoTest {
protected:
    EngineIoCrowdTest()
        : EngineIoTest([] {
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
