// Namespaces that a client names: who answers in them, and when they end.
#include <functional>
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

class NamespacesTest : public test::ServerTest {
protected:
    explicit NamespacesTest(ServerOptions options = {})
        : ServerTest(std::move(options), test::Others::go_to_doorman) {
        doorman.connect = [this](Socket& socket, std::string_view auth) {
            if (socket.nsp().name().starts_with("/class-")) {
                socket.hand_over(classes, auth);
            } else {
                socket.refuse("no such class", R"({"code":404})");
            }
        };
    }
    ~NamespacesTest() override { server->stop(); }

    bool exists(const std::string& nsp) {
        bool found = false;
        on_loop([&](Hub& hub) { found = hub.find(nsp) != nullptr; });
        return found;
    }
    WebSocketClient join_class(const std::string& nsp) {
        WebSocketClient client = open();
        client.send("40" + nsp + ",");
        EXPECT_TRUE(client.receive().starts_with("40" + nsp + ",{\"sid\":")) << nsp;
        return client;
    }

    test::School classes;
};

TEST_F(NamespacesTest, AreAnsweredByWhomTheDoormanGivesThemTo) {
    WebSocketClient client = open();
    client.send(R"(40/class-maths,{"token":"t"})");
    const std::string answer = client.receive();
    EXPECT_TRUE(answer.starts_with("40/class-maths,{\"sid\":")) << answer;
    EXPECT_EQ(test::sid_of(answer).size(), 20U);
    client.send(R"(42/class-maths,7["echo",1])");
    EXPECT_EQ(client.receive(), "43/class-maths,7[1]");
    client.send("41/class-maths,");
    client.send("40");
    EXPECT_TRUE(client.receive().starts_with("40{"));
    EXPECT_EQ(doorman.notes(), List{R"(connect {"token":"t"})"});
    EXPECT_EQ(classes.notes(), (List{R"(connect {"token":"t"})", "event echo 1 ack 7",
                                     "disconnect client namespace disconnect"}));
}

TEST_F(NamespacesTest, NeedTheDoormanForEachSocket) {
    WebSocketClient first = join_class("/class-maths");
    WebSocketClient second = join_class("/class-maths");
    WebSocketClient other = join_class("/class-art");
    EXPECT_EQ(doorman.notes().size(), 3U);
    EXPECT_EQ(classes.notes(), List(3, "connect "));
}

TEST_F(NamespacesTest, AreRefusedByTheDoorman) {
    WebSocketClient client = open();
    for (int i = 0; i < 2; ++i) {
        client.send("40/staff,");
        EXPECT_EQ(client.receive(), R"(44/staff,{"message":"no such class","data":{"code":404}})");
    }
    EXPECT_FALSE(exists("/staff"));
    EXPECT_EQ(doorman.notes(), List(2, "connect "));  // no disconnect of what never was
    client.send("40/class-maths,");
    EXPECT_TRUE(client.receive().starts_with("40/class-maths,"));  // the connection lives on
}

TEST_F(NamespacesTest, MayBeRefusedByWhomTheyWereGivenTo) {
    classes.connect = [](Socket& socket, std::string_view) { socket.refuse("full"); };
    WebSocketClient client = open();
    client.send("40/class-maths,");
    EXPECT_EQ(client.receive(), R"(44/class-maths,{"message":"full"})");
    EXPECT_FALSE(exists("/class-maths"));
}

TEST_F(NamespacesTest, MayBeAcceptedByTheDoormanItself) {
    doorman.connect = [](Socket& socket, std::string_view) { socket.accept(); };
    WebSocketClient client = open();
    client.send("40/anything,");
    EXPECT_TRUE(client.receive().starts_with("40/anything,"));
    client.send(R"(42/anything,["echo"])");
    EXPECT_EQ(client.receive(), R"(42/anything,["echo"])");
    EXPECT_EQ(doorman.notes(), (List{"connect ", "event echo"}));
}

