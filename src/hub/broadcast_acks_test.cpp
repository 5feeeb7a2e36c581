// Answers to what many were asked: whose they are, when all are there, and what is none.
#include "hub/broadcast_acks.h"

#include <algorithm>
#include <future>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "hub/test_server.h"

namespace homeroom::hub {
namespace {

using namespace std::chrono_literals;
using List = std::vector<std::string>;
using test::wait_until;
using test::WebSocketClient;

constexpr auto long_enough = 60s;  // never waited for

// What a client is asked: "42" id "[…]".
std::uint64_t id_of(const std::string& question) {
    EXPECT_TRUE(question.starts_with("42")) << question;
    return std::stoull(question.substr(2));
}

class AskingTest : public test::ServerTest {
protected:
    using ServerTest::ServerTest;
    ~AskingTest() override { server->stop(); }  // nobody calls back any more

    struct Asked {
        std::shared_ptr<std::promise<std::map<std::string, std::string>>> promise =
            std::make_shared<std::promise<std::map<std::string, std::string>>>();
        std::future<std::map<std::string, std::string>> future = promise->get_future();

        // By socket id, the arguments joined, or "none".
        std::map<std::string, std::string> get() {
            if (future.wait_for(net::test::patience) != std::future_status::ready)
                return {{"waited in vain", ""}};
            return future.get();
        }
        bool is_open() { return future.wait_for(50ms) == std::future_status::timeout; }
        BroadcastAnswers::Done done() {
            return [shared = promise](const std::vector<BroadcastAnswer>& answers) {
                std::map<std::string, std::string> by_socket;
                for (const BroadcastAnswer& one : answers) {
                    std::string all = one.answer ? "" : "none";
                    for (const auto& json : one.answer.value_or(Arguments{}).json)
                        all += json + ";";
                    for (const auto& bytes : one.answer.value_or(Arguments{}).attachments)
                        all += "bytes:" + bytes + ";";
                    EXPECT_TRUE(by_socket.emplace(one.socket_id, all).second);
                }
                shared->set_value(by_socket);
            };
        }
    };
    Asked ask(Selection to, std::chrono::milliseconds timeout = long_enough) {
        Asked asked;
        server->ask({.to = std::move(to), .event = "ask", .timeout = timeout}, asked.done());
        return asked;
    }
    // Once it is answered, everything that came before it has been dealt with.
    static void settle(WebSocketClient& client) {
        client.send(R"(42["echo"])");
        EXPECT_EQ(client.receive(), R"(42["echo"])");
    }
};

using Answers = std::map<std::string, std::string>;

TEST_F(AskingTest, TellsWhoseEachAnswerIs) {
    std::string ada;
    std::string bob;
    WebSocketClient first = join(&ada);
    WebSocketClient second = join(&bob);
    Asked asked = ask({.everyone = true});
    const std::string question = first.receive();
    EXPECT_EQ(second.receive(), question);
    const std::string id = std::to_string(id_of(question));
    EXPECT_EQ(question, "42" + id + "[\"ask\"]");
    second.send("43" + id + R"(["b",{"x":1}])");
    settle(second);
    EXPECT_TRUE(asked.is_open());
    first.send("43" + id + "[]");
    EXPECT_EQ(asked.get(), (Answers{{ada, ""}, {bob, R"("b";{"x":1};)"}}));
}

// Java, Rust and C++ clients read an id as a signed integer of 32 bits. A socket's own ids begin
// at 0 and never come so far.
TEST_F(AskingTest, HasIdsOf31BitsOfItsOwn) {
    std::string ada;
    WebSocketClient client = join(&ada);
    std::vector<Asked> asked;
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 5; ++i) {
        asked.push_back(ask({.everyone = true}));
        ids.push_back(id_of(client.receive()));
        EXPECT_GE(ids.back(), 1ULL << 30);
        EXPECT_LT(ids.back(), 1ULL << 31);
    }
    auto distinct = ids;
    std::ranges::sort(distinct);
    EXPECT_EQ(std::ranges::unique(distinct).size(), 0U);
    auto answer = std::make_shared<std::promise<std::string>>();
    with_socket(ada, [&](Socket& socket) {
        socket.emit_with_ack("own", {}, {}, std::nullopt,
                             [answer](const std::optional<Arguments>& given) {
                                 answer->set_value(given ? given->json.at(0) : "none");
                             });
    });
    EXPECT_EQ(client.receive(), R"(420["own"])");
    for (std::size_t i = 0; i < ids.size(); ++i)
        client.send("43" + std::to_string(ids[i]) + "[" + std::to_string(i) + "]");
    client.send(R"(430["mine"])");
    EXPECT_EQ(answer->get_future().get(), "\"mine\"");
    for (std::size_t i = 0; i < ids.size(); ++i)
        EXPECT_EQ(asked[i].get(), (Answers{{ada, std::to_string(i) + ";"}}));
}

TEST_F(AskingTest, AsksWhoeverIsSelected) {
    std::string ada;
    std::string bob;
    WebSocketClient first = join(&ada);
    WebSocketClient second = join(&bob);
    WebSocketClient outside = open();  // in no namespace
    with_socket(ada, [](Socket& socket) { socket.join("maths"); });
    with_socket(bob, [](Socket& socket) { socket.join("maths"); });
    Asked asked = ask({.rooms = {"maths", ada, bob}, .except = {bob}});
    const std::string question = first.receive();
    first.send("43" + std::to_string(id_of(question)) + "[1]");
    EXPECT_EQ(asked.get(), (Answers{{ada, "1;"}}));
    EXPECT_TRUE(second.peer().is_silent());
    EXPECT_TRUE(first.peer().is_silent(0ms));  // once, although in several rooms
}

TEST_F(AskingTest, IsCompleteAtOnceWithoutReceivers) {
    WebSocketClient client = join();
    EXPECT_EQ(ask({.rooms = {"nobody"}}).get(), Answers{});
    EXPECT_EQ(ask({.nsp = "/admin", .everyone = true}).get(), Answers{});
    EXPECT_EQ(ask({.nsp = "/none", .everyone = true}).get(), Answers{});
    EXPECT_EQ(ask({}).get(), Answers{});
    EXPECT_TRUE(client.peer().is_silent());
}

TEST_F(AskingTest, WaitsForNobodyWhoLeaves) {
    std::string ada;
    std::string bob;
    std::string eve;
    WebSocketClient first = join(&ada);
    WebSocketClient second = join(&bob);
    WebSocketClient third = join(&eve);
    Asked asked = ask({.everyone = true});
    first.send("43" + std::to_string(id_of(first.receive())) + "[1]");
    second.receive();
    second.peer().close();
    settle(first);
    EXPECT_TRUE(asked.is_open());
    third.receive();
    third.send("41");
    EXPECT_EQ(asked.get(), (Answers{{ada, "1;"}, {bob, "none"}, {eve, "none"}}));
}

TEST_F(AskingTest, IsCompleteWhenTheLastOneIsKicked) {
    std::string ada;
    WebSocketClient client = join(&ada);
    Asked asked = ask({.everyone = true});
    client.receive();
    with_socket(ada, [](Socket& socket) { socket.disconnect(); });
    EXPECT_EQ(asked.get(), (Answers{{ada, "none"}}));
}

TEST_F(AskingTest, HasWhatWasAnsweredInTime) {
    std::string ada;
    std::string bob;
    WebSocketClient first = join(&ada);
    WebSocketClient second = join(&bob);
    Asked asked = ask({.everyone = true}, 1s);
    const std::string id = std::to_string(id_of(first.receive()));
    first.send("43" + id + "[1]");
    EXPECT_EQ(asked.get(), (Answers{{ada, "1;"}, {bob, "none"}}));
    second.receive();
    second.send("43" + id + "[2]");  // late: no crime, and nobody hears of it
    settle(second);
    settle(first);
}

// Node's fails after a millisecond.
TEST_F(AskingTest, HasATimeoutByDefaultThatPeopleCanMeet) {
    EXPECT_EQ(Server::Question{}.timeout, limits::broadcast_ack_timeout);
    EXPECT_GE(limits::broadcast_ack_timeout, 1s);
}

TEST_F(AskingTest, IgnoresAnswersThatAreNone) {
    std::string ada;
    std::string bob;
    std::string eve;
    WebSocketClient first = join(&ada);
    WebSocketClient second = join(&bob);
    WebSocketClient outsider = join(&eve);
    Asked asked = ask({.rooms = {ada, bob}});
    const std::uint64_t number = id_of(first.receive());
    const std::string id = std::to_string(number);
    second.receive();
    outsider.send("43" + id + R"(["forged"])");  // who was not asked
    settle(outsider);
    second.send("40/admin,");
    EXPECT_TRUE(second.receive().starts_with("40/admin,"));
    second.send("43/admin," + id + R"(["of another namespace"])");
    constexpr std::uint64_t two_to_31 = std::uint64_t{1} << 31;
    for (const std::uint64_t other : {number + 1, number - 1, two_to_31 / 2 + 1'000, two_to_31 - 1,
                                      two_to_31, number + 2 * two_to_31, std::uint64_t{0}})
        second.send("43" + std::to_string(other) + R"(["never asked"])");
    settle(second);
    first.send("43" + id + "[1]");
    first.send("43" + id + R"(["a second answer"])");
    settle(first);
    EXPECT_TRUE(asked.is_open());
    second.send("43" + id + "[2]");
    second.send("43" + id + R"(["when all was over"])");
    EXPECT_EQ(asked.get(), (Answers{{ada, "1;"}, {bob, "2;"}}));
    settle(second);
}

TEST_F(AskingTest, CarriesBytesBothWays) {
    std::string ada;
    WebSocketClient client = join(&ada);
    Asked asked;
    server->ask(
        {.to = {.everyone = true},
         .event = "ask",
         .arguments = {.json = {R"({"_placeholder":true,"num":0})"}, .attachments = {"question"}},
         .timeout = long_enough},
        asked.done());
    const std::string question = client.receive();
    ASSERT_TRUE(question.starts_with("451-")) << question;
    EXPECT_EQ(client.receive(), "bytes:question");
    const std::string id = std::to_string(std::stoull(question.substr(4)));
    EXPECT_EQ(question, "451-" + id + R"(["ask",{"_placeholder":true,"num":0}])");
    client.send("461-" + id + R"([{"_placeholder":true,"num":0}])");
    client.send_bytes("answer");
    EXPECT_EQ(asked.get(), (Answers{{ada, R"({"_placeholder":true,"num":0};bytes:answer;)"}}));
}

TEST_F(AskingTest, KeepsItsPlaceAmongWhatItsLoopSends) {
    std::string ada;
    WebSocketClient client = join(&ada);
    Asked asked;
    with_socket(ada, [&](Socket& socket) {
        socket.emit("before", {});
        server->ask({.to = {.everyone = true}, .event = "ask", .timeout = long_enough},
                    asked.done());
        socket.emit("after", {});
    });
    EXPECT_EQ(client.receive(), R"(42["before"])");
    const std::string question = client.receive();
    EXPECT_EQ(client.receive(), R"(42["after"])");
    client.send("43" + std::to_string(id_of(question)) + "[]");
    EXPECT_EQ(asked.get(), (Answers{{ada, ""}}));
}

TEST_F(AskingTest, GivesUpAtOnceWithTooManyOpen) {
    std::string ada;
    WebSocketClient client = join(&ada);
    std::vector<Asked> asked;
    for (std::size_t i = 0; i < limits::broadcasts_awaiting_acks_max; ++i)
        asked.push_back(ask({.everyone = true}));
    EXPECT_EQ(counted(Limit::pending_acks), 0U);
    EXPECT_EQ(ask({.everyone = true}).get(), (Answers{{ada, "none"}}));
    EXPECT_EQ(counted(Limit::pending_acks), 1U);
    EXPECT_TRUE(asked.front().is_open());
    EXPECT_TRUE(asked.back().is_open());
    client.peer().close();
    for (Asked& one : asked) EXPECT_EQ(one.get(), (Answers{{ada, "none"}}));
}

// One whose question ends it is not waited for.
TEST_F(AskingTest, WaitsForNobodyWhomTheQuestionEnds) {
    std::string ada;
    std::string slow;
    WebSocketClient first = join(&ada);
    WebSocketClient second = join(&slow);
    Asked asked;
    with_socket(slow, [&](Socket& socket) {
        socket.send({Frame::text(net::test::more_than_the_kernel_takes())});
        server->ask({.to = {.everyone = true}, .event = "ask", .timeout = long_enough},
                    asked.done());
        socket.hub().settle();
        EXPECT_TRUE(socket.is_gone());
    });
    first.send("43" + std::to_string(id_of(first.receive())) + "[1]");
    EXPECT_EQ(asked.get(), (Answers{{ada, "1;"}, {slow, "none"}}));
}

class AskingLoopsTest : public AskingTest {
protected:
    AskingLoopsTest() : AskingTest({.loops = 3, .engine = {}}) {}
};

TEST_F(AskingLoopsTest, CollectsTheAnswersOfAllLoops) {
    std::vector<WebSocketClient> clients;
    Answers expected;
    for (int i = 0; i < 24; ++i) {
        std::string id;
        clients.push_back(join(&id));
        expected[id] = std::to_string(i) + ";";
    }
    Asked asked = ask({.everyone = true});
    for (std::size_t i = 0; i < clients.size(); ++i) {
        const std::string id = std::to_string(id_of(clients[i].receive()));
        clients[i].send("43" + id + "[" + std::to_string(i) + "]");
    }
    EXPECT_EQ(asked.get(), expected);
    EXPECT_EQ(ask({.rooms = {"nobody"}}).get(), Answers{});
}

TEST_F(AskingLoopsTest, CallsBackOnTheLoopThatAsked) {
    std::promise<std::uint32_t> promise;
    on_loop(
        [&](Hub&) {
            server->ask({.to = {.everyone = true}, .event = "ask"},
                        [&](const std::vector<BroadcastAnswer>&) {
                            promise.set_value(server->own_hub()->loop_index());
                        });
        },
        2);
    EXPECT_EQ(promise.get_future().get(), 2U);
}

}  // namespace
}  // namespace homeroom::hub
