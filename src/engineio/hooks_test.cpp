// What the application may say to each request: who is let in, and with which headers.
#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using namespace std::chrono_literals;
using net::test::wait_until;
using test::Answer;
using test::header_of;
using test::HttpClient;
using test::polling;
using test::polling_v3;
using test::TestServer;
using test::websocket;
using test::WebSocketClient;

// --- allow_request -------------------------------------------------------------------------------

Options refusing(const std::string& words) {
    Options options;
    options.hooks.allow_request = [words](const net::HttpRequest&, const Hooks::Verdict& verdict) {
        verdict(words);
    };
    return options;
}

TEST(EngineIoAllowRequest, LetsInWhoItIsContentWith) {
    Options options;
    options.hooks.allow_request = [](const net::HttpRequest& request,
                                     const Hooks::Verdict& verdict) {
        if (request.parameter("name") == "ada") return verdict(std::nullopt);
        verdict("not on the list");
    };
    TestServer server{options};
    EXPECT_EQ(server.open(polling + "&name=ada").size(), 20U);
    WebSocketClient client{server.port, websocket + "&name=ada"};
    EXPECT_EQ(test::sid_of(client.receive()).size(), 20U);
    EXPECT_EQ(server.request("GET", polling + "&name=bob").status, 403);
    EXPECT_EQ(server.sessions(), 2U);
}

TEST(EngineIoAllowRequest, RefusesWithTheApplicationsWords) {
    TestServer server{refusing(R"(no "guests")")};
    HttpClient client{server.port};
    for (int i = 0; i < 2; ++i) {  // the connection goes on
        const Answer answer = client.request("GET", polling);
        EXPECT_EQ(answer.status, 403);
        EXPECT_EQ(answer.body, R"({"code":4,"message":"no \"guests\""})");
        EXPECT_EQ(header_of(answer.head, "Content-Type"), "application/json");
    }
    const Answer upgrade = server.request("GET", websocket, {}, test::upgrade_headers);
    EXPECT_EQ(upgrade.status, 400);
    EXPECT_EQ(upgrade.body, R"(no "guests")");
    EXPECT_EQ(header_of(upgrade.head, "Connection"), "close");
    EXPECT_EQ(server.sessions(), 0U);
}

TEST(EngineIoAllowRequest, HasWordsOfItsOwnForARefusalWithout) {
    TestServer server{refusing("")};
    EXPECT_EQ(server.request("GET", polling).body, R"({"code":4,"message":"Forbidden"})");
}

TEST(EngineIoAllowRequest, IsAskedBeforeTheVersionIsLookedAtAndAfterTheRest) {
    TestServer server{refusing("no")};
    EXPECT_EQ(server.request("GET", polling_v3).body, R"({"code":4,"message":"no"})");
    EXPECT_EQ(server.request("POST", polling).body,
              R"({"code":2,"message":"Bad handshake method"})");
    EXPECT_EQ(server.request("GET", websocket).body, R"({"code":3,"message":"Bad request"})");
}

TEST(EngineIoAllowRequest, IsAskedOnceASession) {
    std::atomic<int> asked = 0;
    Options options;
    options.hooks.allow_request = [&](const net::HttpRequest&, const Hooks::Verdict& verdict) {
        ++asked;
        verdict(std::nullopt);
    };
    TestServer server{options};
    const std::string sid = server.open();
    server.post(sid, "4a");
    EXPECT_EQ(server.get(sid).body, "4a");
    WebSocketClient client{server.port, websocket + "&sid=" + sid};
    client.send("5");
    client.send("4b");
    EXPECT_EQ(client.receive(), "4b");
    EXPECT_EQ(asked, 1);
}

// --- A verdict that takes its time ---------------------------------------------------------------

class EngineIoLaterVerdictTest : public testing::Test {
protected:
    EngineIoLaterVerdictTest() {
        Options options;
        options.sessions_max = 2;
        options.hooks.allow_request = [this](const net::HttpRequest&, Hooks::Verdict verdict) {
            verdicts_.push_back(std::move(verdict));
            ++asked_;
        };
        server = std::make_unique<TestServer>(options);
    }
    ~EngineIoLaterVerdictTest() override {
        server->loop.run([this] { verdicts_.clear(); });
    }
    void wait_for_question(int count = 1) {
        wait_until([&] { return asked_ == count; });
    }
    // On the request that came last.
    void decide(const std::optional<std::string>& refusal) {
        server->loop.run([&] { verdicts_.back()(refusal); });
    }
    void let_all_in() {
        server->loop.run([&] {
            for (const Hooks::Verdict& verdict : verdicts_) verdict(std::nullopt);
        });
    }

