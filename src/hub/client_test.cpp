// What a client may say, and what becomes of one that says something else.
#include "hub/client.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/limits.h"
#include "hub/test_server.h"

namespace homeroom::hub {
namespace {

using namespace std::chrono_literals;
using List = std::vector<std::string>;
using test::HttpClient;
using test::wait_until;
using test::WebSocketClient;

class ClientTest : public test::ServerTest {};

TEST_F(ClientTest, JoinsNamespaces) {
    WebSocketClient client = open();
    client.send(R"(40{"token":"t"})");
    const std::string main = test::sid_of(client.receive());
    EXPECT_EQ(main.size(), 20U);
    client.send("40/admin,");
    const std::string answer = client.receive();
    EXPECT_TRUE(answer.starts_with("40/admin,{")) << answer;
    EXPECT_NE(test::sid_of(answer), main);
    client.send("40/none,");
    EXPECT_EQ(client.receive(), R"(44/none,{"message":"Invalid namespace"})");
    client.send(R"(42["echo",1])");
    EXPECT_EQ(client.receive(), R"(42["echo",1])");  // the connection lives on
    EXPECT_EQ(school.notes(), (List{R"(connect {"token":"t"})", "event echo 1"}));
    EXPECT_EQ(admin.notes(), List{"connect "});
}

TEST_F(ClientTest, AnswersAcks) {
    WebSocketClient client = join();
    client.send(R"(427["echo",1,{"a":[]}])");
    EXPECT_EQ(client.receive(), R"(437[1,{"a":[]}])");
    client.send(R"(429007199254740993["echo"])");  // beyond 2^53
    EXPECT_EQ(client.receive(), "439007199254740993[]");
}

TEST_F(ClientTest, JoinsAttachmentsToTheirPacket) {
    WebSocketClient client = join();
    const std::string header =
        R"(452-["echo",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])";
    client.send(header);
    client.send_bytes("ab");
    client.send("3");  // Engine.IO's own packets may come between
    client.send_bytes("");
    EXPECT_EQ(client.receive(), header);
    EXPECT_EQ(client.receive(), "bytes:ab");
    EXPECT_EQ(client.receive(), "bytes:");
    client.send(R"(451-3["echo",{"num":0,"_placeholder":true}])");
    client.send_bytes("x");
    EXPECT_EQ(client.receive(), R"(461-3[{"num":0,"_placeholder":true}])");
    EXPECT_EQ(client.receive(), "bytes:x");
}

TEST_F(ClientTest, ClosesTheWholeConnectionOnAViolation) {
    const List violations[] = {{"4"},
                               {"4abc"},
                               {"47"},
                               {"42[]"},
                               {"42{}"},
                               {R"(42["connect"])"},
                               {"40[]"},
                               {"40"},
                               {R"(44{"message":"x"})"},
                               {R"(42/admin,["e"])"},
                               {"41/admin,"},
                               {"43/none,1[]"},
                               {"42[\"e\"," + std::string(500'000, '[')},
                               {"450-[\"e\"]"},
                               {R"(4511-["e"])"},
                               {R"(451-["e",{"_placeholder":true,"num":1}])"},
                               {"bAQI="},
                               {R"(451-["e",{"_placeholder":true,"num":0}])", R"(42["e"])"},
                               {"40/" + std::string(300, 'n') + ","}};
    std::size_t count = 0;
    for (const List& packets : violations) {
        WebSocketClient client = join();
        for (const std::string& packet : packets) client.send(packet);
        EXPECT_EQ(client.receive(), "close") << packets.front().substr(0, 40);
        ++count;
    }
    wait_until([&] { return sockets() == 0; });
    const auto notes = school.notes();
    // What is no packet, and what a client of its namespaces must not say: Node's words for each.
    EXPECT_EQ(std::ranges::count(notes, "disconnect forced server close"), 5);
    EXPECT_EQ(std::ranges::count(notes, "disconnect forced close"),
              static_cast<std::ptrdiff_t>(count) - 5);
    EXPECT_EQ(notes.size(), 2 * count);
}

TEST_F(ClientTest, LimitsAttachmentBytes) {
    WebSocketClient client = join();
    client.send(R"(4510-["e"])");
    const std::string large(900'000, 'x');
    for (int i = 0; i < 10; ++i) client.send_bytes(large);
    EXPECT_EQ(client.receive(), "close");
}

TEST_F(ClientTest, LimitsNamespacesItDoesNotServe) {  // each is refused; nothing is kept
    WebSocketClient client = open();
    for (int i = 0; i < 100; ++i) {
        client.send("40/n" + std::to_string(i) + ",");
        EXPECT_TRUE(client.receive().starts_with("44/n"));
    }
    EXPECT_EQ(sockets(), 0U);
}

TEST_F(ClientTest, LeavesAndComesBack) {
    WebSocketClient client = join();
    client.send("41");
    client.send(R"(42["late"])");  // was on its way: no crime
    client.send("40");
    EXPECT_TRUE(client.receive().starts_with("40{"));
    client.send(R"(42["echo"])");
    EXPECT_EQ(client.receive(), R"(42["echo"])");
    EXPECT_EQ(school.notes(), (List{"connect ", "disconnect client namespace disconnect",
                                    "connect ", "event echo"}));
}

TEST_F(ClientTest, TellsOfARefusal) {
    school.connect = [](Socket& socket, std::string_view) {
        socket.join("room");
        socket.refuse("no", R"({"code":"token_invalid"})");
        socket.refuse("no");
        socket.accept();
        socket.emit("never", {});
    };
    WebSocketClient client = open();
    client.send("40");
    EXPECT_EQ(client.receive(), R"(44{"message":"no","data":{"code":"token_invalid"}})");
    client.send("40");  // it may try again
    EXPECT_EQ(client.receive(), R"(44{"message":"no","data":{"code":"token_invalid"}})");
    EXPECT_EQ(school.notes(), (List{"connect ", "connect "}));  // no disconnect of what never was
    on_loop([](Hub& hub) {
        EXPECT_EQ(hub.socket_count(), 0U);
        EXPECT_EQ(hub.room_count(), 0U);
    });
}

TEST_F(ClientTest, MayBeAcceptedLater) {
    SocketRef waiting{};
    school.connect = [&](Socket& socket, std::string_view) { waiting = socket.ref(); };
    WebSocketClient client = open();
    client.send("40");
    EXPECT_TRUE(client.peer().is_silent());
    on_loop([&](Hub& hub) {
        Socket* socket = hub.find(waiting);
        ASSERT_NE(socket, nullptr);
        socket->accept("private");
    });
    const std::string answer = client.receive();
    EXPECT_NE(answer.find(R"("pid":"private")"), std::string::npos) << answer;
    client.send("1");
    wait_until([&] { return sockets() == 0; });
    on_loop([&](Hub& hub) { EXPECT_EQ(hub.find(waiting), nullptr); });
}

TEST_F(ClientTest, MayGoBeforeItIsAccepted) {
    SocketRef waiting{};
    school.connect = [&](Socket& socket, std::string_view) {
        waiting = socket.ref();
        socket.join("room");
    };
    {
        WebSocketClient client = open();
        client.send("40");
        wait_until([&] { return sockets() == 1; });
    }
    wait_until([&] { return sockets() == 0; });
    on_loop([&](Hub& hub) {
        EXPECT_EQ(hub.find(waiting), nullptr);
        EXPECT_EQ(hub.room_count(), 0U);
    });
    EXPECT_EQ(school.notes(), (List{"connect ", "disconnect transport close"}));
}

// A polling client that does not poll can fill its queue to the byte: whatever is sent then ends
// the session in the middle of the call that sent it.
TEST_F(ClientTest, SurvivesAnEndWithinEachCall) {
    const auto fill_and = [&](const std::function<void(Socket&)>& act) {
        school.connect = [](Socket&, std::string_view) {};
        const std::string polling = "/socket.io/?EIO=4&transport=polling";
        const std::string target =
            polling +
            "&sid=" + test::sid_of(HttpClient{server->port()}.request("GET", polling).body);
        EXPECT_EQ(HttpClient{server->port()}.request("POST", target, "40").body, "ok");
        on_loop([&](Hub& hub) {
            hub.for_each("/", [&](Socket& socket) {
                socket.send({Frame::text(std::string(limits::send_queue_bytes_max - 20, 'x'))});
                act(socket);
                EXPECT_TRUE(socket.is_gone());
            });
        });
        wait_until([&] { return sockets() == 0; });
    };
    fill_and([](Socket& socket) { socket.refuse("no", R"({"code":"token_invalid"})"); });
    fill_and([](Socket& socket) { socket.accept("private"); });
    fill_and([](Socket& socket) {
        socket.join("room");
        socket.hold();
        socket.hub().deliver(
            {.to = {.rooms = {"room"}}, .message = {Frame::text("a longer text")}, .seq = 1});
        socket.hub().deliver(
            {.to = {.rooms = {"room"}}, .message = {Frame::text("a longer text")}, .seq = 2});
        socket.release();
    });
    const std::vector<std::string> attachments(2, "a longer text");
    fill_and([&](Socket& socket) { socket.emit("event", {}, {.attachments = attachments}); });
    fill_and([](Socket& socket) {
        bool called = false;
        socket.emit_with_ack("event", {}, {}, 1s, [&](const auto& arguments) {
            called = true;
            EXPECT_FALSE(arguments);
        });
        EXPECT_TRUE(called);
    });
    const auto notes = school.notes();
    EXPECT_EQ(std::ranges::count(notes, "disconnect too slow"), 4);  // the refused one never was
}

class ConnectTimeoutTest : public test::ServerTest {
protected:
    ConnectTimeoutTest() : ServerTest({.engine = {}, .hub = {.connect_timeout = 100ms}}) {}
};

TEST_F(ConnectTimeoutTest, ClosesWhatJoinsNothing) {
    WebSocketClient idle = open();
    WebSocketClient joined = join();
    EXPECT_EQ(idle.receive(), "close");
    joined.send("41");
    EXPECT_TRUE(joined.peer().is_silent(200ms));  // not started again
}

}  // namespace
}  // namespace homeroom::hub
