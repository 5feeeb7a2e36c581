// The life of a socket, from its CONNECT to its end: what it and its client may do in each state.
#include "hub/socket.h"

#include <algorithm>
#include <gtest/gtest.h>
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

List sorted_rooms(const Socket& socket) {
    List names = socket.rooms();
    std::ranges::sort(names);
    return names;
}

class SocketTest : public test::ServerTest {
protected:
    using ServerTest::ServerTest;
    ~SocketTest() override { server->stop(); }  // the tests' own variables are noted in

    // Whose answer to a CONNECT is left to the test.
    void answer_later() {
        school.connect = [this](Socket& socket, std::string_view) { waiting = socket.ref(); };
    }
    void with_waiting(const std::function<void(Socket&)>& task) {
        on_loop([&](Hub& hub) {
            ASSERT_NE(hub.find(waiting), nullptr);
            task(*hub.find(waiting));
        });
    }
    SocketRef waiting{};
};

// --- Connecting ----------------------------------------------------------------------------------

TEST_F(SocketTest, IsNotConnectedBeforeItIsAccepted) {
    answer_later();
    WebSocketClient client = open();
    client.send(R"(40{"token":"t"})");
    wait_until([&] { return sockets() == 1; });
    with_waiting([](Socket& socket) {
        EXPECT_FALSE(socket.connected());
        EXPECT_FALSE(socket.is_gone());
        EXPECT_TRUE(socket.rooms().empty());
        socket.join("room");
        socket.answer(1, {});  // to a question that nobody could ask
        socket.emit("before", {});
        socket.accept();
        EXPECT_TRUE(socket.connected());
        List rooms{"room", socket.id()};
        std::ranges::sort(rooms);
        EXPECT_EQ(sorted_rooms(socket), rooms);
        socket.accept();
        socket.refuse("too late");
    });
    // What was sent before goes before, and clients keep it until they are connected.
    EXPECT_EQ(client.receive(), R"(42["before"])");
    EXPECT_TRUE(client.receive().starts_with("40{\"sid\":"));
    EXPECT_TRUE(client.peer().is_silent());
}

TEST_F(SocketTest, MayEndBeforeItIsAccepted) {
    answer_later();
    WebSocketClient client = open();
    client.send("40");
    wait_until([&] { return sockets() == 1; });
    with_waiting([](Socket& socket) {
        socket.disconnect();
        socket.accept();
        EXPECT_FALSE(socket.connected());
    });
    EXPECT_TRUE(client.peer().is_silent());  // "41" would be of a namespace that it is not in
    EXPECT_EQ(school.notes(), (List{"connect ", "disconnect server namespace disconnect"}));
    school.connect = [](Socket& socket, std::string_view) { socket.accept(); };
    client.send("40");
    EXPECT_TRUE(client.receive().starts_with("40{"));
}

TEST_F(SocketTest, WaitsForNoSecondConnect) {  // Node makes two sockets of it
    answer_later();
    WebSocketClient client = open();
    client.send("40");
    client.send("40");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(school.notes(), (List{"connect ", "disconnect forced server close"}));
    EXPECT_EQ(sockets(), 0U);
}

TEST_F(SocketTest, EndsTheConnectionOfOneWhoConnectsTwice) {
    WebSocketClient client = join();
    client.send("40/admin,");
    EXPECT_TRUE(client.receive().starts_with("40/admin,"));
    client.send(R"(40/admin,{"again":true})");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(school.notes(), (List{"connect ", "disconnect forced server close"}));
    EXPECT_EQ(admin.notes(), (List{"connect ", "disconnect forced server close"}));
}

TEST_F(SocketTest, EndsTheConnectionOfOneWhoSpeaksBeforeItIsIn) {
    for (const std::string_view packet :
         {R"(42["e"])", R"(421["e"])", "430[]", "41", R"(42/admin,["e"])", "41/none,"}) {
        WebSocketClient client = open();
        client.send(packet);
        EXPECT_EQ(client.receive(), "close") << packet;
    }
    EXPECT_TRUE(school.notes().empty());
    answer_later();
    for (const std::string_view packet : {R"(42["e"])", "430[]", "41"}) {
        WebSocketClient client = open();
        client.send("40");
        client.send(packet);
        EXPECT_EQ(client.receive(), "close") << packet;
    }
    wait_until([&] { return sockets() == 0; });
    EXPECT_EQ(std::ranges::count(school.notes(), "disconnect forced server close"), 3);
}

