// Clients of Socket.IO 2: protocol 4 over Engine.IO 3.
#include <algorithm>
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

class V4ClientTest : public test::ServerTest {
protected:
    explicit V4ClientTest(HubOptions hub = {})
        : ServerTest({.engine = {.allow_eio3 = true}, .hub = std::move(hub)},
                     test::Others::go_to_doorman) {}
    ~V4ClientTest() override { server->stop(); }

    // Opened, without what the server says next.
    WebSocketClient open_v4(std::string* sid = nullptr) {
        WebSocketClient client{server->port(), "/socket.io/?EIO=3&transport=websocket"};
        const std::string opened = client.receive();
        EXPECT_TRUE(opened.starts_with("0{")) << opened;
        if (sid != nullptr) *sid = test::sid_of(opened);
        return client;
    }
    WebSocketClient join_v4(std::string* sid = nullptr) {
        WebSocketClient client = open_v4(sid);
        EXPECT_EQ(client.receive(), "40");
        return client;
    }
};

TEST_F(V4ClientTest, IsInTheMainNamespaceUnasked) {
    std::string sid;
    WebSocketClient client = join_v4(&sid);
    EXPECT_EQ(school.notes(), List{"connect "});
    // It is told no id: it takes its connection's for it.
    with_socket(sid, [](Socket& socket) { socket.emit("found", {}); });
    EXPECT_EQ(client.receive(), R"(42["found"])");
    server->broadcast({.to = {.rooms = {sid}}, .message = {Frame::text("2[\"own room\"]")}});
    EXPECT_EQ(client.receive(), R"(42["own room"])");
    client.send(R"(420["echo",1])");
    EXPECT_EQ(client.receive(), "430[1]");
    client.send("40");  // neither needed nor a crime
    client.send(R"(42["echo"])");
    EXPECT_EQ(client.receive(), R"(42["echo"])");
}

TEST_F(V4ClientTest, IsInTheMainNamespaceByPollingAsWell) {
    const std::string polling = "/socket.io/?EIO=3&transport=polling";
    const std::string opened = HttpClient{server->port()}.request("GET", polling).body;
    const std::string target = polling + "&sid=" + test::sid_of(opened);
    std::string seen = opened;
    if (opened.find("2:40") == std::string::npos)
        seen += HttpClient{server->port()}.request("GET", target).body;
    EXPECT_TRUE(seen.ends_with("2:40")) << seen;
    const std::string event = R"(42["echo","ü"])";
    EXPECT_EQ(HttpClient{server->port()}.request("POST", target, "14:" + event).body, "ok");
    EXPECT_EQ(HttpClient{server->port()}.request("GET", target).body, "14:" + event);
}

TEST_F(V4ClientTest, HasItsQueryInANamespacesPlace) {
    std::string sid;
    WebSocketClient client = join_v4(&sid);
    client.send("40/admin?token=a%20b&x=1&x=2,");
    EXPECT_EQ(client.receive(), "40/admin,");  // without query or payload
    EXPECT_EQ(admin.notes(), List{R"(connect {"token":"a b","x":"2"})"});
    client.send(R"(42/admin,["echo"])");
    EXPECT_EQ(client.receive(), R"(42/admin,["echo"])");
    std::string id;
    on_loop([&](Hub& hub) { hub.for_each("/admin", [&](Socket& socket) { id = socket.id(); }); });
    EXPECT_EQ(id, "/admin#" + sid);
    client.send("41/admin,");
    client.send("40/admin");
    EXPECT_EQ(client.receive(), "40/admin,");
    EXPECT_EQ(admin.notes().back(), "connect ");
}

TEST_F(V4ClientTest, IsRefusedInPlainJson) {
    school.connect = [](Socket& socket, std::string_view) { socket.refuse("not you"); };
    admin.connect = [](Socket& socket, std::string_view) {
        socket.refuse("nor here", R"({"code":"denied"})");
    };
    WebSocketClient client = open_v4();
    EXPECT_EQ(client.receive(), R"(44"not you")");
    client.send("40/admin,");
    EXPECT_EQ(client.receive(), R"(44/admin,{"code":"denied"})");
    school.connect = [](Socket& socket, std::string_view) { socket.accept(); };
    client.send("40");
    EXPECT_EQ(client.receive(), "40");
}

