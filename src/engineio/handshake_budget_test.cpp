// New sessions a second: a flood of handshakes is answered, and nobody who is in notices it.
#include "engineio/handshake_budget.h"

#include <chrono>
#include <gtest/gtest.h>
#include <string>

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

constexpr TokenRate two_a_day{.per_second = 2.0 / 86'400, .burst = 2};

TEST(HandshakeBudget, SaysWhenThereIsOneAgain) {
    const SteadyTime begin{};
    HandshakeBudget budget{{.per_second = 10, .burst = 2}, begin};
    EXPECT_FALSE(budget.take(begin));
    EXPECT_FALSE(budget.take(begin));
    EXPECT_EQ(budget.take(begin), 100ms);
    EXPECT_EQ(budget.take(begin + 60ms), 40ms);
    EXPECT_FALSE(budget.take(begin + 100ms));
    EXPECT_TRUE(budget.take(begin + 100ms));
}

TEST(EngineIoHandshakeBudget, RefusesWhatIsBeyondIt) {
    HandshakeBudget budget{two_a_day};
    TestServer server{{.handshakes = &budget}};
    const std::string sid = server.open();
    WebSocketClient client{server.port, websocket};
    client.receive();
    HttpClient late{server.port};
    for (int i = 0; i < 2; ++i) {
        const Answer refused = late.request("GET", polling);
        EXPECT_EQ(refused.status, 503);
        EXPECT_EQ(refused.body, R"({"code":7,"message":"Too many handshakes"})");
    }
    const Answer upgrade = server.request("GET", websocket, {}, test::upgrade_headers);
    EXPECT_EQ(upgrade.status, 503);
    EXPECT_EQ(upgrade.body, "Too many handshakes");
    EXPECT_EQ(server.counters.count(Limit::handshakes_per_second), 3U);
    EXPECT_EQ(server.sessions(), 2U);
    // Those who are in go on.
    server.post(sid, "4a");
    EXPECT_EQ(server.get(sid).body, "4a");
    WebSocketClient candidate{server.port, websocket + "&sid=" + sid};
    candidate.send("2probe");
    EXPECT_EQ(candidate.receive(), "3probe");
    client.send("4b");
    EXPECT_EQ(client.receive(), "4b");
}

TEST(HandshakeBudget, AnAddressHasAPartOfIt) {
    const SteadyTime begin{};
    HandshakeBudget budget{{.per_second = 10, .burst = 5}, begin, two_a_day};
    EXPECT_FALSE(budget.take_of_address("here", begin));
    EXPECT_FALSE(budget.take_of_address("here", begin));
    EXPECT_TRUE(budget.take_of_address("here", begin));
    EXPECT_FALSE(budget.take_of_address("there", begin));
    EXPECT_EQ(budget.by_address().refused(), 1U);
}

TEST(EngineIoHandshakeBudget, OfAnAddressLeavesTheRestToOthers) {
    HandshakeBudget budget{
        {.per_second = 1, .burst = 100}, std::chrono::steady_clock::now(), two_a_day};
    TestServer server{{.handshakes = &budget}};
    server.open();
    server.open();
    for (int i = 0; i < 200; ++i) {
        const Answer refused = server.request("GET", polling);
        EXPECT_EQ(refused.status, 503);
    }
    EXPECT_EQ(server.counters.count(Limit::handshakes_per_second), 0U)
        << "nothing of what is for all";
    EXPECT_FALSE(budget.take(std::chrono::steady_clock::now()));
}

TEST(EngineIoHandshakeBudget, IsOneForAllLoops) {
    HandshakeBudget budget{two_a_day};
    TestServer first{{.handshakes = &budget}};
    TestServer second{{.handshakes = &budget}};
    first.open();
    second.open();
    EXPECT_EQ(first.request("GET", polling).status, 503);
    EXPECT_EQ(second.request("GET", polling).status, 503);
}

TEST(EngineIoHandshakeBudget, IsNotSpentOnWhatIsNoHandshake) {
    HandshakeBudget budget{two_a_day};
    TestServer server{{.sessions_max = 1, .handshakes = &budget}};
    server.request("POST", polling);
    server.request("GET", polling + "&sid=abc");
    server.request("GET", "/engine.io/?transport=abc");
    server.request("GET", websocket);
    server.open();
    server.request("GET", polling);  // one session too many
    EXPECT_EQ(server.counters.count(Limit::handshakes_per_second), 0U);
    EXPECT_FALSE(budget.take(std::chrono::steady_clock::now()));
    EXPECT_TRUE(budget.take(std::chrono::steady_clock::now()));
}

}  // namespace
}  // namespace homeroom::engineio
