// The whole server over several loops: broadcasts, acks, shutdown.
#include "hub/server.h"

#include <atomic>
#include <future>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "hub/test_server.h"

namespace homeroom::hub {
namespace {

using namespace std::chrono_literals;
using List = std::vector<std::string>;
using test::HttpClient;
using test::wait_until;
using test::WebSocketClient;

class LoopsTest : public test::ServerTest {
protected:
    LoopsTest() : ServerTest({.loops = 3, .engine = {}}) {}
};

TEST_F(LoopsTest, BroadcastsToAllLoops) {
    school.connect = [](Socket& socket, std::string_view) {
        socket.join("a");
        socket.accept();
    };
    std::vector<WebSocketClient> clients;
    for (int i = 0; i < 24; ++i) clients.push_back(join());
    for (std::uint64_t seq = 1; seq <= 50; ++seq) {
        server->broadcast({.to = {.rooms = {"a"}},
                           .message = {Frame::text("2[" + std::to_string(seq) + "]")},
                           .seq = seq});
    }
    for (auto& client : clients) {
        for (int seq = 1; seq <= 50; ++seq)
            ASSERT_EQ(client.receive(), "42[" + std::to_string(seq) + "]");
    }
}

TEST_F(LoopsTest, FindsASessionFromEveryLoop) {
    const std::string polling = "/socket.io/?EIO=4&transport=polling";
    for (int i = 0; i < 10; ++i) {
        const std::string sid =
            test::sid_of(HttpClient{server->port()}.request("GET", polling).body);
        for (int round = 0; round < 5; ++round) {  // a new connection each: any loop may get it
            const std::string target = polling + "&sid=" + sid;
            const std::string packet =
                round == 0 ? "40" : "42[\"echo\"," + std::to_string(round) + "]";
            ASSERT_EQ(HttpClient{server->port()}.request("POST", target, packet).body, "ok");
            const std::string answer = HttpClient{server->port()}.request("GET", target).body;
            ASSERT_TRUE(round == 0 || answer == packet) << answer;
        }
        WebSocketClient client{server->port(), "/socket.io/?EIO=4&transport=websocket&sid=" + sid};
        client.send("2probe");
        ASSERT_EQ(client.receive(), "3probe");
        client.send("5");
        client.send("42[\"echo\"]");
        ASSERT_EQ(client.receive(), "42[\"echo\"]");
    }
}

TEST_F(LoopsTest, FencesAllLoops) {
    std::atomic<int> ran = 0;
    std::promise<int> done;
    server->post_all_then([&](Hub&) { ++ran; }, [&] { done.set_value(ran.load()); });
    EXPECT_EQ(done.get_future().get(), 3);
    std::set<std::uint32_t> loops;
    for (std::size_t i = 0; i < 3; ++i) {
        on_loop([&](Hub& hub) { loops.insert(hub.loop_index()); }, i);
    }
    EXPECT_EQ(loops.size(), 3U);
}

class ServerBasicsTest : public test::ServerTest {};

TEST_F(ServerBasicsTest, ClosesSessionsWithoutADisconnectPacket) {  // "41" would keep clients away
    WebSocketClient client = join();
    server->stop_accepting();
    server->close_sessions();
    EXPECT_EQ(client.receive(), "close");
    wait_until([&] {
        return !school.notes().empty() &&
               school.notes().back() == "disconnect server shutting down";
    });
}

TEST_F(ServerBasicsTest, StopsWithConnectionsOpen) {
    WebSocketClient client = join();
    WebSocketClient half = open();
    HttpClient poll{server->port()};
    const std::string polling = "/socket.io/?EIO=4&transport=polling";
    const std::string sid = test::sid_of(poll.request("GET", polling).body);
    poll.send("GET", polling + "&sid=" + sid);
    EXPECT_TRUE(poll.peer().is_silent(20ms));
    EXPECT_EQ(server->connections(), 3U);
    server->stop();
    server.reset();
    EXPECT_EQ(client.receive(), "close");
    server = std::move(Server::create({}, {})).value();  // for the fixture's end
}

TEST_F(ServerBasicsTest, SaysThatItsPortIsInUse) {
    const auto second = Server::create({.port = server->port(), .engine = {}}, {});
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, Code::conflict);
    EXPECT_FALSE(Server::create({.loops = 0, .engine = {}}, {}).ok());
    EXPECT_FALSE(Server::create({.loops = 65, .engine = {}}, {}).ok());
}

TEST_F(ServerBasicsTest, AnswersOtherPathsWithNotFound) {
    HttpClient client{server->port()};
    EXPECT_EQ(client.request("GET", "/").status, 404);
    EXPECT_EQ(client.request("GET", "/socket.iox?EIO=4&transport=polling").status, 404);
    EXPECT_EQ(client.request("GET", "/socket.io?EIO=4&transport=polling").status, 200);
    EXPECT_EQ(client.request("GET", "http://h/socket.io/?EIO=4&transport=polling").status, 404);
    EXPECT_EQ(client.request("POST", "/", "x").status, 413);  // nobody would read it
}

TEST(ServerLimits, TakesNoMoreConnectionsThanItMay) {
    auto server =
        std::move(Server::create({.connections = {.total = 2, .per_address = 0}}, {})).value();
    server->start();
    HttpClient first{server->port()};
    HttpClient second{server->port()};
    EXPECT_EQ(first.request("GET", "/").status, 404);
    EXPECT_EQ(second.request("GET", "/").status, 404);
    HttpClient third{server->port()};
    EXPECT_EQ(third.request("GET", "/").status, 0);
    first.peer().close();
    wait_until([&] { return server->connections() < 2; });
    HttpClient fourth{server->port()};
    EXPECT_EQ(fourth.request("GET", "/").status, 404);
}

// --- Acks ----------------------------------------------------------------------------------------

class AckTest : public test::ServerTest {
protected:
    ~AckTest() override { server->stop(); }  // nobody calls back any more