TEST_F(NamespacesTest, EndWithTheirLastSocket) {
    WebSocketClient first = join_class("/class-maths");
    WebSocketClient second = join_class("/class-maths");
    first.send("41/class-maths,");
    first.send("40");
    EXPECT_TRUE(first.receive().starts_with("40{"));
    EXPECT_TRUE(exists("/class-maths"));
    second.peer().close();
    wait_until([&] { return !exists("/class-maths"); });
    WebSocketClient third = join_class("/class-maths");  // begins anew
    EXPECT_EQ(doorman.notes().size(), 3U);
    on_loop([](Hub& hub) {
        hub.for_each("/class-maths", [](Socket& socket) { socket.disconnect(); });
        EXPECT_EQ(hub.find("/class-maths"), nullptr);
    });
    EXPECT_EQ(third.receive(), "41/class-maths,");
}

TEST_F(NamespacesTest, StayWhenTheyWereThereFromTheStart) {
    WebSocketClient client = join();
    client.send("41");
    wait_until([&] { return sockets() == 0; });
    EXPECT_TRUE(exists("/"));
    EXPECT_TRUE(exists("/admin"));
    EXPECT_FALSE(exists("/other"));
    EXPECT_TRUE(doorman.notes().empty());
}

TEST_F(NamespacesTest, MayEndAndBeginInOneTurn) {
    WebSocketClient client = join_class("/class-maths");
    on_loop([&](Hub& hub) {
        struct Words final : SocketData {
            explicit Words(Socket& of) : socket(of) {}
            ~Words() override { EXPECT_EQ(socket.nsp().name(), "/class-maths"); }
            Socket& socket;
        };
        hub.for_each("/class-maths", [](Socket& socket) {
            socket.join("row 1");
            socket.set_data(std::make_unique<Words>(socket));
            socket.disconnect();
            EXPECT_EQ(socket.nsp().name(), "/class-maths");  // to the turn's end
        });
        ASSERT_EQ(hub.find("/class-maths"), nullptr);
        ASSERT_NE(hub.open_namespace("/class-maths"), nullptr);
        EXPECT_EQ(hub.find("/class-maths")->rooms().size(), 0U);
    });
    EXPECT_EQ(client.receive(), "41/class-maths,");
    client.send("40/class-maths,");
    EXPECT_TRUE(client.receive().starts_with("40/class-maths,"));
}

TEST_F(NamespacesTest, HaveRoomsAndBroadcastsOfTheirOwn) {
    WebSocketClient maths = join_class("/class-maths");
    WebSocketClient art = join_class("/class-art");
    for (const std::string_view nsp : {"/class-maths", "/class-art"}) {
        on_loop([&](Hub& hub) { hub.for_each(nsp, [](Socket& socket) { socket.join("row 1"); }); });
    }
    server->broadcast({.to = {.nsp = "/class-art", .rooms = {"row 1"}},
                       .message = server->encoder().event("/class-art", "paint", {})});
    server->broadcast({.to = {.nsp = "/class-maths", .everyone = true},
                       .message = server->encoder().event("/class-maths", "count", {})});
    EXPECT_EQ(art.receive(), R"(42/class-art,["paint"])");
    EXPECT_EQ(maths.receive(), R"(42/class-maths,["count"])");
}

TEST_F(NamespacesTest, AreNamedAsTheyCome) {  // in protocol 5 a query is part of the name
    doorman.connect = [](Socket& socket, std::string_view) { socket.accept(); };
    WebSocketClient client = open();
    const List names{
        "/a?x=1", "/A",  "/a",   "/a/",
        "//",     "/ü ", "/%61", "/" + std::string(limits::namespace_name_bytes_max - 1, 'n')};
    for (const std::string& name : names) {
        client.send("40" + name + ",");
        EXPECT_TRUE(client.receive().starts_with("40" + name + ",{")) << name;
    }
    EXPECT_EQ(sockets(), names.size());
    client.send("40/" + std::string(limits::namespace_name_bytes_max, 'n') + ",");
    EXPECT_EQ(client.receive(), "close");
}