// With an answer at once there is nothing to wait for.
TEST_F(SocketTest, TakesAnEventRightBehindItsConnect) {
    WebSocketClient client = open();
    client.send("40");
    client.send(R"(42["echo",1])");
    EXPECT_TRUE(client.receive().starts_with("40{"));
    EXPECT_EQ(client.receive(), R"(42["echo",1])");
}

TEST_F(SocketTest, GetsNoBroadcastBeforeItIsAccepted) {
    answer_later();
    WebSocketClient client = open();
    client.send("40");
    wait_until([&] { return sockets() == 1; });
    with_waiting([](Socket& socket) {
        socket.join("room");
        socket.hub().deliver({.to = {.everyone = true}, .message = {Frame::text("2[\"early\"]")}});
        socket.hub().deliver({.to = {.rooms = {"room"}}, .message = {Frame::text("2[\"early\"]")}});
        int visited = 0;
        socket.hub().for_each_selected({.everyone = true}, [&](Socket&) { ++visited; });
        EXPECT_EQ(visited, 0);
        socket.accept();
    });
    EXPECT_TRUE(client.receive().starts_with("40{"));
    EXPECT_TRUE(client.peer().is_silent());
}

// --- Leaving -------------------------------------------------------------------------------------

class LeavingTest : public SocketTest {
protected:
    LeavingTest() {
        school.connect = [](Socket& socket, std::string_view) {
            socket.join("room");
            socket.accept();
        };
        school.disconnect = [this](Socket& socket, DisconnectReason) {
            const bool as_expected = !socket.connected() && socket.is_gone() &&
                                     socket.is_in("room") && socket.is_in(socket.id()) &&
                                     socket.rooms().size() == 2 && socket.session() != nullptr;
            // None of it has an effect any more.
            socket.join("another room");
            socket.emit("never", {});
            socket.answer(1, {});
            socket.accept();
            socket.disconnect();
            noted.push_back(as_expected && socket.rooms().size() == 2 ? "rooms are there"
                                                                      : "wrong");
            socket.emit_with_ack("never", {}, {}, std::nullopt,
                                 [this](const std::optional<Arguments>& answer) {
                                     noted.push_back(answer ? "answer" : "no answer");
                                 });
        };
        school.left = [this](Socket& socket) {
            const bool as_expected = !socket.connected() && socket.is_gone() &&
                                     socket.rooms().empty() && !socket.is_in("room") &&
                                     socket.session() == nullptr &&
                                     socket.handshake().peer_address.is_local();
            socket.join("room");
            socket.disconnect();
            socket.drop_transport();
            noted.push_back(as_expected && socket.nsp().name() == "/" &&
                                    socket.hub().room_count() == 0
                                ? "rooms are left"
                                : "wrong");
        };
    }
    ~LeavingTest() override { server->stop(); }
    void expect_orderly_end(const std::string& reason) {
        wait_until([&] { return sockets() == 0; });
        on_loop([&](Hub& hub) {
            EXPECT_EQ(noted, (List{"rooms are there", "no answer", "rooms are left"})) << reason;
            EXPECT_EQ(hub.room_count(), 0U);
            noted.clear();
        });
        EXPECT_EQ(school.notes().back(), "disconnect " + reason);
    }
    List noted;  // on the loop
};

TEST_F(LeavingTest, SeesItsRoomsFirstAndThenHasNone) {
    std::string id;
    {
        WebSocketClient client = join();
        client.send("41");
        expect_orderly_end("client namespace disconnect");
    }
    {
        WebSocketClient client = join(&id);
        with_socket(id, [](Socket& socket) { socket.disconnect(); });
        EXPECT_EQ(client.receive(), "41");
        expect_orderly_end("server namespace disconnect");
        EXPECT_TRUE(client.peer().is_silent());  // nothing of what was tried meanwhile
    }
    {
        WebSocketClient client = join(&id);
        with_socket(id, [](Socket& socket) { socket.disconnect(true); });
        EXPECT_EQ(client.receive(), "41");
        EXPECT_EQ(client.receive(), "close");
        expect_orderly_end("server namespace disconnect");
    }
    {
        WebSocketClient client = join(&id);
        with_socket(id, [](Socket& socket) { socket.drop_transport(); });
        EXPECT_EQ(client.receive(), "close");
        expect_orderly_end("forced close");
    }
    {
        WebSocketClient client = join();
        client.send("4nonsense");
        EXPECT_EQ(client.receive(), "close");
        expect_orderly_end("forced close");
    }
    {
        WebSocketClient client = join();
        client.send("40");
        EXPECT_EQ(client.receive(), "close");
        expect_orderly_end("forced server close");
    }
    {
        WebSocketClient client = join();
        client.peer().close();
        expect_orderly_end("transport close");
    }
    {
        WebSocketClient client = join();
        server->close_sessions();
        EXPECT_EQ(client.receive(), "close");
        expect_orderly_end("server shutting down");
    }
}

