// Protocol 3, the clients of Socket.IO 2: lengths in place of separators, bytes in two forms, and a
// client that pings.
#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

#include "codec/test_bytes.h"
#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using namespace std::chrono_literals;
using codec::test::bytes;
using test::Answer;
using test::HttpClient;
using test::polling;
using test::polling_v3;
using test::TestServer;
using test::websocket;
using test::websocket_v3;
using test::WebSocketClient;

constexpr std::string_view octet_stream = "Content-Type: application/octet-stream\r\n";

class EngineIoV3Test : public testing::Test, protected TestServer {
protected:
    explicit EngineIoV3Test(Options options = {}) : TestServer(with_v3(std::move(options))) {}

    static Options with_v3(Options options) {
        options.allow_eio3 = true;
        return options;
    }
    std::string open_v3() { return open(polling_v3); }
    Answer get_v3(const std::string& sid) { return get(sid, polling_v3); }
    Answer post_v3(const std::string& sid, std::string_view body) {
        return post(sid, body, polling_v3);
    }
};

TEST_F(EngineIoV3Test, OpensByPollingWithALengthInFront) {
    for (const std::string& target : {polling_v3, std::string{"/engine.io/?transport=polling"}}) {
        const Answer answer = request("GET", target);
        EXPECT_EQ(answer.status, 200);
        const std::string packet =
            R"(0{"sid":")" + test::sid_of(answer.body) +
            R"(","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000})";
        EXPECT_EQ(answer.body, std::to_string(packet.size()) + ":" + packet);
        EXPECT_EQ(test::header_of(answer.head, "Content-Type"), "text/plain; charset=UTF-8");
    }
}

TEST_F(EngineIoV3Test, CountsCharactersAsJavaScriptDoes) {
    const std::string sid = open_v3();
    EXPECT_EQ(post_v3(sid, "2:4a4:4€😀").body, "ok");
    EXPECT_EQ(get_v3(sid).body, "2:4a4:4€😀");
}

TEST_F(EngineIoV3Test, SendsBytesAsBytesToAClientThatTakesThem) {
    const std::string sid = open_v3();
    post_v3(sid, "2:4a6:b4AQI=");
    const Answer answer = get_v3(sid);
    EXPECT_EQ(answer.body, bytes("00 02 ff '4a' 01 03 ff 04 0102"));
    EXPECT_EQ(test::header_of(answer.head, "Content-Type"), "application/octet-stream");
    post_v3(sid, "2:4b");  // only a payload with bytes in it is binary
    const Answer text = get_v3(sid);
    EXPECT_EQ(text.body, "2:4b");
    EXPECT_EQ(test::header_of(text.head, "Content-Type"), "text/plain; charset=UTF-8");
}

TEST_F(EngineIoV3Test, SendsBytesAsTextToAClientThatAsks) {
    const std::string sid = open(polling_v3 + "&b64=1");
    post_v3(sid, "2:4a6:b4AQI=");
    const Answer answer = get_v3(sid);  // it asked when it opened
    EXPECT_EQ(answer.body, "2:4a6:b4AQI=");
    EXPECT_EQ(test::header_of(answer.head, "Content-Type"), "text/plain; charset=UTF-8");
}

TEST_F(EngineIoV3Test, TakesABinaryBody) {
    const std::string sid = open(polling_v3 + "&b64=1");
    const std::string text = "4" + std::string(13, 'x');
    const Answer ok = request("POST", polling_v3 + "&sid=" + sid,
                              bytes("00 0104 ff") + text + bytes("01 03 ff 04 0102"), octet_stream);
    EXPECT_EQ(ok.status, 200);
    EXPECT_EQ(get_v3(sid).body, "14:" + text + "6:b4AQI=");
}