    std::unique_ptr<TestServer> server;

private:
    std::atomic<int> asked_ = 0;
    std::vector<Hooks::Verdict> verdicts_{};  // loop only
};

TEST_F(EngineIoLaterVerdictTest, OpensByPolling) {
    HttpClient client{server->port};
    client.send("GET", polling);
    wait_for_question();
    EXPECT_TRUE(client.peer().is_silent());
    EXPECT_EQ(server->sessions(), 0U);
    decide(std::nullopt);
    const std::string sid = test::sid_of(client.receive().body);
    EXPECT_EQ(sid.size(), 20U);
    server->post(sid, "4a");
    client.send("GET", polling + "&sid=" + sid);
    EXPECT_EQ(client.receive().body, "4a");
}

TEST_F(EngineIoLaterVerdictTest, OpensByWebSocket) {
    HttpClient client{server->port};
    client.send("GET", websocket, {}, test::upgrade_headers);
    wait_for_question();
    EXPECT_TRUE(client.peer().is_silent());
    decide(std::nullopt);
    EXPECT_TRUE(client.peer().receive_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    EXPECT_TRUE(client.peer().receive_until("}").ends_with(R"("maxPayload":1000000})"));
    client.peer().send(codec::websocket::test::client_frame({}, "4hello"));
    EXPECT_EQ(client.peer().receive(8),
              "\x81\x06"
              "4hello");
}

TEST_F(EngineIoLaterVerdictTest, Refuses) {
    HttpClient client{server->port};
    client.send("GET", polling);
    wait_for_question();
    decide("too late in the evening");
    const Answer answer = client.receive();
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(answer.body, R"({"code":4,"message":"too late in the evening"})");
}

TEST_F(EngineIoLaterVerdictTest, ComesToNothingWhenTheClientHasLeft) {
    int questions = 0;
    for (const std::string& target : {polling, websocket}) {
        HttpClient client{server->port};
        client.send("GET", target, {}, target == websocket ? test::upgrade_headers : "");
        wait_for_question(++questions);
        client.peer().reset();
        server->sessions();  // a turn of the loop, which hears of the reset
        decide(std::nullopt);
        EXPECT_EQ(server->sessions(), 0U);
    }
}

// A FIN alone might be from one who still reads; the first bytes to it show that it does not.
TEST_F(EngineIoLaterVerdictTest, EndsAWebSocketWhoseClientHadLeft) {
    HttpClient client{server->port};
    client.send("GET", websocket, {}, test::upgrade_headers);
    wait_for_question();
    client.peer().close();
    server->sessions();
    decide(std::nullopt);
    wait_until([&] { return server->sessions() == 0; });
    EXPECT_LE(server->close_reasons().size(), 1U);
}

TEST_F(EngineIoLaterVerdictTest, IsTakenOnce) {
    HttpClient client{server->port};
    client.send("GET", polling);
    wait_for_question();
    decide(std::nullopt);
    decide(std::nullopt);
    decide("changed my mind");
    EXPECT_EQ(test::sid_of(client.receive().body).size(), 20U);
    EXPECT_TRUE(client.peer().is_silent());
    EXPECT_EQ(server->sessions(), 1U);
}

TEST_F(EngineIoLaterVerdictTest, LetsInNoMoreThanThereIsRoomFor) {
    std::vector<HttpClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.emplace_back(server->port);
        clients.back().send("GET", polling);
        wait_for_question(i + 1);
    }
    let_all_in();
    EXPECT_EQ(clients[0].receive().status, 200);
    EXPECT_EQ(clients[1].receive().status, 200);
    const Answer refused = clients[2].receive();
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.body, R"({"code":6,"message":"Too many sessions"})");
    EXPECT_EQ(server->sessions(), 2U);
    EXPECT_EQ(server->counters.count(Limit::sessions), 1U);
}

