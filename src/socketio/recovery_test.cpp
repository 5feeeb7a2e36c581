#include <filesystem>
#include <fstream>
#include <thread>

#include "socketio/test_application.h"

namespace homeroom::socketio {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class RecoveryTest : public test::ApplicationTest {
protected:
    void serve(Recovery recovery = {}, std::size_t loops = 2, Limits limits = {}) {
        Options options{.loops = loops, .limits = limits};
        options.recovery = std::move(recovery);
        make(std::move(options)).use([this](Socket&, const Next& next) {
            notes.add("middleware");
            next();
        });
        server->on_connection([this](Socket& socket) {
            add_fence(socket);
            notes.add((socket.recovered() ? "recovered " : "new ") + socket.data().dump());
            if (!socket.recovered()) {
                socket.join("room");
                socket.data() = Json{{"n", 1}};
            }
            socket.on_disconnect(
                [this](DisconnectReason reason) { notes.add(std::string{to_string(reason)}); });
            socket.on("volatile", [](Socket& to, const Value& value) {
                to.volatile_().emit("fleeting", value);
            });
            socket.on("question",
                      [](Socket& to) { to.emit("question", "text", [](const Answer&) {}); });
        });
        start();
    }
    static std::string last_argument(const std::string& packet) {
        const auto end = packet.rfind('"');
        const auto begin = packet.rfind('"', end - 1);
        return packet.substr(begin + 1, end - begin - 1);
    }
    // The next event's name; keeps its offset.
    std::string next_event(test::Client& client) {
        const std::string packet = client.receive();
        offset = last_argument(packet);
        const auto begin = packet.find('"');
        return packet.substr(begin + 1, packet.find('"', begin + 1) - begin - 1);
    }
    std::string auth_of(const test::Client& client) const {
        std::string auth = R"({"pid":")" + client.private_id + '"';
        if (!offset.empty()) auth += R"(,"offset":")" + offset + '"';
        return auth + "}";
    }
    test::Client come_back(const test::Client& earlier) const {
        return join("/", auth_of(earlier));
    }
    void drop(test::Client& client) {
        client.vanish();
        test::wait_until([&] { return notes.has("transport close"); });
    }

    // The second session went through the middlewares as the first did.
    void expect_let_in_anew() const {
        EXPECT_THAT(notes.all(), ElementsAre("middleware", "new null", "transport close",
                                             "middleware", "new null"));
    }

    std::string offset{};
};

