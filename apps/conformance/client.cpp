#include <chrono>
#include <ctime>
#include <string>
#include <thread>

#include "conformance/scenarios.h"

namespace homeroom::conformance {

using namespace socketio;

namespace {

// The client's tests have a connection time out on their side.
constexpr std::chrono::milliseconds admission_delay{10};

std::string now_text() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.000Z", &utc)};
}

bool is_greeting_with_bytes(const Json& json) {
    return json.is_object() && json.value("hello", "") == "lol" && json.contains("message") &&
           json["message"].is_binary() && json.value("goodbye", "") == "gotcha";
}

void add_texts(Socket& socket) {
    socket.on("hi", [](Socket& client) { client.emit("hi"); });
    socket.on("echo", [](const Value& value, const Ack& ack) { ack(value); });
    socket.on("false", [](Socket& client) { client.emit("false", false); });
    socket.on("getDate", [](Socket& client) { client.emit("takeDate", now_text()); });
    socket.on("getDateObj", [](Socket& client) {
        client.emit("takeDateObj", Json{{"date", now_text()}});
    });
    socket.on("getAckDate", [](const Value&, const Ack& ack) { ack(now_text()); });
    socket.on("getUtf8", [](Socket& client) {
        client.emit("takeUtf8", "てすと");
        client.emit("takeUtf8", "Я Б Г Д Ж Й");
        client.emit("takeUtf8", "Ä ä Ü ü ß");
        client.emit("takeUtf8", "utf8 — string");
        client.emit("takeUtf8", "utf8 — string");
    });
    socket.on("ack", [](Socket& client) {
        // The socket lives as long as its answers are awaited.
        client.emit("ack", [&client](const Answer& answer) {
            if (!answer || answer->size() < 2) return;
            const Json second = (*answer)[1].json();
            if ((*answer)[0].get<int>() == 5 && second.is_object() && second.value("test", false))
                client.emit("got it");
        });
    });
    socket.on("getHandshake",
              [](Socket& client, const Ack& ack) { ack(as_json(client.handshake())); });
    socket.on("getId", [](Socket& client, const Ack& ack) { ack(client.id()); });
}

void add_bytes(Socket& socket) {
    socket.on("doge", [](Socket& client) { client.emit("doge", Bytes{"asdfasdf"}); });
    socket.on("getbin", [](Socket& client) { client.emit("takebin", Bytes{"asdfasdf"}); });
    socket.on("buffa", [](Socket& client, const Bytes&) { client.emit("buffack"); });
    socket.on("blob", [](Socket& client, const Bytes&) { client.emit("back"); });
    for (const std::string name : {"jsonbuff", "jsonblob"}) {
        socket.on(name, [name](Socket& client, const Json& json) {
            if (is_greeting_with_bytes(json)) client.emit(name + "-ack");
        });
    }
    // In this order only.
    socket.data() = Json::object();
    const auto in_order = [&socket](const std::string& name, const std::string& after,
                                    const std::string& answer) {
        socket.on(name, [=](Socket& client, const Value& value) {
            const bool is_right = name == "blob2" ? value.get<std::string>() == "second"
                                                  : value.is_bytes() || name == "abuff2";
            if (!is_right || (!after.empty() && !client.data().contains(after))) return;
            client.data()[name] = true;
            if (!answer.empty()) client.emit(answer);
        });
    };
    in_order("abuff1", "", "");
    in_order("abuff2", "abuff1", "abuff2-ack");
    in_order("blob1", "", "");
    in_order("blob2", "blob1", "");
    in_order("blob3", "blob2", "blob3-ack");
}

}  // namespace

void set_client_options(Options& options) {
    options.ping_interval = std::chrono::milliseconds{2'000};
    options.ping_timeout = std::chrono::milliseconds{20'000};
    options.connect_timeout = std::chrono::milliseconds{45'000};
    options.allow_request = [](const Request&, const Options::Verdict& verdict) {
        std::thread{[verdict] {
            std::this_thread::sleep_for(admission_delay);
            verdict({});
        }}.detach();
    };
}

void add_client(Server& io) {
    io.use([](Socket& socket, const Next& next) {
        if (!socket.handshake().parameter("fail").empty())
            return next(Refusal{"Auth failed (main namespace)"});
        next();
    });
    io.of("/no").use(
        [](Socket&, const Next& next) { next(Refusal{"Auth failed (custom namespace)"}); });
    for (const char* empty : {"/timeout_socket", "/valid", "/asd"}) io.of(empty);
    io.of("/foo").on_connection([](Socket& socket) {
        socket.on("getId", [](Socket& client, const Ack& ack) { ack(client.id()); });
    });
    io.of("/abc").on_connection(
        [](Socket& socket) { socket.emit("handshake", as_json(socket.handshake())); });
    io.on_connection([](Socket& socket) {
        add_texts(socket);
        add_bytes(socket);
    });
}

}  // namespace homeroom::conformance
