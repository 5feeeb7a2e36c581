// The examples of the headers, of docs/library.md and of the README: they compile, the small ones
// run, and they are the same text.

#include <boost/regex.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

#include "base/test_source_folder.h"
#include "socketio/test_application.h"

// An example's handler has names for what its body, left out, would use.
#pragma GCC diagnostic ignored "-Wunused-parameter"

namespace homeroom::socketio {

// --- A whole program: not run, for it ends with a signal -----------------------------------------

namespace program {

using namespace homeroom::socketio;

int main() {
    Server io{{.port = 3000}};
    io.on_connection([](Socket& socket) {
        socket.on("hello", [](Socket& client, const std::string& name, Ack ack) {
            client.broadcast().emit("joined", name);
            ack("welcome");
        });
    });
    return io.run();
}

}  // namespace program

namespace {

// --- Pieces --------------------------------------------------------------------------------------

using namespace std::chrono_literals;

std::thread worker;

// What docs/library.md leaves to the reader.
void look_up(const Json& auth, const std::function<void(std::optional<Json>)>& done) {
    worker = std::thread{[done, user = auth.value("user", "")] {
        done(user.empty() ? std::nullopt : std::optional<Json>{user});
    }};
}

void set_up_middleware(Server& io) {
    io.use([](Socket& socket, Next next) {
        look_up(socket.handshake().auth, [next](std::optional<Json> user) {  // on a thread of yours
            if (!user) return next(Refusal{"who are you?"});
            next([user](Socket& found) { found.data() = *user; });
        });
    });
}

void send(Server& io, Socket& socket) {
    const std::vector<std::string> questions{"why?"};
    const int x = 1;
    const int y = 2;
    io.to("class-7").except("class-7/staff").emit("quiz", questions);
    socket.broadcast().volatile_().emit("cursor", x, y);
    io.in("class-7").timeout(2s).emit("ready?", [](const BroadcastAnswers& all) {});
}

void take_events(Socket& socket) {
    socket.on("move", [](Socket& client, const Event& event) {});
    socket.on("move", [](Socket& client, int x, std::optional<int> y, Ack ack) {});
}

// The right column of the table in docs/library.md.
void table(Server& io, Socket& socket) {
    io.on_connection([](Socket& client) {});
    socket.on("say",
              [](Socket& client, const std::string& room, const std::string& text, Ack ack) {});
    socket.emit("x", 1, Json{{"a", 2}}, Bytes{"…"});
    socket.timeout(5s).emit("x", [](const Answer& answer) {});
    socket.broadcast().emit("x");
    socket.volatile_().emit("x");
    socket.compress(false).emit("x");
    io.to("a").except("b").emit("x");
    io.timeout(5s).emit("x", [](const BroadcastAnswers& all) {});
    io.use([](Socket& client, Next next) { next(Refusal{"no"}); });
    socket.use([](const Event& event, Next next) {});
    socket.on_any([](const Event& event) {});
    socket.on_any_outgoing([](std::string_view event, const Values& arguments) {});
    socket.data() = socket.handshake().auth;
    socket.on_disconnecting([](DisconnectReason reason) {});
    socket.on_disconnect([](DisconnectReason reason) {});
    socket.on_error([](const std::string& message) {});
    io.of("/admin");
    io.of_pattern("^/class-");
    io.of_matching([](const std::string& name, const Json& auth,
                      std::function<void(bool matches)> decide) { decide(false); });
    io.with_socket(socket.id(), [](Socket& found) {});
    io.in("a").fetch_sockets([](const RemoteSockets& found) {});
    io.in("a").sockets_join("b");
    io.in("b").sockets_leave("b");
    io.in("b").disconnect_sockets();
    io.server_side_emit("x", 1);
    io.of("/").emit_to_servers("x", {}, [](const NodeAnswers& all) {});
    io.of("/").on_server_event("x", [](const ServerEvent& event) {});
    io.of("/").on_room_event([](const RoomEvent& event) {});
    Options{}.recovery = Recovery{};
}

class Examples : public test::ApplicationTest {
protected:
    ~Examples() override {
        if (worker.joinable()) worker.join();
    }
};

TEST_F(Examples, Run) {
    set_up_middleware(make());
    server->on_connection([this](Socket& socket) {
        notes.add("in: " + socket.data().dump());
        send(*server, socket);
        take_events(socket);
        table(*server, socket);
        add_fence(socket);
    });
    start();
    auto client = open();
    EXPECT_EQ(client.ask_for("/"), R"(44{"message":"who are you?"})");
    worker.join();
    client.join("/", R"({"user":"Ada"})");
    notes.wait_for(R"(in: "Ada")");
}

// --- The same text -------------------------------------------------------------------------------

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file{path};
    EXPECT_TRUE(file) << path;
    return {std::istreambuf_iterator<char>{file}, {}};
}

// Without what may differ: line breaks, includes, and the sign for what is left out.
std::string essence(const std::string& code) {
    static const boost::regex irrelevant{"#include[^\n]*|…|\\s"};
    return boost::regex_replace(code, irrelevant, "");
}

// What is indented deeply within comments.
std::vector<std::string> examples_of_header(const std::string& text) {
    static const boost::regex example{"(//     [^\n]*\n(//\n)?)+"};
    static const boost::regex comment{"(^|\n)//"};
    std::vector<std::string> examples;
    for (boost::sregex_iterator it{text.begin(), text.end(), example};
         it != boost::sregex_iterator{}; ++it)
        examples.push_back(boost::regex_replace(it->str(), comment, "\n"));
    return examples;
}

std::vector<std::string> examples_of_page(const std::string& text) {
    static const boost::regex example{"```cpp\n([^`]*)```"};
    std::vector<std::string> examples;
    for (boost::sregex_iterator it{text.begin(), text.end(), example};
         it != boost::sregex_iterator{}; ++it)
        examples.push_back(it->str(1));
    return examples;
}

TEST_F(Examples, AreTheTextOfHeadersAndPages) {
    const std::filesystem::path project = source_folder();
    const std::string compiled = essence(text_of(project / "src/socketio/examples_test.cpp"));
    std::size_t count = 0;
    const auto check = [&](const std::string& where, const std::vector<std::string>& examples) {
        count += examples.size();
        for (const std::string& example : examples)
            EXPECT_NE(compiled.find(essence(example)), std::string::npos) << where << example;
    };
    for (const auto& entry : std::filesystem::recursive_directory_iterator{project / "include"}) {
        if (entry.is_regular_file())
            check(entry.path().string(), examples_of_header(text_of(entry.path())));
    }
    for (const char* page : {"README.md", "docs/library.md"})
        check(page, examples_of_page(text_of(project / page)));
    EXPECT_GE(count, 6U);
}

}  // namespace
}  // namespace homeroom::socketio