TEST_F(EngineIoV3Test, ClosesOnABadBody) {
    for (const std::string bad : {"", "abc", "4a", "9:4a", "-2:4a", "2:4a3:4", "2:9a", "3:b5A"}) {
        const std::string sid = open_v3();
        const int before = echo.messages;
        EXPECT_EQ(post_v3(sid, bad).body, "ok");
        EXPECT_EQ(echo.messages - before, bad.starts_with("2:4a") ? 1 : 0) << bad;
        expect_gone(sid, polling_v3);
    }
    for (const std::string bad : {"02 02 ff '4a'", "00 0a ff '4a'", "01 03 ff 05 0102"}) {
        const std::string sid = open_v3();
        request("POST", polling_v3 + "&sid=" + sid, bytes(bad), octet_stream);
        expect_gone(sid, polling_v3);
    }
    EXPECT_EQ(close_reasons(), std::vector<std::string>(11, "parse error"));
}

TEST_F(EngineIoV3Test, SpeaksOverAWebSocket) {
    WebSocketClient client{port, websocket_v3};
    const std::string open_packet = client.receive();
    EXPECT_TRUE(open_packet.starts_with(R"(0{"sid":")")) << open_packet;
    EXPECT_NE(open_packet.find(R"("upgrades":[])"), std::string::npos);
    client.send("4€");
    EXPECT_EQ(client.receive(), "4€");
    client.send_bytes("\x04\x01\x02");
    EXPECT_EQ(client.receive(), "bytes:\x04\x01\x02");
    client.send("b4AQI=");
    EXPECT_EQ(client.receive(), "bytes:\x04\x01\x02");
    client.send("2");
    EXPECT_EQ(client.receive(), "3");
}

TEST_F(EngineIoV3Test, WritesBytesAsTextOverAWebSocketThatAsks) {
    WebSocketClient client{port, websocket_v3 + "&b64=1"};
    client.receive();
    client.send_bytes("\x04\x01\x02");
    EXPECT_EQ(client.receive(), "b4AQI=");
}

TEST_F(EngineIoV3Test, ClosesAWebSocketOnBytesOfNoMessage) {
    for (const std::string_view bad : {"", "\x01\x02"}) {
        WebSocketClient client{port, websocket_v3};
        client.receive();
        client.send_bytes(bad);
        EXPECT_EQ(client.receive(), "close");
    }
    EXPECT_EQ(close_reasons(), std::vector<std::string>(2, "parse error"));
}

TEST_F(EngineIoV3Test, AnswersAPing) {
    const std::string sid = open_v3();
    HttpClient poll = pending(sid, polling_v3);
    post_v3(sid, "1:2");
    EXPECT_EQ(poll.receive().body, "1:3");
    post_v3(sid, "6:2probe");  // outside an upgrade a ping like any other
    EXPECT_EQ(get_v3(sid).body, "1:3");
}

TEST_F(EngineIoV3Test, AnswersAPingThoughOtherThingsWait) {
    const std::string sid = open_v3();
    const std::string large(2'000, 'x');
    post_v3(sid, "2001:4" + large + "1:2");
    EXPECT_EQ(get_v3(sid).body, "2001:4" + large + "1:3");
}

TEST_F(EngineIoV3Test, DoesNotPileUpAnswersToPings) {
    const std::string sid = open_v3();
    std::string pings;
    for (int i = 0; i < 100'000; ++i) pings += "1:2";
    post_v3(sid, pings);
    post_v3(sid, "2:4a");
    std::size_t answers = 0;
    std::string body;
    while (body.find("4a") == std::string::npos) {
        body = get_v3(sid).body;
        ASSERT_NE(body, "");
        answers += static_cast<std::size_t>(std::ranges::count(body, '3'));
    }
    EXPECT_GE(answers, 1U);
    EXPECT_LE(answers, limits::unread_answers_max);
}

TEST_F(EngineIoV3Test, ClosesOnAPongFromTheClient) {
    const std::string sid = open_v3();
    post_v3(sid, "1:3");
    expect_gone(sid, polling_v3);
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"transport error"});
}

TEST_F(EngineIoV3Test, Upgrades) {
    const std::string sid = open_v3();
    HttpClient poll = pending(sid, polling_v3);
    WebSocketClient client{port, websocket_v3 + "&sid=" + sid};
    client.send("2probe");
    EXPECT_EQ(client.receive(), "3probe");
    EXPECT_EQ(poll.receive().body, "1:6");
    EXPECT_EQ(get_v3(sid).body, "1:6");
    post_v3(sid, "2:4a6:b4AQI=");
    client.send("5");
    EXPECT_EQ(client.receive(), "4a");
    EXPECT_EQ(client.receive(), "bytes:\x04\x01\x02");
    client.send("2");
    EXPECT_EQ(client.receive(), "3");
    EXPECT_EQ(get_v3(sid).body, R"({"code":3,"message":"Bad request"})");
}

TEST_F(EngineIoV3Test, KeepsToItsSessionsProtocol) {
    const std::string sid = open_v3();
    EXPECT_EQ(get(sid).body, R"({"code":3,"message":"Bad request"})");
    const Answer refused = request("GET", websocket + "&sid=" + sid, {}, test::upgrade_headers);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body, "Bad request");
    post_v3(sid, "2:4a");
    EXPECT_EQ(get_v3(sid).body, "2:4a");
}