// RFC 6455 §4.1: a client waits for the 101. What it sent before nobody could read any more.
TEST_F(EngineIoLaterVerdictTest, RefusesAWebSocketWithFramesBehindItsRequest) {
    HttpClient client{server->port};
    client.send("GET", websocket, {}, test::upgrade_headers);
    client.peer().send(codec::websocket::test::client_frame({}, "4hello"));
    wait_for_question();
    EXPECT_TRUE(client.peer().is_silent());
    decide(std::nullopt);
    EXPECT_EQ(client.receive().status, 400);
}

// The next request on the connection waits its turn.
TEST_F(EngineIoLaterVerdictTest, KeepsPipelinedRequestsInOrder) {
    HttpClient client{server->port};
    client.send("GET", polling);
    client.send("POST", polling);
    wait_for_question();
    EXPECT_TRUE(client.peer().is_silent());
    decide(std::nullopt);
    EXPECT_EQ(client.receive().status, 200);
    EXPECT_EQ(client.receive().body, R"({"code":2,"message":"Bad handshake method"})");
}

// --- Headers -------------------------------------------------------------------------------------

class EngineIoHeaderHooksTest : public testing::Test, protected TestServer {
protected:
    EngineIoHeaderHooksTest() : TestServer(with_headers()) {}

    static Options with_headers() {
        Options options;
        options.hooks.initial_headers = [](Hooks::Headers& headers, const net::HttpRequest&) {
            headers.push_back({"X-First", "yes"});
        };
        options.hooks.headers = [](Hooks::Headers& headers, const net::HttpRequest& request) {
            headers.push_back({"X-Every", request.method});
        };
        return options;
    }
};

TEST_F(EngineIoHeaderHooksTest, AddToEveryPollingAnswerAndOnceToTheFirst) {
    const Answer first = request("GET", polling);
    EXPECT_EQ(header_of(first.head, "X-First"), "yes");
    EXPECT_EQ(header_of(first.head, "X-Every"), "GET");
    const std::string sid = test::sid_of(first.body);
    const Answer ok = post(sid, "4a");
    EXPECT_EQ(header_of(ok.head, "X-First"), "absent");
    EXPECT_EQ(header_of(ok.head, "X-Every"), "POST");
    const Answer poll = get(sid);
    EXPECT_EQ(header_of(poll.head, "X-First"), "absent");
    EXPECT_EQ(header_of(poll.head, "X-Every"), "GET");
}

TEST_F(EngineIoHeaderHooksTest, AddToUpgrades) {
    const WebSocketClient opening{port, websocket};
    EXPECT_EQ(header_of(opening.head(), "X-First"), "yes");
    EXPECT_EQ(header_of(opening.head(), "X-Every"), "GET");
    const WebSocketClient upgrade{port, websocket + "&sid=" + open()};
    EXPECT_EQ(header_of(upgrade.head(), "X-First"), "absent");
    EXPECT_EQ(header_of(upgrade.head(), "X-Every"), "GET");
}

// --- on_refused ----------------------------------------------------------------------------------

TEST(EngineIoOnRefused, HearsWhatTheSenderGot) {
    std::vector<std::string> heard;  // loop only
    Options options;
    options.sessions_max = 1;
    options.hooks.on_refused = [&](const net::HttpRequest& request, int code,
                                   std::string_view message) {
        heard.push_back(request.method + " " + std::to_string(code) + " " + std::string{message});
    };
    options.hooks.allow_request = [](const net::HttpRequest& request,
                                     const Hooks::Verdict& verdict) {
        if (request.parameter("stranger")) return verdict("go away");
        verdict(std::nullopt);
    };
    TestServer server{options};
    server.request("GET", "/engine.io/");
    server.request("GET", polling + "&sid=abc");
    server.request("POST", polling);
    server.request("GET", websocket, {},
                   "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n");
    server.request("GET", polling + "&stranger=1");
    server.request("GET", polling_v3);
    server.open();
    server.request("GET", polling);
    std::vector<std::string> copy;
    server.loop.run([&] { copy = heard; });
    EXPECT_EQ(copy, (std::vector<std::string>{"GET 0 Transport unknown", "GET 1 Session ID unknown",
                                              "POST 2 Bad handshake method",
                                              "GET 3 Missing or invalid Sec-WebSocket-Key header",
                                              "GET 4 go away", "GET 5 Unsupported protocol version",
                                              "GET 6 Too many sessions"}));
}

}  // namespace
}  // namespace homeroom::engineio
