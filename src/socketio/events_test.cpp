#include <stdexcept>

#include "socketio/test_application.h"

namespace homeroom::socketio {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Events : public test::ApplicationTest {
protected:
    // Serves with one handler on the only socket.
    template <typename Setup>
    test::Client serve(const Setup& setup, Options options = {}) {
        make(std::move(options)).on_connection([setup, this](Socket& socket) {
            add_fence(socket);
            socket.on_error([this](const std::string& message) { notes.add("error: " + message); });
            setup(socket);
        });
        start();
        return join();
    }
};

TEST_F(Events, GiveHandlersTheirArgumentsConverted) {
    auto client = serve([this](Socket& socket) {
        socket.on("all", [this](int number, const std::string& text, bool yes, double real,
                                const std::vector<int>& list, const Json& object) {
            notes.add(std::to_string(number) + text + (yes ? "yes" : "no") +
                      std::to_string(static_cast<int>(real * 2)) + std::to_string(list.size()) +
                      object.dump());
        });
    });
    client.send(R"(42["all",7,"x",true,1.5,[1,2,3],{"b":1,"a":2}])");
    notes.wait_for(R"(7xyes33{"b":1,"a":2})");
}

TEST_F(Events, WithAWrongArgumentAreAnErrorOfTheSocketAndNoCall) {
    auto client = serve([this](Socket& socket) {
        socket.on("number", [this](int) { notes.add("called"); });
        socket.on("flag", [this](bool) { notes.add("called"); });
    });
    client.send(R"(42["number","seven"])");
    client.send(R"(42["number"])");
    client.send(R"(42["flag",1])");
    expect_quiet(client);
    EXPECT_THAT(notes.all(),
                ElementsAre(R"(error: argument 1 of "number" is missing or of the wrong type)",
                            R"(error: argument 1 of "number" is missing or of the wrong type)",
                            R"(error: argument 1 of "flag" is missing or of the wrong type)"));
}

template <typename T>
std::optional<T> as(const std::string& json) {
    return Value::raw(json).get<T>();
}

TEST_F(Events, GiveNumbersOnlyToTypesThatHoldThem) {
    using testing::Optional;
    EXPECT_THAT(as<int>("2.0"), Optional(2));
    EXPECT_THAT(as<int>("1e3"), Optional(1000));
    EXPECT_THAT(as<int>("-2147483648"), Optional(-2147483647 - 1));
    EXPECT_THAT(as<std::uint8_t>("255"), Optional(255));
    EXPECT_THAT(as<std::uint64_t>("18446744073709551615"), Optional(~std::uint64_t{0}));
    EXPECT_THAT(as<std::int64_t>("-9223372036854775808.0"),
                Optional(std::numeric_limits<std::int64_t>::min()));
    EXPECT_THAT(as<float>("0.5"), Optional(0.5F));
    EXPECT_THAT(as<double>("7"), Optional(7.0));
    for (const char* no_int : {"1.5", "2147483648", "-2147483649", "4294967297", "1e300", "-1e300",
                               "12345678901234567890123", "1e400", "true", "\"1\"", "null"})
        EXPECT_EQ(as<int>(no_int), std::nullopt) << no_int;
    EXPECT_EQ(as<unsigned>("-1"), std::nullopt);
    EXPECT_EQ(as<unsigned>("-1.0"), std::nullopt);
    EXPECT_EQ(as<std::uint64_t>("18446744073709551616"), std::nullopt);
    EXPECT_EQ(as<std::int64_t>("9223372036854775808"), std::nullopt);
    EXPECT_EQ(as<float>("1e300"), std::nullopt);
    EXPECT_THAT(as<std::vector<int>>("[1,2.0]"), Optional(ElementsAre(1, 2)));
    EXPECT_EQ(as<std::vector<int>>("[1,1e300]"), std::nullopt);
    EXPECT_EQ(as<std::vector<std::vector<bool>>>("[[true],[0]]"), std::nullopt);
    EXPECT_EQ(as<std::vector<int>>("{}"), std::nullopt);

    auto client = serve([this](Socket& socket) {
        socket.on("number", [this](unsigned) { notes.add("called"); });
        socket.on("maybe", [this](std::optional<int>) { notes.add("called"); });
    });
    client.send(R"(42["number",-1])");
    client.send(R"(42["maybe",1.5])");
    expect_quiet(client);
    EXPECT_THAT(notes.all(),
                ElementsAre(R"(error: argument 1 of "number" is missing or of the wrong type)",
                            R"(error: argument 1 of "maybe" is missing or of the wrong type)"));
}

// What does not compile, so that no handler reads what is gone.
static_assert(!detail::is_argument<std::string_view>);
static_assert(!detail::is_argument<const char*>);
static_assert(!detail::is_argument<std::vector<std::string_view>>);
static_assert(!detail::is_argument<char>);
static_assert(detail::is_argument<std::vector<std::string>>);
static_assert(detail::has_socket_first<>() && detail::has_ack_last<>());
static_assert(detail::has_socket_first<Socket&, int>() && detail::has_ack_last<int, const Ack&>());
static_assert(!detail::has_socket_first<int, Socket&>());
static_assert(!detail::has_socket_first<const Socket&, int>());
static_assert(!detail::has_ack_last<Ack, int>());

TEST_F(Events, ThatAreErrorsGoToHandlersThatMayKeepCount) {
    auto client = serve([this](Socket& socket) {
        socket.on("number", [](int) {});
        socket.on_error([this, count = 0](const std::string&) mutable {
            notes.add("error " + std::to_string(++count));
        });
    });
    client.send(R"(42["number","one"])");
    client.send(R"(42["number","two"])");
    expect_quiet(client);
    EXPECT_TRUE(notes.has("error 1"));
    EXPECT_TRUE(notes.has("error 2"));
}

TEST_F(Events, LeaveOutOptionalArguments) {
    auto client = serve([this](Socket& socket) {
        socket.on("maybe", [this](std::optional<int> number) {
            notes.add(number ? std::to_string(*number) : "none");
        });
    });
    client.send(R"(42["maybe"])");
    client.send(R"(42["maybe",null])");
    client.send(R"(42["maybe",3])");
    expect_quiet(client);
    EXPECT_THAT(notes.all(), ElementsAre("none", "none", "3"));
}

TEST_F(Events, AreAnsweredOnce) {
    auto client = serve([](Socket& socket) {
        socket.on("sum", [](int a, int b, const Ack& ack) {
            ack(a + b);
            ack("again");
        });
        socket.on("unasked", [](const Ack& ack) {
            if (!ack.wanted()) ack("nobody hears it");
        });
    });
    client.send(R"(4212["sum",1,2])");
    EXPECT_EQ(client.receive(), "4312[3]");
    client.send(R"(42["unasked"])");
    expect_quiet(client);
}

TEST_F(Events, MayBeAnsweredLaterFromAnotherThread) {
    std::thread worker;
    auto client = serve([&worker](Socket& socket) {
        socket.on("slow",
                  [&worker](const Ack& ack) { worker = std::thread{[ack] { ack("done"); }}; });
    });
    client.send(R"(421["slow"])");
    EXPECT_EQ(client.receive(), R"(431["done"])");
    worker.join();
}

TEST_F(Events, CarryBytesAnywhere) {
    auto client = serve([](Socket& socket) {
        socket.on("back", [](Socket& to, const Event& event) {
            to.emit_values("back", event.arguments());
        });
        socket.on("give", [](Socket& to) {
            to.emit("given", Bytes{"one"}, Json{{"deep", Json::binary({'t', 'w', 'o'})}});
        });
        socket.on("size", [](const Bytes& bytes, const Ack& ack) { ack(bytes.data.size()); });
    });
    client.send(
        R"(452-["back",{"x":{"_placeholder":true,"num":1}},{"num":0,"_placeholder":true}])");
    client.send_bytes("A");
    client.send_bytes("B");
    EXPECT_EQ(client.receive(),
              R"(452-["back",{"x":{"_placeholder":true,"num":0}},{"_placeholder":true,"num":1}])");
    EXPECT_EQ(client.receive(), "bytes:B");
    EXPECT_EQ(client.receive(), "bytes:A");
    client.send(R"(42["give"])");
    EXPECT_EQ(
        client.receive(),
        R"(452-["given",{"_placeholder":true,"num":0},{"deep":{"_placeholder":true,"num":1}}])");
    EXPECT_EQ(client.receive(), "bytes:one");
    EXPECT_EQ(client.receive(), "bytes:two");
    client.send(R"(451-5["size",{"_placeholder":true,"num":0}])");
    client.send_bytes("12345");
    EXPECT_EQ(client.receive(), "435[5]");
}

TEST_F(Events, ArePassedOnAsTheyCame) {
    auto client = serve([](Socket& socket) {
        socket.on("echo", [](Socket& to, const Value& value) { to.emit("echo", value); });
    });
    const std::string odd = R"({"z":1.0,"a":12345678901234567890123,"z":-0,"e":1e5})";
    client.send(R"(42["echo",)" + odd + "]");
    EXPECT_EQ(client.receive(), R"(42["echo",)" + odd + "]");
}

TEST_F(Events, MayHoldWhatJsonCannot) {
    auto client = serve([this](Socket& socket) {
        socket.on("odd", [this](const Json& json) { notes.add(json.dump()); });
    });
    client.send(R"(42["odd",[1e400,"\udc00",2]])");
    notes.wait_for("[null,\"\uFFFD\",2]");
}

TEST_F(Events, MayBeSentByWhomeverMayNotChangeTheSocket) {
    auto client = serve([](const Socket& socket) {
        socket.emit("one");
        socket.volatile_().emit("dropped");
        socket.timeout(std::chrono::seconds{1}).emit("two");
        socket.broadcast().emit("nobody's");
    });
    EXPECT_EQ(client.receive(), R"(42["one"])");
    EXPECT_EQ(client.receive(), R"(42["two"])");
}

TEST_F(Events, CannotForgeAnAttachmentInAnothersPacket) {
    auto client = serve([this](Socket& socket) {
        socket.on("mix", [this](Socket& to, const Value& value) {
            notes.add(to.emit("mixed", Bytes{"x"}, value) ? "sent" : "not sent");
        });
    });
    client.send(R"(42["mix",{"_placeholder":true,"num":99}])");
    expect_quiet(client);
    EXPECT_THAT(notes.all(), ElementsAre("not sent"));
}

TEST_F(Events, OfReservedNamesAndWithTooManyAttachmentsAreNotSent) {
    auto client = serve([this](Socket& socket) {
        for (const char* name : {"connect", "connect_error", "disconnect", "disconnecting",
                                 "newListener", "removeListener"})
            notes.add(socket.emit(name) ? "sent" : "not sent");
        const Values eleven(11, Value{Bytes{"b"}});
        notes.add(socket.emit_values("many", eleven) ? "sent" : "not sent");
    });
    expect_quiet(client);
    EXPECT_THAT(notes.all(), testing::AllOf(testing::SizeIs(7), testing::Each("not sent")));
}

TEST_F(Events, GoToEveryHandlerInOrderAndToOnceHandlersOnce) {
    auto client = serve([this](Socket& socket) {
        socket.on("x", [this] { notes.add("first"); });
        socket.once("x", [this] { notes.add("once"); });
        const auto gone = socket.on("x", [this] { notes.add("removed"); });
        socket.off("x", gone);
        socket.on("x", [this] { notes.add("last"); });
    });
    client.send(R"(42["x"])");
    client.send(R"(42["x"])");
    expect_quiet(client);
    EXPECT_THAT(notes.all(), ElementsAre("first", "once", "last", "first", "last"));
}

TEST_F(Events, AreSeenByCatchAllHandlers) {
    auto client = serve([this](Socket& socket) {
        socket.on_any([this](const Event& event) { notes.add("any " + event.name()); });
        socket.prepend_any([this](const Event& event) { notes.add("before " + event.name()); });
        socket.on_any_outgoing([this](std::string_view event, const Values& arguments) {
            notes.add("out " + std::string{event} + std::to_string(arguments.size()));
        });
        socket.on("x", [](Socket& to) {
            to.emit("direct", 1);
            to.nsp().emit("all", 1, 2);
        });
    });
    client.send(R"(42["x"])");
    EXPECT_EQ(client.receive(), R"(42["direct",1])");
    EXPECT_EQ(client.receive(), R"(42["all",1,2])");
    EXPECT_THAT(notes.all(), ElementsAre("before x", "any x", "out direct1", "out all2"));
}

TEST_F(Events, PassTheSocketsMiddlewares) {
    auto client = serve([this](Socket& socket) {
        socket.use([](const Event& event, const Next& next) {
            if (event.name() == "forbidden") return next(Refusal{"not allowed"});
            next();
            next();  // once counts
        });
        socket.on("allowed", [this] { notes.add("allowed"); });
        socket.on("forbidden", [this] { notes.add("forbidden"); });
    });
    client.send(R"(42["forbidden"])");
    client.send(R"(42["allowed"])");
    expect_quiet(client);
    EXPECT_THAT(notes.all(), ElementsAre("error: not allowed", "allowed"));
}

TEST_F(Events, TakeWhatAMiddlewareFoundElsewhereBackToTheSocketsLoop) {
    std::thread worker;
    auto client = serve([this, &worker](Socket& socket) {
        socket.use([&worker](const Event& event, const Next& next) {
            if (event.name() == "throw")
                return next([](Socket&) { throw std::runtime_error{"oops"}; });
            if (event.name() != "look up") return next();
            worker = std::thread{[next] { next([](Socket& found) { found.data() = "found"; }); }};
        });
        socket.on("throw", [this] { notes.add("called"); });
        socket.on("look up", [](Socket& from, const Ack& ack) { ack(from.data()); });
    });
    client.send(R"(421["look up"])");
    EXPECT_EQ(client.receive(), R"(431["found"])");
    worker.join();
    client.send(R"(42["throw"])");
    expect_quiet(client);
    EXPECT_THAT(notes.all(), ElementsAre("error: internal error"));
}

TEST_F(Events, AreRefusedByAMiddlewareThatThrows) {
    auto client = serve([this](Socket& socket) {
        socket.on("bad", [this] { notes.add("handled"); });
        socket.use([](const Event& event, const Next& next) {
            if (event.name() == "bad") throw std::runtime_error{"secret words"};
            next();
        });
    });
    client.send(R"(42["bad"])");
    expect_quiet(client);
    EXPECT_THAT(notes.all(), ElementsAre("error: internal error"));
}

TEST_F(Events, WhoseHandlerThrowsEndNothing) {
    auto client = serve([](Socket& socket) {
        socket.on("throw", [] { throw std::runtime_error{"oops"}; });
        socket.on("throw-other", [] { throw 7; });
    });
    client.send(R"(42["throw"])");
    client.send(R"(42["throw-other"])");
    expect_quiet(client);
}

TEST_F(Events, MayWaitForTheClientsAnswer) {
    auto client = serve([this](Socket& socket) {
        socket.emit("question", 1, [this](const Answer& answer) {
            notes.add(answer ? "answer " + (*answer)[0].text() : "no answer");
        });
        socket.timeout(std::chrono::milliseconds{20}).emit("ignored", [this](const Answer& answer) {
            notes.add(answer ? "answer" : "timed out");
        });
        socket.on_disconnect([this](DisconnectReason) { notes.add("gone"); });
        socket.emit("never", [this](const Answer& answer) {
            notes.add(answer ? "answer" : "left unanswered");
        });
    });
    EXPECT_EQ(client.receive(), R"(420["question",1])");
    EXPECT_EQ(client.receive(), R"(421["ignored"])");
    EXPECT_EQ(client.receive(), R"(422["never"])");
    client.send(R"(430["forty-two"])");
    notes.wait_for("answer \"forty-two\"");
    notes.wait_for("timed out");
    client.send(R"(431["late"])");
    client.vanish();
    notes.wait_for("left unanswered");
    notes.wait_for("gone");
}

TEST_F(Events, ThatAreInvalidAreToldBeforeTheConnectionEnds) {
    auto client = serve([this](Socket& socket) {
        socket.on_disconnect(
            [this](DisconnectReason reason) { notes.add(std::string{to_string(reason)}); });
    });
    client.send("42{}");
    notes.wait_for("forced close");
    EXPECT_THAT(notes.all()[0], HasSubstr("error: "));
}

}  // namespace
}  // namespace homeroom::socketio
