#include <filesystem>
#include <fstream>
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