TEST_F(NamespacesTest, WaitForADoormanWhoAnswersLater) {
    SocketRef waiting{};
    doorman.connect = [&](Socket& socket, std::string_view) { waiting = socket.ref(); };
    WebSocketClient client = open();
    client.send("40/class-maths,");
    wait_until([&] { return exists("/class-maths"); });
    EXPECT_TRUE(client.peer().is_silent());
    on_loop([&](Hub& hub) { hub.find(waiting)->hand_over(classes, "{}"); });
    EXPECT_TRUE(client.receive().starts_with("40/class-maths,"));
    EXPECT_EQ(classes.notes(), List{"connect {}"});
    on_loop([&](Hub& hub) { hub.find(waiting)->hand_over(admin, {}); });  // too late: nothing
    client.send(R"(42/class-maths,["echo"])");
    EXPECT_EQ(client.receive(), R"(42/class-maths,["echo"])");
    EXPECT_TRUE(admin.notes().empty());
}

TEST_F(NamespacesTest, EndWhenTheClientGoesBeforeItsAnswer) {
    doorman.connect = [](Socket&, std::string_view) {};
    {
        WebSocketClient client = open();
        for (int i = 0; i < 5; ++i) client.send("40/n" + std::to_string(i) + ",");
        wait_until([&] { return sockets() == 5; });
    }
    wait_until([&] { return sockets() == 0; });
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(exists("/n" + std::to_string(i)));
    EXPECT_EQ(doorman.notes().back(), "disconnect transport close");
}

class FewNamespacesTest : public NamespacesTest {
protected:
    FewNamespacesTest()
        : NamespacesTest({.engine = {}, .hub = {.namespaces_per_connection_max = 3}}) {}
};

TEST_F(FewNamespacesTest, OneClientHasNoMoreThanItMay) {
    WebSocketClient client = open();
    for (const std::string& name : List{"/class-1", "/class-2", "/class-3"}) {
        client.send("40" + name + ",");
        EXPECT_TRUE(client.receive().starts_with("40" + name + ",{"));
    }
    client.send("41/class-2,");  // one that is left makes room for another
    client.send("40/class-4,");
    EXPECT_TRUE(client.receive().starts_with("40/class-4,"));
    EXPECT_EQ(counted(Limit::namespaces), 0U);
    client.send("40/class-5,");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(counted(Limit::namespaces), 1U);
    wait_until([&] { return sockets() == 0; });
    for (int i = 1; i <= 5; ++i) EXPECT_FALSE(exists("/class-" + std::to_string(i)));
}

TEST_F(FewNamespacesTest, ThoseThatWaitForTheirAnswerCount) {
    doorman.connect = [](Socket&, std::string_view) {};
    WebSocketClient client = open();
    for (int i = 0; i < 4; ++i) client.send("40/n" + std::to_string(i) + ",");
    EXPECT_EQ(client.receive(), "close");
    EXPECT_EQ(counted(Limit::namespaces), 1U);
    wait_until([&] { return sockets() == 0; });
}

TEST_F(FewNamespacesTest, ThoseThatWereLeftLeaveNothingBehind) {
    WebSocketClient client = open();
    for (int i = 0; i < 20; ++i) {
        const std::string name = "/class-" + std::to_string(i);
        client.send("40" + name + ",");
        EXPECT_TRUE(client.receive().starts_with("40" + name + ",{"));
        client.send("41" + name + ",");
        client.send("40/refused" + std::to_string(i) + ",");
        EXPECT_TRUE(client.receive().starts_with("44/refused"));
    }
    EXPECT_EQ(sockets(), 0U);
    for (int i = 0; i < 20; ++i) {
        EXPECT_FALSE(exists("/class-" + std::to_string(i)));
        EXPECT_FALSE(exists("/refused" + std::to_string(i)));
    }
}

}  // namespace
}  // namespace homeroom::hub