// What a client had on its way when it was kicked, or said behind its own goodbye.
TEST_F(SocketTest, IsNotMissedByPacketsThatComeTooLate) {
    std::string id;
    WebSocketClient client = join(&id);
    client.send("40/admin,");
    EXPECT_TRUE(client.receive().starts_with("40/admin,"));
    with_socket(id, [](Socket& socket) { socket.disconnect(); });
    EXPECT_EQ(client.receive(), "41");
    client.send(R"(42["late"])");
    client.send(R"(427["late"])");
    client.send("430[]");
    client.send("41");
    client.send(R"(451-["late",{"_placeholder":true,"num":0}])");
    client.send_bytes("late");
    client.send(R"(42/admin,["echo"])");
    EXPECT_EQ(client.receive(), R"(42/admin,["echo"])");
    client.send("41/admin,");
    client.send(R"(42/admin,["late"])");
    client.send("40/admin,");
    EXPECT_TRUE(client.receive().starts_with("40/admin,"));
    EXPECT_EQ(school.notes(), (List{"connect ", "disconnect server namespace disconnect"}));
    EXPECT_EQ(admin.notes(), (List{"connect ", "event echo",
                                   "disconnect client namespace disconnect", "connect "}));
    client.send(R"(42["connect"])");  // but an invalid packet is one wherever it goes
    EXPECT_EQ(client.receive(), "close");
}

TEST_F(SocketTest, HasAnotherIdEachTime) {
    WebSocketClient client = open();
    List ids;
    for (int i = 0; i < 3; ++i) {
        client.send("40");
        ids.push_back(test::sid_of(client.receive()));
        EXPECT_EQ(ids.back().size(), 20U);
        client.send("41");
    }
    std::ranges::sort(ids);
    EXPECT_EQ(std::ranges::unique(ids).size(), 0U);
}

TEST_F(SocketTest, GoesOnUnderTheIdOfAnEarlierOne) {
    school.connect = [](Socket& socket, std::string_view) {
        socket.take_id("earlier");
        socket.accept("private");
    };
    WebSocketClient client = open();
    client.send("40");
    EXPECT_EQ(client.receive(), R"(40{"sid":"earlier","pid":"private"})");
    server->broadcast({.to = {.rooms = {"earlier"}}, .message = {Frame::text("2[\"own\"]")}});
    EXPECT_EQ(client.receive(), R"(42["own"])");
}

// --- The connect timeout -------------------------------------------------------------------------

class UnjoinedTest : public SocketTest {
protected:
    UnjoinedTest() : SocketTest({.engine = {}, .hub = {.connect_timeout = 500ms}}) {}
};

TEST_F(UnjoinedTest, EndsTheConnectionOfOneThatNobodyAccepted) {
    school.connect = [](Socket& socket, std::string_view) { socket.refuse("no"); };
    WebSocketClient refused = open();
    refused.send("40");
    EXPECT_EQ(refused.receive(), R"(44{"message":"no"})");
    EXPECT_EQ(refused.receive(), "close");
    EXPECT_EQ(counted(Limit::unjoined_time), 1U);
    answer_later();
    WebSocketClient waits = open();
    waits.send("40");
    EXPECT_EQ(waits.receive(), "close");
    EXPECT_EQ(counted(Limit::unjoined_time), 2U);
    EXPECT_EQ(school.notes().back(), "disconnect forced server close");
    EXPECT_EQ(sockets(), 0U);
}

TEST_F(UnjoinedTest, IsOverOnceOneNamespaceIsJoined) {
    school.connect = [](Socket& socket, std::string_view) { socket.refuse("no"); };
    WebSocketClient client = open();
    client.send("40/admin,");
    EXPECT_TRUE(client.receive().starts_with("40/admin,"));
    client.send("41/admin,");
    client.send("40");
    EXPECT_EQ(client.receive(), R"(44{"message":"no"})");
    EXPECT_TRUE(client.peer().is_silent(700ms));
    EXPECT_EQ(counted(Limit::unjoined_time), 0U);
}

}  // namespace
}  // namespace homeroom::hub
