#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "socketio/test_application.h"

namespace homeroom::socketio {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;
using testing::HasSubstr;
using testing::StartsWith;

class ServerOfLibrary : public test::ApplicationTest {};

TEST_F(ServerOfLibrary, SaysWhyItCannotStart) {
    make();
    start();
    Server second{{.port = server->port()}};
    const auto fault = second.start();
    ASSERT_TRUE(fault);
    EXPECT_THAT(*fault, HasSubstr("in use"));
    Server third{{.port = 0, .pages = "/not/there"}};
    EXPECT_THAT(third.start().value_or(""), HasSubstr("/not/there is not a folder"));
    EXPECT_THAT(server->start().value_or(""), HasSubstr("already"));
}

TEST_F(ServerOfLibrary, ServesPagesAndTheClientsBundle) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("homeroom-pages-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder / "bundle");
    std::ofstream{folder / "index.html"} << "<h1>Hello</h1>";
    std::ofstream{folder / "bundle" / "socket.io.min.js"} << "let io;";
    make({.pages = folder.string(), .client_bundles = (folder / "bundle").string()});
    start();
    test::HttpClient http{server->port()};
    EXPECT_EQ(http.request("GET", "/").body, "<h1>Hello</h1>");
    EXPECT_EQ(http.request("GET", "/socket.io/socket.io.min.js").body, "let io;");
    EXPECT_EQ(http.request("GET", "/nothing").status, 404);
    EXPECT_EQ(http.request("DELETE", "/").status, 405);
    EXPECT_EQ(http.request("GET", "/socket.io/?EIO=4&transport=polling").status, 200);
    std::filesystem::remove_all(folder);
}

TEST_F(ServerOfLibrary, ServesUnderAnyPathButNone) {
    const auto folder =
        std::filesystem::temp_directory_path() / ("homeroom-path-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    std::ofstream{folder / "socket.io.js"} << "let io;";
    for (const char* path : {"/my-app", "my-app", "my-app/", "/my-app/"}) {
        make({.path = path, .client_bundles = folder.string()});
        start();
        test::HttpClient http{server->port()};
        EXPECT_EQ(http.request("GET", "/my-app/?EIO=4&transport=polling").status, 200) << path;
        EXPECT_EQ(http.request("GET", "/my-app?EIO=4&transport=polling").status, 200) << path;
        EXPECT_EQ(http.request("GET", "/my-apple?EIO=4&transport=polling").status, 404) << path;
        EXPECT_EQ(http.request("GET", "/my-app/socket.io.js").body, "let io;") << path;
        EXPECT_EQ(http.request("GET", "/nothing.js").status, 404) << path;
    }
    make({.path = ""});
    EXPECT_THAT(server->start().value_or(""), HasSubstr("path"));
    std::filesystem::remove_all(folder);
}

TEST_F(ServerOfLibrary, AsksWhomToLetIn) {
    std::thread worker;
    Options options;
    options.allow_request = [&](const Request& request, const Options::Verdict& verdict) {
        if (request.header("x-late") == "yes") {
            worker = std::thread{[verdict] { verdict("too late"); }};
        } else {
            verdict(request.header("X-Key") == "right" ? std::nullopt
                                                       : std::optional<std::string>{"no key"});
        }
    };
    options.initial_headers = [](Headers& headers, const Request&) {
        headers.emplace_back("X-Hello", "yes");
    };
    options.on_connection_error = [this](const Request&, int code, std::string_view message) {
        notes.add(std::to_string(code) + " " + std::string{message});
    };
    make(std::move(options));
    start();
    test::HttpClient http{server->port()};
    const char* target = "/socket.io/?EIO=4&transport=polling";
    const auto refused = http.request("GET", target);
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.body, R"({"code":4,"message":"no key"})");
    const auto late = http.request("GET", target, {}, "X-Late: yes\r\n");
    EXPECT_EQ(late.body, R"({"code":4,"message":"too late"})");
    worker.join();
    const auto let_in = http.request("GET", target, {}, "X-Key: right\r\n");
    EXPECT_EQ(let_in.status, 200);
    EXPECT_THAT(let_in.head, HasSubstr("X-Hello: yes\r\n"));
    EXPECT_THAT(notes.all(), testing::Contains(StartsWith("4 ")));
}

TEST_F(ServerOfLibrary, OutlivesFunctionsOfItsOptionsThatThrow) {
    const auto fail = [] { throw std::runtime_error{"oops"}; };
    Options options;
    options.initial_headers = [=](Headers& headers, const Request&) {
        headers.emplace_back("X-Half", "done");
        fail();
    };
    options.headers = [=](Headers&, const Request&) { fail(); };
    options.on_connection_error = [=](const Request&, int, std::string_view) { fail(); };
    options.cors.allows_origin = [=](std::string_view) {
        fail();
        return true;
    };
    make(std::move(options));
    start();
    test::HttpClient http{server->port()};
    const auto answer = http.request("GET", "/socket.io/?EIO=4&transport=polling", {},
                                     "Origin: http://other.example\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.head, testing::Not(HasSubstr("X-Half")));
    EXPECT_THAT(answer.head, testing::Not(HasSubstr("Access-Control-Allow-Origin")));
    EXPECT_EQ(http.request("GET", "/socket.io/?EIO=4&transport=none").status, 400);
}

TEST_F(ServerOfLibrary, EndsConnectionsSoThatClientsComeBack) {
    make().on_connection([this](Socket& socket) {
        socket.on_disconnect(
            [this](DisconnectReason reason) { notes.add(std::string{to_string(reason)}); });
    });
    start();
    auto client = join();
    server->close();
    EXPECT_THAT(client.receive(), StartsWith("close"));
    EXPECT_TRUE(notes.has("server shutting down"));
}

TEST_F(ServerOfLibrary, MayBeOutlivedByItsHandles) {
    std::optional<Ack> ack;
    std::optional<Emitter> everybody;
    make().on_connection([&](Socket& socket) {
        socket.on("ask", [&](const Ack& given) {
            ack = given;
            notes.add("asked");
        });
    });
    start();
    everybody = server->to("room");
    {
        auto client = join();
        client.send(R"(421["ask"])");
        notes.wait_for("asked");
    }
    server.reset();
    (*ack)("too late");
    everybody->emit("too late");
}

// Whether all of a server has been freed: something that its options hold and its handlers, too.
class FreedServer : public ServerOfLibrary {
protected:
    Options holding_options() {
        Options options{.loops = 3};
        options.recovery = Recovery{};
        options.headers = [held = kept](Headers&, const Request&) {};
        options.cluster = links[0];
        return options;
    }
    // As applications do: handlers that hold what they are set on.
    void set_holding_handlers(const Namespace& nsp) {
        nsp.use([nsp, held = kept](Socket&, const Next& next) { next(); });
        nsp.on_connection([nsp, held = kept](Socket& socket) {
            socket.on("held", [nsp, held] {});
            socket.on_disconnect([nsp, held](DisconnectReason) { nsp.emit("gone"); });
        });
        nsp.on_room_event([nsp, held = kept](const RoomEvent&) {});
        nsp.on_server_event("held", [nsp, held = kept](const ServerEvent&) {});
    }
    void TearDown() override {
        server.reset();
        const std::weak_ptr<int> left = std::exchange(kept, nullptr);
        EXPECT_TRUE(left.expired()) << left.use_count();
    }
    std::shared_ptr<int> kept = std::make_shared<int>(0);
    std::vector<std::shared_ptr<ClusterLink>> links = make_local_cluster(2);
};

TEST_F(FreedServer, WithHandlersThatHoldTheirNamespace) {
    make(holding_options());
    set_holding_handlers(server->of("/"));
    set_holding_handlers(server->of("/other"));
    const ParentNamespace parent = server->of_pattern("^/child");
    parent.on_connection([parent, held = kept](Socket&) {});
    server->on_new_namespace([this](const Namespace& nsp) { set_holding_handlers(nsp); });
    start();
    auto client = join();
    client.join("/child");
}

TEST_F(FreedServer, ThatIsUsedAfterItsEnd) {
    std::optional<Next> late;
    links[1]->open("silent", [](const std::string&) {});
    make(holding_options()).of("/late").use([&](Socket&, const Next& next) {
        late = next;
        notes.add("asked");
    });
    start();
    auto client = open();
    client.send("40/late,");
    notes.wait_for("asked");
    const Namespace nsp = server->of("/");
    nsp.fetch_sockets([nsp, held = kept](const RemoteSockets&) {});  // "silent" never answers
    server->close();
    (*late)();
    late.reset();
    for (const Namespace& used : {nsp, server->of("/"), server->of("/new")}) {
        set_holding_handlers(used);
        used.emit("nobody hears it", 1);
        used.emit("nor this", [used, held = kept](const BroadcastAnswers&) {});
        used.fetch_sockets([used, held = kept](const RemoteSockets&) {});
        used.sockets_join({"room"});
        used.with_socket("nobody", [used, held = kept](Socket&) {});
    }
    server->on_new_namespace([nsp, held = kept](const Namespace&) {});
    const ParentNamespace parent = server->of_pattern(".");
    parent.on_connection([parent, nsp, held = kept](Socket&) {});
    EXPECT_THAT(server->start().value_or(""), HasSubstr("closed"));
}

TEST_F(FreedServer, ThatIsUsedWhileItStartsAndEnds) {
    make(holding_options());
    const Namespace nsp = server->of("/");
    set_holding_handlers(nsp);
    std::atomic<bool> over{false};
    std::thread user{[&, held = kept] {
        while (!over) {
            nsp.emit("any", 1);
            nsp.emit("question", [nsp, held](const BroadcastAnswers&) {});
            nsp.fetch_sockets([nsp, held](const RemoteSockets&) {});
            nsp.with_socket("nobody", [nsp, held](Socket&) {});
            std::this_thread::sleep_for(std::chrono::microseconds{100});
        }
    }};
    start();
    std::vector<test::Client> clients;
    for (int i = 0; i < 12; ++i) clients.push_back(join());
    server->close();
    over = true;
    user.join();
}

TEST_F(ServerOfLibrary, CountsWhatItRefuses) {
    Options options;
    options.limits.namespaces_per_connection = 1;
    make(std::move(options));
    server->of("/a");
    server->of("/b");
    start();
    auto client = join("/a");
    client.send("40/b,");
    EXPECT_THAT(client.receive(), StartsWith("close"));
    for (const auto& [name, count] : server->limit_counts())
        EXPECT_EQ(count, name == "namespaces" ? 1U : 0U) << name;
}

TEST_F(ServerOfLibrary, SpeaksMessagePackWhenItsClientsDo) {
    make({.parser = Parser::msgpack}).on_connection([](Socket& socket) {
        socket.on("echo", [](Socket& to, const Event& event) {
            to.emit_values("echo", event.arguments());
        });
    });
    start();
    auto client = open();
    // {type: 0, data: {}, nsp: "/"}
    client.send_bytes("\x83\xa4type\x00\xa4\x64\x61ta\x80\xa3nsp\xa1/"sv);
    EXPECT_THAT(client.receive(), HasSubstr("\xa3sid"));
    // {type: 2, data: ["echo", <bytes AB>], nsp: "/"}
    const std::string echo = "\x92\xa4\x65\x63ho\xc4\x02\x41\x42"s;
    client.send_bytes("\x83\xa4type\x02\xa4\x64\x61ta" + echo + "\xa3nsp\xa1/");
    EXPECT_THAT(client.receive(), HasSubstr(echo));
}

}  // namespace
}  // namespace homeroom::socketio