TEST_F(EngineIoV3Test, TellsOfTheClose) {
    const std::string waiting = open_v3();
    HttpClient poll = pending(waiting, polling_v3);
    post_v3(waiting, "6:4close");
    EXPECT_EQ(poll.receive().body, "1:1");
    const std::string sid = open_v3();
    post_v3(sid, "6:4close");
    EXPECT_EQ(get_v3(sid).body, "1:61:1");
    expect_gone(sid, polling_v3);
}

// --- Heartbeat -----------------------------------------------------------------------------------

class EngineIoV3HeartbeatTest : public EngineIoV3Test {
protected:
    EngineIoV3HeartbeatTest() : EngineIoV3Test({.ping_interval = 600ms, .ping_timeout = 400ms}) {}
    static constexpr auto silence_max = 1000ms;  // both together
};

TEST_F(EngineIoV3HeartbeatTest, EndsAClientThatDoesNotPing) {
    const auto begin = std::chrono::steady_clock::now();
    const std::string sid = open_v3();
    WebSocketClient client{port, websocket_v3};
    client.receive();
    HttpClient poll{port};
    poll.send("GET", polling_v3 + "&sid=" + sid);
    EXPECT_EQ(poll.receive().body, "1:1");  // no ping of ours came before
    EXPECT_EQ(client.receive(), "close");
    EXPECT_GE(std::chrono::steady_clock::now() - begin, silence_max);
    EXPECT_EQ(close_reasons(), std::vector<std::string>(2, "ping timeout"));
}

// In Node's server nothing ends such a session: the upgrade forgets its timer.
TEST_F(EngineIoV3HeartbeatTest, EndsAClientThatDoesNotPingOnceItIsUpgraded) {
    const std::string sid = open_v3();
    WebSocketClient client{port, websocket_v3 + "&sid=" + sid};
    client.send("5");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"ping timeout"});
}

// Messages do not stand in for its pings.
TEST_F(EngineIoV3HeartbeatTest, EndsAClientThatOnlyTalks) {
    WebSocketClient client{port, websocket_v3};
    client.receive();
    const auto begin = std::chrono::steady_clock::now();
    while (client.send("4x") && client.receive() == "4x" &&
           std::chrono::steady_clock::now() - begin < net::test::patience) {
        std::this_thread::sleep_for(20ms);
    }
    EXPECT_EQ(close_reasons(), std::vector<std::string>{"ping timeout"});
}

TEST_F(EngineIoV3HeartbeatTest, KeepsAClientThatPings) {
    WebSocketClient client{port, websocket_v3};
    client.receive();
    const auto begin = std::chrono::steady_clock::now();
    auto last = begin;
    while (last - begin < silence_max + 300ms) {
        const auto before = last;
        ASSERT_TRUE(client.send("2"));
        last = std::chrono::steady_clock::now();
        if (last - before > silence_max - 200ms) GTEST_SKIP() << "the machine is too busy";
        ASSERT_EQ(client.receive(), "3");
        std::this_thread::sleep_for(20ms);
    }
}

}  // namespace
}  // namespace homeroom::engineio