    // What the callback got: the arguments joined, or "none".
    void ask(const std::string& id, std::chrono::milliseconds timeout) {
        with_socket(id, [&](Socket& socket) {
            socket.emit_with_ack("ask", {}, {}, timeout,
                                 [this](const std::optional<Arguments>& answer) {
                                     std::string all = answer ? "" : "none";
                                     for (const auto& one : answer.value_or(Arguments{}).json)
                                         all += one + ";";
                                     answers.push_back(all);
                                 });
        });
    }
    List seen() {
        List copy;
        on_loop([&](Hub&) { copy = answers; });
        return copy;
    }
    List answers;  // on the loop
};

TEST_F(AckTest, CallsBackOnceWithTheAnswer) {
    std::string id;
    WebSocketClient client = join(&id);
    ask(id, 10s);
    ask(id, 10s);
    EXPECT_EQ(client.receive(), R"(420["ask"])");
    EXPECT_EQ(client.receive(), R"(421["ask"])");
    client.send("431[2]");
    client.send(R"(430["a",{"b":1}])");
    client.send("430[3]");                     // a second answer
    client.send("4399[1]");                    // never asked
    client.send("4318446744073709551615[1]");  // nor this
    client.send("43[1]");
    client.send("42[\"echo\"]");
    EXPECT_EQ(client.receive(), "42[\"echo\"]");
    EXPECT_EQ(seen(), (List{"2;", "\"a\";{\"b\":1};"}));
}

TEST_F(AckTest, CallsBackWithNothingInTimeOrAtTheEnd) {
    std::string id;
    WebSocketClient client = join(&id);
    ask(id, 50ms);
    ask(id, 10s);
    EXPECT_EQ(client.receive(), R"(420["ask"])");
    wait_until([&] { return seen() == List{"none"}; });
    client.send("430[1]");  // too late
    client.peer().close();
    wait_until([&] { return seen() == (List{"none", "none"}); });
}

TEST_F(AckTest, LimitsThoseThatAreAwaited) {
    std::string id;
    WebSocketClient client = join(&id);
    for (std::size_t i = 0; i < limits::acks_pending_per_socket_max + 3; ++i) ask(id, 10s);
    EXPECT_EQ(seen(), List(3, "none"));
}

// --- Flags ---------------------------------------------------------------------------------------

TEST_F(ServerBasicsTest, DropsAVolatileBehindAnotherMessage) {
    std::string id;
    WebSocketClient client = join(&id);
    with_socket(id, [](Socket& socket) {
        const std::vector<std::string_view> one{"1"};
        socket.emit("kept", one);
        socket.emit("dropped", {}, {.delivery = Delivery::may_drop});
        socket.emit("kept", {});
    });
    EXPECT_EQ(client.receive(), R"(42["kept",1])");
    EXPECT_EQ(client.receive(), R"(42["kept"])");
    with_socket(id, [](Socket& socket) {
        socket.emit("kept", {}, {.delivery = Delivery::may_drop});
        socket.emit("dropped", {}, {.delivery = Delivery::may_drop});
    });
    EXPECT_EQ(client.receive(), R"(42["kept"])");
    EXPECT_TRUE(client.peer().is_silent());
}

TEST_F(ServerBasicsTest, DisconnectsWithOrWithoutTheTransport) {
    std::string id;
    WebSocketClient client = join(&id);
    client.send("40/admin,");
    EXPECT_TRUE(client.receive().starts_with("40/admin,"));
    with_socket(id, [](Socket& socket) {
        socket.disconnect();
        socket.disconnect();
    });
    EXPECT_EQ(client.receive(), "41");
    client.send("40");
    id = test::sid_of(client.receive());
    with_socket(id, [](Socket& socket) { socket.disconnect(true); });
    // Each of its namespaces, in the order in which they were joined.
    EXPECT_EQ(client.receive(), "41/admin,");
    EXPECT_EQ(client.receive(), "41");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(admin.notes().back(), "disconnect server namespace disconnect");
    std::string other;
    WebSocketClient dropped = join(&other);
    with_socket(other, [](Socket& socket) { socket.drop_transport(); });
    EXPECT_EQ(dropped.receive(), "close");  // no "41": it comes back
}

}  // namespace
}  // namespace homeroom::hub