TEST_F(RecoveryTest, GivesIdRoomsDataAndWhatWasMissed) {
    serve();
    auto a = join();
    EXPECT_THAT(a.private_id, Not(""));
    server->to("room").emit("one");
    EXPECT_EQ(next_event(a), "one");
    drop(a);
    server->to("room").emit("two");
    server->to("elsewhere").emit("not for it");
    server->to("room").except(a.id).emit("nor this");
    server->emit("three", Bytes{"bytes"});
    auto b = come_back(a);
    EXPECT_EQ(b.id, a.id);
    EXPECT_EQ(b.private_id, a.private_id);
    EXPECT_EQ(next_event(b), "two");
    EXPECT_THAT(b.receive(), StartsWith(R"(451-["three",{"_placeholder":true,"num":0},")"));
    EXPECT_EQ(b.receive(), "bytes:bytes");
    server->to("room").emit("four");
    EXPECT_EQ(next_event(b), "four");
    expect_quiet(b);
    EXPECT_THAT(notes.all(),
                ElementsAre("middleware", "new null", "transport close", R"(recovered {"n":1})"));
}

TEST_F(RecoveryTest, MayAskTheMiddlewaresAgain) {
    serve({.skip_middlewares = false});
    auto a = join();
    drop(a);
    auto b = come_back(a);
    notes.wait_for(R"(recovered {"n":1})");
    EXPECT_EQ(std::ranges::count(notes.all(), "middleware"), 2);
}

TEST_F(RecoveryTest, WorksWhenNothingHadBeenReceivedYet) {
    serve();
    server->emit("before it was there");
    auto a = join();
    drop(a);
    server->emit("missed");
    auto b = come_back(a);
    EXPECT_EQ(b.id, a.id);
    EXPECT_EQ(next_event(b), "missed");
    expect_quiet(b);
}

TEST_F(RecoveryTest, WorksBeforeTheOldConnectionsDeathWasNoticed) {
    serve({}, 3);
    auto a = join();
    for (int i = 0; i < 6; ++i) {  // whichever loop the new connection gets
        server->emit("event " + std::to_string(i));
        EXPECT_EQ(next_event(a), "event " + std::to_string(i));
        auto b = come_back(a);
        EXPECT_EQ(b.id, a.id);
        EXPECT_THAT(a.receive(), StartsWith("close"));
        expect_quiet(b);
        std::swap(a, b);
    }
}

TEST_F(RecoveryTest, RestoresASessionOnce) {
    serve();
    auto a = join();
    drop(a);
    auto b = come_back(a);
    auto thief = come_back(a);  // with the same private id
    // It takes the session over, as the client itself would: nobody is in twice.
    EXPECT_EQ(thief.id, a.id);
    EXPECT_THAT(b.receive(), StartsWith("close"));
    server->to(a.id).emit("one");
    EXPECT_EQ(next_event(thief), "one");
    EXPECT_EQ(server->of("/").socket_count(), 1U);
}

TEST_F(RecoveryTest, GivesOneOfManyAtOnceTheSession) {
    serve({}, 3);
    auto a = join();
    drop(a);
    std::vector<std::thread> threads;
    test::Notes ids;
    std::vector<std::unique_ptr<test::Client>> clients(8);
    for (auto& client : clients) {
        threads.emplace_back([&] {
            client = std::make_unique<test::Client>(server->port());
            client->send("40" + auth_of(a));
            ids.add(test::sid_of(client->receive()));
        });
    }
    for (auto& thread : threads) thread.join();
    // However they came: whoever has the id now is alone.
    std::promise<std::size_t> with_that_id;
    server->fetch_sockets([&](const RemoteSockets& found) {
        with_that_id.set_value(static_cast<std::size_t>(std::ranges::count(
            found.sockets, a.id, [](const RemoteSocket& socket) { return socket.id; })));
    });
    EXPECT_EQ(with_that_id.get_future().get(), 1U);
}

TEST_F(RecoveryTest, WorksForASessionThatWasLongIdle) {
    serve({.events_max = 10});
    auto a = join();
    server->to(a.id).emit("first");
    EXPECT_EQ(next_event(a), "first");
    for (int i = 0; i < 50; ++i) server->to("elsewhere").emit("noise");
    expect_quiet(a);
    drop(a);
    server->to(a.id).emit("missed");
    auto b = come_back(a);
    EXPECT_EQ(b.id, a.id);
    EXPECT_EQ(next_event(b), "missed");
    // And once more, with the offset of an event before the noise.
    for (int i = 0; i < 50; ++i) server->to("elsewhere").emit("noise");
    expect_quiet(b);
    b.vanish();
    test::wait_until([&] { return std::ranges::count(notes.all(), "transport close") == 2; });
    auto c = come_back(b);
    EXPECT_EQ(c.id, a.id);
    expect_quiet(c);
}

TEST_F(RecoveryTest, IsRefusedWhenSomethingMissedIsForgotten) {
    serve({.events_max = 3});
    auto a = join();
    drop(a);
    for (int i = 0; i < 5; ++i) server->emit("event");
    auto b = come_back(a);
    EXPECT_NE(b.id, a.id);
    EXPECT_NE(b.private_id, a.private_id);
    expect_quiet(b);
    expect_let_in_anew();
}

TEST_F(RecoveryTest, IsRefusedWhenMoreWasMissedThanCanBeSentAtOnce) {
    serve({}, 2, {.send_queue_bytes = 200'000});
    auto a = join();
    server->to("room").emit("one");
    EXPECT_EQ(next_event(a), "one");
    drop(a);
    for (int i = 0; i < 11; ++i) server->to("room").emit("large", std::string(10'000, 'x'));
    const auto b = come_back(a);
    EXPECT_NE(b.id, a.id);
    expect_let_in_anew();
}

TEST_F(RecoveryTest, GivesWhatWasMissedBeforeItAnswers) {
    serve();
    auto a = join();
    server->to("room").emit("one");
    EXPECT_EQ(next_event(a), "one");
    drop(a);
    server->to("room").emit("two");
    auto b = open();
    b.send("40" + auth_of(a));
    EXPECT_THAT(b.receive(), StartsWith(R"(42["two",)"));
    EXPECT_THAT(b.receive(), StartsWith("40{"));
}

// What is sent while another namespace's event is delivered waits for that: whoever ends meanwhile
// has not got it.
TEST_F(RecoveryTest, GivesWhatWasSentWhileItEnded) {
    Options options{};
    options.recovery = Recovery{};
    make(std::move(options)).on_connection([this](Socket& socket) {
        add_fence(socket);
        socket.on_disconnect([this, id = socket.id()](DisconnectReason) { server->emit(id); });
    });
    server->of("/bulk").on_connection([](Socket&) {});
    start();
    auto a = join();
    auto b = join();
    for (auto* client : {&a, &b}) EXPECT_THAT(client->ask_for("/bulk"), StartsWith("40/bulk,"));
    server->emit("first");
    for (auto* client : {&a, &b}) EXPECT_EQ(next_event(*client), "first");
    server->of("/bulk").emit("bulk", net::test::more_than_the_kernel_takes());
    server->of("/bulk").emit("one too many");
    test::wait_until([&] { return server->of("/").socket_count() == 0; });
    const std::string seen = offset;
    std::vector<test::Client> back;
    for (const auto* client : {&a, &b}) {
        offset = seen;
        back.push_back(come_back(*client));
        EXPECT_EQ(back.back().id, client->id);
        const std::vector<std::string> news{next_event(back.back()), next_event(back.back())};
        EXPECT_THAT(news, testing::UnorderedElementsAre(a.id, b.id));
    }
}

TEST_F(RecoveryTest, GivesTheRoomsJoinedInAMiddleware) {
    Options options;
    options.recovery = Recovery{};
    make(std::move(options)).use([](Socket& socket, const Next& next) {
        socket.join("early");
        next();
    });
    server->on_connection([this](Socket& socket) {
        add_fence(socket);
        socket.on_disconnect([this](DisconnectReason) { notes.add("transport close"); });
    });
    start();
    auto a = join();
    server->to("early").emit("one");
    EXPECT_EQ(next_event(a), "one");
    drop(a);
    server->to("early").emit("two");
    auto b = come_back(a);
    EXPECT_EQ(b.id, a.id);
    EXPECT_EQ(next_event(b), "two");
}

TEST_F(RecoveryTest, IsNotForOneThatWasSentAwayAndDoesNotRead) {
    serve();
    auto a = join();
    server->to("room").emit("one");
    EXPECT_EQ(next_event(a), "one");
    server->to("room").emit("bulk", net::test::more_than_the_kernel_takes());
    server->in("room").disconnect_sockets(true);
    test::wait_until([&] { return server->of("/").socket_count() == 0; });
    auto b = come_back(a);
    EXPECT_NE(b.id, a.id);
}

TEST_F(RecoveryTest, GivesWhatWasSentToARoomThatWasLeftAndJoinedAgain) {
    serve();
    auto a = join();
    server->to("room").emit("one");
    EXPECT_EQ(next_event(a), "one");
    const std::string seen = offset;
    server->to("room").emit("two");
    server->in(a.id).sockets_leave("room");
    server->to("room").emit("while it was out");
    server->in(a.id).sockets_join("room");
    server->to("room").emit("three");
    for (const char* expected : {"two", "three"}) EXPECT_EQ(next_event(a), expected);
    drop(a);
    for (int times = 0; times < 2; ++times) {
        offset = seen;
        auto b = come_back(a);
        EXPECT_EQ(b.id, a.id);
        for (const char* expected : {"two", "three"}) EXPECT_EQ(next_event(b), expected);
        expect_quiet(b);
    }
}

// All from one thread that is none of the server's.
TEST_F(RecoveryTest, KeepsTheOrderOfJoinsAndEvents) {
    serve({}, 2);
    auto a = join();
    for (int i = 0; i < 200; ++i) {
        server->emit("first");
        server->in(a.id).sockets_join("short");
        server->to("short").emit("second");
        server->in(a.id).sockets_leave("short");
        server->to("short").emit("not for it");
        server->emit("third");
        for (const char* expected : {"first", "second", "third"})
            ASSERT_EQ(next_event(a), expected);
    }
}

// Offsets are numbers: one can be made up.
TEST_F(RecoveryTest, GivesNothingOfTheTimeBeforeItCame) {
    serve();
    auto witness = join();
    server->emit("zero");
    EXPECT_EQ(next_event(witness), "zero");
    const std::string early = offset;
    server->emit("before it came");
    server->to("later").emit("before it came");
    auto a = join();
    server->emit("one");
    EXPECT_EQ(next_event(a), "one");
    drop(a);
    offset = early;
    auto b = come_back(a);
    EXPECT_EQ(b.id, a.id);
    EXPECT_EQ(next_event(b), "one");  // it says that it did not get it
    expect_quiet(b);
}

TEST_F(RecoveryTest, GivesNothingOfTheTimeBeforeItJoinedARoom) {
    serve();
    auto a = join();
    server->to("room").emit("one");
    EXPECT_EQ(next_event(a), "one");
    const std::string early = offset;
    server->to("late").emit("before it joined");
    server->to("room").except("late").emit("two");
    EXPECT_EQ(next_event(a), "two");
    server->in(a.id).sockets_join("late");
    server->to("late").emit("three");
    EXPECT_EQ(next_event(a), "three");
    drop(a);
    server->to("late").emit("four");
    offset = early;
    auto b = come_back(a);
    EXPECT_EQ(b.id, a.id);
    for (const char* expected : {"two", "three", "four"}) EXPECT_EQ(next_event(b), expected);
    expect_quiet(b);
    // Nor when it goes on once more.
    offset = early;
    auto c = come_back(b);
    EXPECT_EQ(c.id, a.id);
    for (const char* expected : {"two", "three", "four"}) EXPECT_EQ(next_event(c), expected);
    expect_quiet(c);
}

TEST_F(RecoveryTest, IsOverAfterItsWindow) {
    serve({.window = std::chrono::milliseconds{50}});
    auto a = join();
    drop(a);
    std::this_thread::sleep_for(std::chrono::milliseconds{80});
    EXPECT_NE(come_back(a).id, a.id);
}

TEST_F(RecoveryTest, EndsWithAGoodbyeOfEitherSide) {
    serve();
    auto a = join();
    a.send("41");
    notes.wait_for("client namespace disconnect");
    EXPECT_NE(come_back(a).id, a.id);
    auto b = join();
    server->in(b.id).disconnect_sockets();
    notes.wait_for("server namespace disconnect");
    EXPECT_NE(come_back(b).id, b.id);
}

TEST_F(RecoveryTest, TakesNoMadeUpIdsAndOffsets) {
    serve();
    auto a = join();
    server->emit("one");
    EXPECT_EQ(next_event(a), "one");
    drop(a);
    auto stranger = join("/", R"({"pid":"AAAAAAAAAAAAAAAAAAAA"})");
    EXPECT_NE(stranger.id, a.id);
    const std::string right = offset;
    for (const std::string& wrong :
         std::vector<std::string>{"nonsense", "0", "1", right + "0", "x" + right}) {
        offset = wrong;
        auto b = come_back(a);
        EXPECT_NE(b.id, a.id) << wrong;
    }
    offset = right;
    EXPECT_EQ(come_back(a).id, a.id);
}

TEST_F(RecoveryTest, IsNotPoisonedByAVolatileEventThatEndsInText) {
    serve();
    auto a = join();
    server->emit("one");
    EXPECT_EQ(next_event(a), "one");
    const std::string before = offset;
    a.send(R"(42["volatile","just text"])");
    EXPECT_EQ(a.receive(), R"(42["fleeting","just text",")" + before + R"("])");
    a.send(R"(42["volatile",5])");
    EXPECT_EQ(a.receive(), R"(42["fleeting",5])");
    drop(a);
    server->emit("two");
    auto b = come_back(a);
    EXPECT_EQ(next_event(b), "two");
    expect_quiet(b);
}

TEST_F(RecoveryTest, AddsNoOffsetToQuestions) {
    serve();
    auto a = join();
    a.send(R"(42["question"])");
    EXPECT_EQ(a.receive(), R"(420["question","text"])");
}

TEST_F(RecoveryTest, SurvivesARestart) {
    const auto folder = std::filesystem::temp_directory_path() /
                        ("homeroom-recovery-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    const std::string file = (folder / "sessions").string();
    serve({.file = file});
    auto a = join();
    server->to("room").emit("one", Bytes{"x"});
    offset = last_argument(a.receive());
    EXPECT_EQ(a.receive(), "bytes:x");
    server->to("room").emit("missed", Json{{"n", 1}}, Bytes{"y"});
    server->close();
    const auto permissions = std::filesystem::status(file).permissions();
    EXPECT_EQ(permissions & std::filesystem::perms::others_read, std::filesystem::perms::none);

    serve({.file = file});
    EXPECT_FALSE(std::filesystem::exists(file)) << "it is true once only";
    server->to("room").emit("live");
    auto b = come_back(a);
    EXPECT_EQ(b.id, a.id);
    EXPECT_THAT(b.receive(),
                StartsWith(R"(451-["missed",{"n":1},{"_placeholder":true,"num":0},")"));
    EXPECT_EQ(b.receive(), "bytes:y");
    EXPECT_EQ(next_event(b), "live");
    expect_quiet(b);
    std::filesystem::remove_all(folder);
}

TEST_F(RecoveryTest, SurvivesAStartThatFails) {
    const std::string file = (std::filesystem::temp_directory_path() /
                              ("homeroom-failed-start-" + std::to_string(::getpid())))
                                 .string();
    serve({.file = file});
    auto a = join();
    server->close();

    Server other{{.port = 0}};
    ASSERT_EQ(other.start(), std::nullopt);
    Options taken{.port = other.port()};
    taken.recovery = Recovery{.file = file};
    EXPECT_THAT(Server{taken}.start().value_or(""), HasSubstr("in use"));
    EXPECT_TRUE(std::filesystem::exists(file));

    serve({.file = file});
    EXPECT_FALSE(std::filesystem::exists(file));
    EXPECT_THAT(server->start().value_or(""), HasSubstr("already"));
    EXPECT_EQ(come_back(a).id, a.id);
    server->close();
    std::filesystem::remove(file);
}

TEST_F(RecoveryTest, IsNotSavedForEverForNamespacesThatNobodyAsksFor) {
    const std::string file = (std::filesystem::temp_directory_path() /
                              ("homeroom-unasked-" + std::to_string(::getpid())))
                                 .string();
    const auto saves_it = [&] {
        server->close();
        std::ifstream stream{file, std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>{stream}, {}};
        return bytes.find("/unasked") != std::string::npos;
    };
    serve({.window = std::chrono::milliseconds{500}, .file = file});
    server->of("/unasked");
    auto a = join("/unasked");
    EXPECT_TRUE(saves_it());
    serve({.file = file});
    EXPECT_TRUE(saves_it()) << "somebody may ask for it in the next run";
    std::this_thread::sleep_for(std::chrono::milliseconds{550});
    serve({.file = file});
    EXPECT_FALSE(saves_it());
    std::filesystem::remove(file);
}

TEST_F(RecoveryTest, StartsAfreshFromADamagedFile) {
    const auto file =
        std::filesystem::temp_directory_path() / ("homeroom-damaged-" + std::to_string(::getpid()));
    std::ofstream{file} << "not at all";
    serve({.file = file.string()});
    EXPECT_THAT(join().id, Not(""));
    server->close();
    std::filesystem::remove(file);
}

TEST_F(RecoveryTest, StartsAfreshFromAFileWithAnEmptyPacket) {
    const auto file =
        std::filesystem::temp_directory_path() / ("homeroom-empty-" + std::to_string(::getpid()));
    serve({.file = file.string()});
    auto a = join();
    server->to("room").emit("one");
    EXPECT_EQ(next_event(a), "one");
    server->close();
    std::ifstream stream{file, std::ios::binary};
    Json saved = Json::from_msgpack(stream);
    for (auto& [name, nsp] : saved.items()) {
        for (Json& event : nsp.at("events")) event["message"]["frames"][0] = Json::binary({});
    }
    const auto bytes = Json::to_msgpack(saved);
    std::ofstream{file, std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()),
                                                static_cast<std::streamsize>(bytes.size()));
    serve({.file = file.string()});
    EXPECT_THAT(join().id, Not(""));
    server->close();
    std::filesystem::remove(file);
}

TEST_F(RecoveryTest, GivesBackWhatWasClaimedByAConnectionThatWentAtOnce) {
    serve({}, 3);
    auto a = join();
    server->emit("one");
    EXPECT_EQ(next_event(a), "one");
    for (int i = 0; i < 20; ++i) {
        auto hasty = open();
        hasty.send("40" + auth_of(a));
        hasty.vanish();
    }
    // Whatever became of those, the session is there for the one that stays.
    test::wait_until([&] {
        auto b = open();
        b.send("40" + auth_of(a));
        return test::sid_of(b.receive()) == a.id;
    });
}

}  // namespace
}  // namespace homeroom::socketio