TEST_F(V4ClientTest, MayBeAcceptedLater) {
    SocketRef ref{};
    school.connect = [&](Socket& socket, std::string_view) { ref = socket.ref(); };
    WebSocketClient client = open_v4();
    client.send("40");  // it is asked already
    EXPECT_TRUE(client.peer().is_silent());
    on_loop([&](Hub& hub) { hub.find(ref)->accept("private"); });
    EXPECT_EQ(client.receive(), "40");
    EXPECT_EQ(school.notes(), List{"connect "});
}

TEST_F(V4ClientTest, MayLoseItsConnectionBeforeItHasSaidAnything) {
    school.connect = [](Socket& socket, std::string_view) { socket.disconnect(true); };
    WebSocketClient client = open_v4();
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(school.notes(), (List{"connect ", "disconnect server namespace disconnect"}));
    school.connect = [](Socket& socket, std::string_view) {
        socket.accept();
        socket.drop_transport();
    };
    WebSocketClient other = open_v4();
    EXPECT_EQ(other.receive(), "40");
    EXPECT_EQ(other.receive(), "close");
    wait_until([&] { return sockets() == 0; });
    EXPECT_EQ(school.notes().back(), "disconnect forced close");
}

TEST_F(V4ClientTest, SaysAndHearsBytes) {
    WebSocketClient client = join_v4();
    const std::string header = R"(451-["echo",{"_placeholder":true,"num":0}])";
    client.send(header);
    client.send_bytes(
        "\x04"
        "ab");
    EXPECT_EQ(client.receive(), header);
    EXPECT_EQ(client.receive(),
              "bytes:\x04"
              "ab");
}

TEST_F(V4ClientTest, LeavesAndComesBack) {
    WebSocketClient client = join_v4();
    client.send("41");
    client.send(R"(42["late"])");
    client.send("40");
    EXPECT_EQ(client.receive(), "40");
    on_loop([](Hub& hub) { hub.for_each("/", [](Socket& socket) { socket.disconnect(); }); });
    EXPECT_EQ(client.receive(), "41");
    EXPECT_EQ(school.notes(), (List{"connect ", "disconnect client namespace disconnect",
                                    "connect ", "disconnect server namespace disconnect"}));
}

TEST_F(V4ClientTest, LosesItsConnectionForWhatNodeTakesForAViolation) {
    for (const std::string_view packets :
         {"47", "42{}", R"(42["connect"])", R"(42/admin,["e"])", R"(44"x")"}) {
        WebSocketClient client = join_v4();
        client.send(packets);
        EXPECT_EQ(client.receive(), "close") << packets;
    }
    WebSocketClient client = join_v4();
    client.send("40/admin,");
    EXPECT_EQ(client.receive(), "40/admin,");
    client.send("40/admin?x=1,");
    EXPECT_EQ(client.receive(), "close");
}

// The query makes what stands in the namespace's place longer, not the name.
TEST_F(V4ClientTest, HasNoLongerNamesThanOthers) {
    doorman.connect = [](Socket& socket, std::string_view) { socket.accept(); };
    const std::string longest = "/" + std::string(limits::namespace_name_bytes_max - 1, 'n');
    WebSocketClient client = join_v4();
    client.send("40" + longest + "?token=" + std::string(4'000, 't') + ",");
    EXPECT_EQ(client.receive(), "40" + longest + ",");
    client.send("40" + longest + "n,");
    EXPECT_EQ(client.receive(), "close");
}

class UnjoinedV4Test : public V4ClientTest {
protected:
    UnjoinedV4Test() : V4ClientTest({.connect_timeout = 200ms}) {}
};

TEST_F(UnjoinedV4Test, LosesItsConnectionWhenItIsRefused) {
    WebSocketClient joined = join_v4();
    school.connect = [](Socket& socket, std::string_view) { socket.refuse("not you"); };
    WebSocketClient client = open_v4();
    EXPECT_EQ(client.receive(), R"(44"not you")");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_TRUE(joined.peer().is_silent(300ms));
}

TEST(V4WithMessagePack, IsNotOffered) {
    const auto server =
        Server::create({.engine = {.allow_eio3 = true}, .hub = {.parser = Parser::msgpack}}, {});
    ASSERT_FALSE(server.ok());
    EXPECT_EQ(server.error().field, "allow_eio3");
}

class NoV4Test : public test::ServerTest {};

TEST_F(NoV4Test, IsToldThatItsVersionIsNotServed) {
    const auto answer =
        HttpClient{server->port()}.request("GET", "/socket.io/?EIO=3&transport=polling");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.body, R"({"code":5,"message":"Unsupported protocol version"})");
}

}  // namespace
}  // namespace homeroom::hub
