// A bare Socket.IO server for conformance suites: no roster, no store. See docs/conformance.md.
//
//   /engine.io/   Engine.IO that echoes every message
//   /socket.io/   namespaces "/" and "/custom": `auth` with the CONNECT payload on connection,
//                 `message` → `message-back` with the same arguments, `message-with-ack` → ack with
//                 the same arguments

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "hub/server.h"

namespace {

using namespace homeroom;

class Echo final : public engineio::Application {
    class Handler final : public engineio::SessionHandler {
    public:
        explicit Handler(engineio::Session& session) : session_(session) {}
        void on_message(std::string_view data, bool binary) override {
            session_.send(binary ? engineio::Frame::binary(data) : engineio::Frame::text(data));
        }
        void on_close(engineio::CloseReason) override {}

    private:
        engineio::Session& session_;
    };

public:
    std::unique_ptr<engineio::SessionHandler> on_session(engineio::Session& session,
                                                         const net::HttpRequest&) override {
        return std::make_unique<Handler>(session);
    }
};

class ProtocolSuite final : public hub::NamespaceHandler {
public:
    void on_connect(hub::Socket& socket, std::string_view auth) override {
        const std::string_view given = auth.empty() ? "{}" : auth;
        socket.accept();
        socket.emit("auth", {&given, 1});
    }

    void on_event(hub::Socket& socket, const hub::Event& event) override {
        if (event.name == "message") {
            socket.emit("message-back", event.arguments, {.attachments = event.attachments});
        } else if (event.name == "message-with-ack" && event.ack_id) {
            socket.answer(*event.ack_id, event.arguments, event.attachments);
        }
    }

    void on_disconnect(hub::Socket&, hub::DisconnectReason) override {}
};

int run(const std::string& host, std::uint16_t port, std::size_t loops, engineio::Options timings,
        std::chrono::milliseconds connect_timeout) {
    Echo echo;
    ProtocolSuite suite;
    hub::ServerOptions options{.host = host, .port = port, .loops = loops, .engine = timings};
    options.engine.path = "/socket.io/";
    options.hub.connect_timeout = connect_timeout;
    hub::Server::Applications applications{
        .namespaces = {.fixed = {{"/", &suite}, {"/custom", &suite}}}};
    timings.path = "/engine.io/";
    applications.engines.push_back(
        {timings, [&](std::size_t) -> engineio::Application& { return echo; }});

    // Blocked before any thread starts, so that all inherit it and sigwait below gets the signals.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    auto server = hub::Server::create(std::move(options), applications);
    if (!server.ok()) {
        std::fprintf(stderr, "conformance: %s\n", server.error().message.c_str());
        return 1;
    }
    (*server)->start();
    std::printf("listening on http://%s:%u\n", host.c_str(), (*server)->port());
    std::fflush(stdout);
    int caught = 0;
    sigwait(&signals, &caught);
    (*server)->stop();
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::string host = "127.0.0.1";
    std::uint16_t port = 3000;
    std::size_t loops = 1;
    std::string scenario = "protocol";
    long ping_interval = 300;
    long ping_timeout = 200;
    long connect_timeout = 1000;
    bool allow_eio3 = false;

    CLI::App app{"A bare Socket.IO server for conformance suites", "conformance"};
    app.add_option("--host", host, "address to listen on")->capture_default_str();
    app.add_option("--port", port, "port; 0 takes any free one")->capture_default_str();
    app.add_option("--loops", loops, "loop threads")->capture_default_str();
    app.add_option("--scenario", scenario, "which application")
        ->check(CLI::IsMember({"protocol"}))
        ->capture_default_str();
    app.add_option("--ping-interval", ping_interval, "milliseconds")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--ping-timeout", ping_timeout, "milliseconds")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--connect-timeout", connect_timeout, "milliseconds")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_flag("--allow-eio3", allow_eio3, "let in clients of Socket.IO 2");
    CLI11_PARSE(app, argc, argv);

    engineio::Options timings;
    timings.ping_interval = std::chrono::milliseconds{ping_interval};
    timings.ping_timeout = std::chrono::milliseconds{ping_timeout};
    timings.allow_eio3 = allow_eio3;
    return run(host, port, loops, timings, std::chrono::milliseconds{connect_timeout});
}
