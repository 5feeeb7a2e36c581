#include "socketio/test_application.h"

namespace homeroom::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// With several loops, so that broadcasts cross them.
class Broadcasts : public test::ApplicationTest {
protected:
    // Rooms by the CONNECT payload: {"rooms": ["a", "b"]}.
    void serve(Options options = {}) {
        options.loops = 3;
        make(std::move(options)).on_connection([this](Socket& socket) {
            add_fence(socket);
            const Json& auth = socket.handshake().auth;
            if (auth.contains("rooms")) socket.join(auth["rooms"].get<std::vector<std::string>>());
            setup(socket);
        });
        start();
    }
    test::Client join_rooms(const std::string& rooms) const {
        return join("/", R"({"rooms":)" + rooms + "}");
    }
    // A fence that every loop has passed: broadcasts from a thread of ours arrive by mail.
    void fence() const {
        std::promise<void> passed;
        server->fetch_sockets([&](const RemoteSockets&) { passed.set_value(); });
        passed.get_future().wait();
    }
    void expect_all_quiet(std::initializer_list<test::Client*> clients) const {
        fence();
        for (test::Client* client : clients) expect_quiet(*client);
    }

    std::function<void(Socket&)> setup = [](Socket&) {};
};

TEST_F(Broadcasts, GoToEverybodyOrToRoomsEachOnce) {
    serve();
    auto a = join_rooms(R"(["a"])");
    auto b = join_rooms(R"(["b"])");
    auto both = join_rooms(R"(["a","b"])");
    auto none = join_rooms("[]");
    server->emit("all", 1);
    for (auto* client : {&a, &b, &both, &none}) EXPECT_EQ(client->receive(), R"(42["all",1])");
    server->to("a").to("b").emit("rooms");
    for (auto* client : {&a, &b, &both}) EXPECT_EQ(client->receive(), R"(42["rooms"])");
    server->to("a").except("b").emit("only a");
    EXPECT_EQ(a.receive(), R"(42["only a"])");
    server->except({"a", "b"}).emit("nobody's");
    EXPECT_EQ(none.receive(), R"(42["nobody's"])");
    server->to(none.id).emit("just you");
    EXPECT_EQ(none.receive(), R"(42["just you"])");
    server->to(std::vector<std::string>{}).emit("no room is nobody");
    expect_all_quiet({&a, &b, &both, &none});
}

TEST_F(Broadcasts, OfASocketLeaveItOut) {
    setup = [](Socket& socket) {
        socket.on("tell", [](Socket& from, const std::string& room) {
            if (room.empty()) {
                from.broadcast().emit("told");
            } else {
                from.to(room).emit("told");
            }
        });
    };
    serve();
    auto a = join_rooms(R"(["a"])");
    auto b = join_rooms(R"(["a"])");
    auto c = join_rooms("[]");
    a.send(R"(42["tell",""])");
    EXPECT_EQ(b.receive(), R"(42["told"])");
    EXPECT_EQ(c.receive(), R"(42["told"])");
    a.send(R"(42["tell","a"])");
    EXPECT_EQ(b.receive(), R"(42["told"])");
    expect_all_quiet({&a, &b, &c});
}

TEST_F(Broadcasts, GatherAnswersBySocketAndWaitForNobodyWhoLeft) {
    serve();
    auto a = join_rooms(R"(["q"])");
    auto b = join_rooms(R"(["q"])");
    auto c = join_rooms(R"(["q"])");
    std::promise<BroadcastAnswers> promise;
    server->to("q").timeout(net::test::patience).emit("ready?", [&](BroadcastAnswers answers) {
        promise.set_value(std::move(answers));
    });
    const std::string question = a.receive();
    const std::string id = question.substr(2, question.find('[') - 2);
    EXPECT_EQ(question, "42" + id + R"(["ready?"])");
    a.send("43" + id + R"(["yes"])");
    EXPECT_EQ(b.receive(), question);
    b.send("43" + id + "[]");
    b.send("43" + id + R"(["twice"])");
    EXPECT_EQ(c.receive(), question);
    c.vanish();
    const BroadcastAnswers answers = promise.get_future().get();
    std::vector<std::string> lines;
    for (const auto& one : answers.answers) {
        std::string line = one.socket_id + " ";
        if (!one.answer) line += "none";
        if (one.answer) {
            for (const Value& value : *one.answer) line += value.text();
        }
        lines.push_back(line);
    }
    EXPECT_THAT(lines, UnorderedElementsAre(a.id + " \"yes\"", b.id + " ", c.id + " none"));
}

TEST_F(Broadcasts, WithoutReceiversAreAnsweredAtOnce) {
    serve();
    std::promise<std::size_t> count;
    server->to("empty").emit("ready?", [&](const BroadcastAnswers& answers) {
        count.set_value(answers.answers.size());
    });
    EXPECT_EQ(count.get_future().get(), 0U);
}

TEST_F(Broadcasts, AreNotWaitedForBeyondTheirTime) {
    serve();
    auto a = join_rooms(R"(["q"])");
    std::promise<bool> answered;
    server->timeout(std::chrono::milliseconds{20})
        .emit("ready?", [&](const BroadcastAnswers& answers) {
            answered.set_value(answers.answers.at(0).answer.has_value());
        });
    EXPECT_FALSE(answered.get_future().get());
}

TEST_F(Broadcasts, ChangeTheRoomsOfThoseSelected) {
    serve();
    auto a = join_rooms(R"(["a"])");
    auto b = join_rooms(R"(["b"])");
    server->in("a").sockets_join({"new", "other"});
    server->to("new").emit("to new");
    EXPECT_EQ(a.receive(), R"(42["to new"])");
    server->sockets_leave({"other"});
    server->in(b.id).sockets_join({"other"});
    server->to("other").emit("to other");
    EXPECT_EQ(b.receive(), R"(42["to other"])");
    expect_all_quiet({&a, &b});
}

TEST_F(Broadcasts, FetchTheSocketsOfAllLoops) {
    setup = [](Socket& socket) { socket.data() = Json{{"name", "x"}}; };
    serve();
    auto a = join_rooms(R"(["a"])");
    auto b = join_rooms(R"(["a","b"])");
    auto c = join_rooms("[]");
    std::promise<RemoteSockets> promise;
    server->in("a").fetch_sockets(
        [&](RemoteSockets found) { promise.set_value(std::move(found)); });
    const RemoteSockets found = promise.get_future().get();
    EXPECT_THAT(found.missing_nodes, IsEmpty());
    ASSERT_EQ(found.sockets.size(), 2U);
    for (const RemoteSocket& socket : found.sockets) {
        EXPECT_EQ(socket.data["name"], "x");
        EXPECT_EQ(socket.handshake["query"]["transport"], "websocket");
        if (socket.id == b.id) {
            EXPECT_THAT(socket.rooms, UnorderedElementsAre(b.id, "a", "b"));
        } else {
            EXPECT_EQ(socket.id, a.id);
        }
    }
}

TEST_F(Broadcasts, DisconnectThoseSelected) {
    setup = [this](Socket& socket) {
        socket.on_disconnect(
            [this](DisconnectReason reason) { notes.add(std::string{to_string(reason)}); });
    };
    serve();
    auto a = join_rooms(R"(["a"])");
    auto b = join_rooms(R"(["b"])");
    server->in("a").disconnect_sockets();
    EXPECT_EQ(a.receive(), "41");
    notes.wait_for("server namespace disconnect");
    server->in("b").disconnect_sockets(true);
    EXPECT_EQ(b.receive(), "41");
    EXPECT_EQ(b.receive().substr(0, 5), "close");
}

TEST_F(Broadcasts, TellWhoKeepsAccountOfRooms) {
    make({.loops = 2}).of("/").on_room_event([this](const RoomEvent& event) {
        static constexpr const char* kinds[] = {"created", "joined", "left", "deleted"};
        if (event.room == "r") notes.add(kinds[static_cast<int>(event.kind)]);
    });
    server->on_connection([](Socket& socket) {
        add_fence(socket);
        socket.on("in", [](Socket& client, const Ack& ack) {
            client.join("r");
            client.join("r");
            ack();
        });
        socket.on("out", [](Socket& client) { client.leave("r"); });
    });
    start();
    auto a = join();
    auto b = join();
    a.send(R"(421["in"])");
    EXPECT_EQ(a.receive(), "431[]");
    b.send(R"(421["in"])");
    EXPECT_EQ(b.receive(), "431[]");
    a.send(R"(42["out"])");
    expect_quiet(a);
    b.vanish();
    notes.wait_for("deleted");
    EXPECT_THAT(notes.all(), ElementsAre("created", "joined", "joined", "left", "left", "deleted"));
}

// The answer to its CONNECT is one too many for its connection: it was never in.
TEST_F(Broadcasts, TellNothingOfTheRoomOfASocketThatNeverCameIn) {
    make().on_connection(
        [](Socket& socket) { socket.emit("bulk", net::test::more_than_the_kernel_takes()); });
    server->of("/late").on_room_event([this](const RoomEvent& event) {
        notes.add(event.kind == RoomEvent::Kind::created ? "created" : "joined or left");
    });
    server->of("/late").use([](Socket& socket, const Next& next) {
        socket.join("early");
        next();
    });
    server->of("/late").on_connection([this](Socket& socket) { notes.add("late " + socket.id()); });
    start();
    {
        auto slow = open();
        slow.send("40");
        slow.send("40/late,");
        test::wait_until([&] {
            return std::ranges::count(server->limit_counts(), std::pair<std::string, std::uint64_t>{
                                                                  "send_queue_bytes", 1}) == 1;
        });
    }
    auto client = join("/late");
    notes.wait_for("late " + client.id);
    EXPECT_THAT(notes.all(), ElementsAre("created", "joined or left", "created", "joined or left",
                                         "late " + client.id));
}

TEST_F(Broadcasts, GoToNoMoreRoomsOfASocketThanItMayBeIn) {
    setup = [](Socket& socket) {
        socket.on("rooms", [](Socket& client, const Ack& ack) { ack(client.rooms().size()); });
    };
    Options options;
    options.limits.rooms_per_socket = 3;  // its own, and two
    serve(std::move(options));
    auto a = join_rooms(R"(["1","2","2","3"])");
    auto b = join_rooms(R"(["1"])");
    server->sockets_join("4");
    server->to("3").emit("nobody");
    server->to("4").emit("only b");
    EXPECT_EQ(b.receive(), R"(42["only b"])");
    expect_all_quiet({&a, &b});
    a.send(R"(421["rooms"])");
    EXPECT_EQ(a.receive(), "431[3]");
    server->in(a.id).sockets_leave("1");
    server->in(a.id).sockets_join("3");
    server->to("3").emit("room again");
    EXPECT_EQ(a.receive(), R"(42["room again"])");
}

TEST_F(Broadcasts, KeepTheOrderInWhichOneHandlerSends) {
    setup = [](Socket& socket) {
        socket.on("go", [](Socket& from) {
            from.emit("1");
            from.nsp().emit("2");
            from.emit("3");
            from.nsp().to(from.id()).emit("4");
            from.emit("5");
        });
    };
    for (const bool recovery : {false, true}) {
        Options options;
        if (recovery) options.recovery = Recovery{};
        serve(std::move(options));
        auto a = join_rooms("[]");
        a.send(R"(42["go"])");
        for (const char* name : {"1", "2", "3", "4", "5"})
            EXPECT_EQ(a.receive().substr(0, 6), R"(42[")" + std::string{name} + "\"");
    }
}

TEST_F(Broadcasts, DropAVolatileEventForWhoeverCannotTakeItNow) {
    setup = [](Socket& socket) {
        socket.on("go", [](Socket& from) {
            from.emit("kept");
            from.volatile_().emit("dropped");
            from.emit("kept too");
        });
        socket.on("alone", [](Socket& from) { from.volatile_().emit("taken"); });
    };
    serve();
    auto a = join_rooms("[]");
    a.send(R"(42["go"])");
    EXPECT_EQ(a.receive(), R"(42["kept"])");
    EXPECT_EQ(a.receive(), R"(42["kept too"])");
    a.send(R"(42["alone"])");
    EXPECT_EQ(a.receive(), R"(42["taken"])");
}

}  // namespace
}  // namespace homeroom::socketio
