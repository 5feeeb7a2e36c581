#include <stdexcept>
#include <thread>

#include "socketio/test_application.h"

namespace homeroom::socketio {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class Namespaces : public test::ApplicationTest {
protected:
    ConnectionHandler note_connection() {
        return [this](Socket& socket) {
            add_fence(socket);
            notes.add("in " + socket.nsp().name());
        };
    }
};

TEST_F(Namespaces, ThatNobodySetUpAreInvalid) {
    make();
    start();
    auto client = open();
    EXPECT_EQ(client.ask_for("/nowhere"), R"(44/nowhere,{"message":"Invalid namespace"})");
    EXPECT_THAT(client.ask_for("/"), StartsWith("40{"));
}

TEST_F(Namespaces, MayBeSetUpWhileTheServerRuns) {
    make();
    start();
    server->of("later").on_connection(note_connection());
    auto client = join("/later");
    notes.wait_for("in /later");
    EXPECT_EQ(server->of("/later").socket_count(), 1U);
}

TEST_F(Namespaces, LetInWhomEveryMiddlewareLets) {
    make().use([this](Socket& socket, const Next& next) {
        notes.add("first " + socket.handshake().auth.dump());
        EXPECT_FALSE(socket.connected());
        next();
    });
    server->use([](Socket& socket, const Next& next) {
        const Json& auth = socket.handshake().auth;
        if (auth.contains("token") && auth["token"] == "right") return next();
        next(Refusal{"not authorized", Json{{"code", 7}}});
    });
    server->on_connection(note_connection());
    start();
    auto client = open();
    EXPECT_EQ(client.ask_for("/", R"({"token":"wrong"})"),
              R"(44{"message":"not authorized","data":{"code":7}})");
    EXPECT_THAT(client.ask_for("/", R"({"token":"right"})"), StartsWith("40{"));
    expect_quiet(client);
    EXPECT_THAT(notes.all(),
                ElementsAre(R"(first {"token":"wrong"})", R"(first {"token":"right"})", "in /"));
}

TEST_F(Namespaces, WaitForAMiddlewareThatDecidesElsewhereAndLater) {
    std::thread worker;
    make().use([&worker](Socket&, const Next& next) { worker = std::thread{[next] { next(); }}; });
    start();
    auto client = join();
    worker.join();
}

TEST_F(Namespaces, TakeWhatAMiddlewareFoundElsewhereBackToTheSocketsLoop) {
    std::thread worker;
    make({.loops = 2}).use([&worker](Socket& socket, const Next& next) {
        if (socket.handshake().auth.contains("throw"))
            return next([](Socket&) { throw std::runtime_error{"secret words"}; });
        if (socket.handshake().auth.contains("leave"))
            return next([](Socket& found) { found.disconnect(true); });
        worker = std::thread{[next] {
            next([loop = std::this_thread::get_id()](Socket& found) {
                found.data() = loop == std::this_thread::get_id() ? "wrong thread" : "Ada";
            });
        }};
    });
    server->on_connection([this](Socket& socket) { notes.add("data " + socket.data().dump()); });
    start();
    auto client = join();
    notes.wait_for(R"(data "Ada")");
    worker.join();
    EXPECT_EQ(open().ask_for("/", R"({"throw":1})"), R"(44{"message":"internal error"})");
    EXPECT_THAT(open().ask_for("/", R"({"leave":1})"), StartsWith("close"));
    EXPECT_THAT(notes.all(), ElementsAre(R"(data "Ada")"));
}

TEST_F(Namespaces, GiveASocketByItsIdOnItsLoop) {
    make({.loops = 3}).on_connection([this](Socket& socket) {
        add_fence(socket);
        socket.on("visit", [](Socket& guest, const std::string& room, const Ack& ack) {
            guest.join(room);
            ack();
        });
        socket.on("task", [this](Socket& from, const std::string& id) {
            from.nsp().with_socket(id, [this](Socket& found) {
                notes.add("found " + found.id());
                found.emit("hello");
            });
        });
    });
    start();
    auto a = join();
    auto b = join();
    b.send(R"(421["visit",")" + a.id + R"("])");
    EXPECT_EQ(b.receive(), "431[]");
    server->with_socket(a.id, [](Socket& found) { found.emit("you", found.id()); });
    EXPECT_EQ(a.receive(), R"(42["you",")" + a.id + R"("])");
    for (auto* from : {&a, &b}) {
        from->send(R"(42["task",")" + a.id + R"("])");
        EXPECT_EQ(a.receive(), R"(42["hello"])");
    }
    a.send(R"(42["task","nobody"])");
    server->of("/other").with_socket(a.id, [this](Socket&) { notes.add("wrong namespace"); });
    expect_quiet(a);
    expect_quiet(b);
    EXPECT_THAT(notes.all(), ElementsAre("found " + a.id, "found " + a.id));
}

TEST_F(Namespaces, ForgetAClientThatWentBeforeTheDecision) {
    std::optional<Next> waiting;
    make().use([&](Socket&, const Next& next) {
        waiting = next;
        notes.add("asked");
    });
    server->on_connection(note_connection());
    start();
    {
        auto client = open();
        client.send("40");
        notes.wait_for("asked");
        EXPECT_EQ(server->of("/").socket_count(), 0U) << "it is not let in yet";
    }
    test::wait_until([&] { return server->connection_count() == 0; });
    (*waiting)();
    auto other = open();
    other.send("40");
    test::wait_until([&] { return notes.all().size() == 2; });
    EXPECT_FALSE(notes.has("in /"));
}

TEST_F(Namespaces, TreatAMiddlewareThatThrowsAsARefusal) {
    make().use([](Socket&, const Next&) { throw std::runtime_error{"secret words"}; });
    start();
    auto client = open();
    EXPECT_EQ(client.ask_for("/"), R"(44{"message":"internal error"})");
}

TEST_F(Namespaces, ComeIntoBeingByPattern) {
    make().on_new_namespace([this](const Namespace& nsp) { notes.add("new " + nsp.name()); });
    const ParentNamespace parent = server->of_pattern("^/room-\\d+$");
    parent.use([](Socket& socket, const Next& next) {
        if (socket.nsp().name() == "/room-13") return next(Refusal{"unlucky"});
        next();
    });
    parent.on_connection(note_connection());
    start();
    auto client = join("/room-1");
    auto second = join("/room-1");
    auto third = join("/room-2");
    expect_quiet(client, "/room-1");
    auto other = open();
    EXPECT_EQ(other.ask_for("/room-x"), R"(44/room-x,{"message":"Invalid namespace"})");
    EXPECT_EQ(other.ask_for("/room-13"), R"(44/room-13,{"message":"unlucky"})");
    EXPECT_THAT(notes.all(), ElementsAre("new /room-1", "in /room-1", "in /room-1", "new /room-2",
                                         "in /room-2", "new /room-13"));
    parent.emit("all", 1);
    EXPECT_EQ(client.receive(), R"(42/room-1,["all",1])");
    EXPECT_EQ(third.receive(), R"(42/room-2,["all",1])");
}

TEST_F(Namespaces, OfAPatternHaveItsMiddlewaresWhoeverAsksFirst) {
    const ParentNamespace parent = make().of_pattern("^/class-");
    parent.use([](Socket&, const Next& next) { next(Refusal{"not yours"}); });
    start();
    server->of("/class-7").emit("quiz", 1);
    auto client = open();
    EXPECT_EQ(client.ask_for("/class-7"), R"(44/class-7,{"message":"not yours"})");
}

TEST_F(Namespaces, OfAFunctionMayEndWhileOthersWaitToBeLetIn) {
    std::vector<std::function<void(bool)>> waiting;
    make({.cleanup_empty_child_namespaces = true})
        .of_matching(
            [&](const std::string&, const Json& auth, const std::function<void(bool)>& decide) {
                if (!auth.contains("wait")) return decide(true);
                waiting.push_back(decide);
                notes.add("waits");
            });
    start();
    auto waits = open();
    waits.send(R"(40/x,{"wait":1})");
    notes.wait_for("waits");
    for (int round = 0; round < 2; ++round) {
        auto stays = join("/x");
        stays.send("41/x,");
        EXPECT_THAT(stays.ask_for("/x"), StartsWith("40/x,"));
    }
    waits.vanish();
    auto last = join("/x");
    last.send(R"(42/x,["anything"])");
    EXPECT_THAT(last.ask_for("/y"), StartsWith("40/y,"));
}

TEST_F(Namespaces, ComeIntoBeingByAFunctionThatMayDecideLater) {
    std::thread worker;
    make().of_matching(
        [&](const std::string&, const Json& auth, const std::function<void(bool)>& decide) {
            if (!auth.contains("token")) return decide(false);
            worker = std::thread{[decide] { decide(true); }};
        });
    start();
    auto client = open();
    EXPECT_THAT(client.ask_for("/any"), StartsWith("44/any,"));
    EXPECT_THAT(client.ask_for("/any", R"({"token":1})"), StartsWith("40/any,"));
    worker.join();
}

TEST_F(Namespaces, AskEachMatcherOnTheLoopOfTheClient) {
    std::thread worker;
    std::thread::id loop;
    make().of_matching(
        [&](const std::string&, const Json&, const std::function<void(bool)>& decide) {
            loop = std::this_thread::get_id();
            worker = std::thread{[decide] { decide(false); }};
        });
    server->of_matching(
        [&](const std::string&, const Json&, const std::function<void(bool)>& decide) {
            notes.add(loop == std::this_thread::get_id() ? "on its loop" : "elsewhere");
            decide(true);
        });
    start();
    auto client = join("/any");
    worker.join();
    EXPECT_THAT(notes.all(), ElementsAre("on its loop"));
}

TEST_F(Namespaces, OfAPatternAreForgottenWithTheirLastSocketIfWished) {
    make({.cleanup_empty_child_namespaces = true}).of_pattern("^/c");
    server->on_new_namespace([this](const Namespace& nsp) { notes.add("new " + nsp.name()); });
    start();
    { auto client = join("/c1"); }
    test::wait_until([&] {
        auto again = join("/c1");
        return notes.all().size() == 2;
    });
}

TEST_F(Namespaces, CannotBeBroughtIntoBeingWithoutLimit) {
    Options options;
    options.limits.child_namespaces = 2;
    make(std::move(options)).of_pattern(".");
    start();
    auto client = open();
    EXPECT_THAT(client.ask_for("/1"), StartsWith("40"));
    EXPECT_THAT(client.ask_for("/2"), StartsWith("40"));
    EXPECT_THAT(client.ask_for("/3"), HasSubstr("Invalid namespace"));
    EXPECT_THAT(join("/2").id, testing::Not(""));
    client.send("41/1,");
    EXPECT_THAT(client.ask_for("/3"), StartsWith("40"));  // nobody is in /1 any more
}

TEST_F(Namespaces, AreNotUsedUpByStrangers) {
    Options options;
    options.limits.child_namespaces = 2;
    const ParentNamespace parent = make(std::move(options)).of_pattern(".");
    parent.use([](Socket& socket, const Next& next) {
        if (socket.handshake().auth.empty()) return next(Refusal{"who are you?"});
        next();
    });
    server->on_new_namespace([this](const Namespace& nsp) { notes.add(nsp.name()); });
    start();
    auto stranger = open();
    for (const std::string name : {"/1", "/2", "/3", "/1"})
        EXPECT_THAT(stranger.ask_for(name), HasSubstr("who are you?"));
    EXPECT_THAT(notes.all(), ElementsAre("/1", "/2", "/3", "/1"));
}

TEST_F(Namespaces, ShowTheHandshake) {
    make().on_connection([this](Socket& socket) {
        const Handshake& handshake = socket.handshake();
        notes.add(std::string{handshake.parameter("EIO")} + " " +
                  std::string{handshake.header("upgrade")} + " " + handshake.address + " " +
                  as_json(handshake)["auth"].dump());
    });
    start();
    auto client = join("/", R"({"a":1})");
    notes.wait_for(R"(4 websocket 127.0.0.1 {"a":1})");
}

TEST_F(Namespaces, AreLeftOneByOne) {
    make().on_connection([this](Socket& socket) {
        add_fence(socket);
        socket.on_disconnect([this](DisconnectReason) { notes.add("left /"); });
    });
    server->of("/other").on_connection([this](Socket& socket) {
        socket.join("room");
        socket.on_disconnecting([&socket, this](DisconnectReason reason) {
            notes.add(std::string{to_string(reason)} + " " + std::to_string(socket.rooms().size()));
        });
        socket.on_disconnect([&socket, this](DisconnectReason) {
            notes.add("left " + std::to_string(socket.rooms().size()));
        });
    });
    start();
    auto client = join();
    client.join("/other");
    client.send("41/other,");
    expect_quiet(client);
    EXPECT_THAT(notes.all(), ElementsAre("client namespace disconnect 2", "left 0"));
}

TEST_F(Namespaces, MayBeLeftByHandlersThatAddHandlers) {
    make().of("/other").on_connection([this](Socket& socket) {
        // Adds more than the list has room for, of a kind that says so when it is called.
        const auto note_and_add = [&socket, this](std::string note, bool leaving) {
            return [&socket, this, note = std::move(note), leaving](DisconnectReason) {
                for (int i = 0; i < 100; ++i) {
                    const auto added = [this](DisconnectReason) { notes.add("added"); };
                    if (leaving) socket.on_disconnecting(added);
                    if (!leaving) socket.on_disconnect(added);
                }
                // Takes what the list's memory was.
                const std::vector<std::string> filling(100, std::string(60, 'x'));
                notes.add(note);
            };
        };
        for (const char* note : {"a long enough first note", "a long enough second note"}) {
            socket.on_disconnecting(note_and_add(note, true));
            socket.on_disconnect(note_and_add(note, false));
        }
    });
    server->on_connection([](Socket& socket) { add_fence(socket); });
    start();
    auto client = join();
    client.join("/other");
    client.send("41/other,");
    expect_quiet(client);
    EXPECT_THAT(notes.all(), ElementsAre("a long enough first note", "a long enough second note",
                                         "a long enough first note", "a long enough second note"));
}

}  // namespace
}  // namespace homeroom::socketio
