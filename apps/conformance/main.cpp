// A bare Socket.IO server for conformance suites and load tests: no roster, no store. It stands on
// the public library. See docs/conformance.md.

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "conformance/engine.h"
#include "conformance/scenarios.h"
#include "socketio/server_impl.h"

namespace {

using namespace homeroom;

struct Arguments {
    socketio::Options options{};
    std::string scenario = "protocol";
    std::string engine_path = "/engine.io/";
    // Milliseconds; nothing: the scenario's own.
    std::optional<long> ping_interval{};
    std::optional<long> ping_timeout{};
    std::optional<long> connect_timeout{};
    std::optional<long> upgrade_timeout{};
    long recovery_window = 120'000;
    bool no_recovery = false;
};

void apply(Arguments& arguments) {
    using std::chrono::milliseconds;
    socketio::Options& options = arguments.options;
    options.ping_interval = milliseconds{300};
    options.ping_timeout = milliseconds{200};
    options.connect_timeout = milliseconds{1'000};
    if (arguments.scenario == "client") conformance::set_client_options(options);
    // It is measured against servers that have no such limit.
    if (arguments.scenario == "rooms") {
        options.limits.handshakes_per_second = 1e9;
        options.limits.handshakes_burst = 1e9;
    }
    if (arguments.ping_interval) options.ping_interval = milliseconds{*arguments.ping_interval};
    if (arguments.ping_timeout) options.ping_timeout = milliseconds{*arguments.ping_timeout};
    if (arguments.connect_timeout)
        options.connect_timeout = milliseconds{*arguments.connect_timeout};
    if (arguments.upgrade_timeout)
        options.upgrade_timeout = milliseconds{*arguments.upgrade_timeout};
    // The protocol suite expects the plain answer to a CONNECT.
    if (arguments.scenario != "protocol" && !arguments.no_recovery)
        options.recovery = socketio::Recovery{.window = milliseconds{arguments.recovery_window}};
}

engineio::Options echo_options(const socketio::Options& options, const std::string& path) {
    engineio::Options echo;
    echo.path = path;
    echo.upgrade_timeout = options.upgrade_timeout;
    echo.ping_interval = options.ping_interval;
    echo.ping_timeout = options.ping_timeout;
    echo.allow_eio3 = options.allow_eio3;
    return echo;
}

int run(Arguments& arguments) {
    apply(arguments);
    socketio::Server io{arguments.options};
    if (arguments.scenario == "client") {
        conformance::add_client(io);
        io.impl().core->add_engine(conformance::client_engine(arguments.engine_path));
        return io.run();
    }
    if (arguments.scenario == "rooms") {
        conformance::add_rooms(io);
    } else {
        conformance::add_protocol(io);
    }
    io.impl().core->add_engine(
        conformance::echo_engine(echo_options(arguments.options, arguments.engine_path)));
    return io.run();
}

}  // namespace

int main(int argc, char** argv) {
    Arguments arguments;
    CLI::App app{"A bare Socket.IO server for conformance suites and load tests", "conformance"};
    app.add_option("--host", arguments.options.host, "address to listen on")->capture_default_str();
    app.add_option("--port", arguments.options.port, "port; 0 takes any free one")
        ->capture_default_str();
    app.add_option("--loops", arguments.options.loops, "loop threads")->capture_default_str();
    app.add_option("--scenario", arguments.scenario, "which application")
        ->check(CLI::IsMember({"protocol", "rooms", "client"}))
        ->capture_default_str();
    const auto add_time = [&](const char* name, auto& milliseconds, const char* words) {
        return app.add_option(name, milliseconds, words)->check(CLI::PositiveNumber);
    };
    add_time("--ping-interval", arguments.ping_interval,
             "milliseconds (300; scenario client: 2000)");
    add_time("--ping-timeout", arguments.ping_timeout,
             "milliseconds (200; scenario client: 20000)");
    add_time("--connect-timeout", arguments.connect_timeout,
             "milliseconds to join a namespace (1000; scenario client: 45000)");
    const auto add_path = [&](const char* name, std::string& path, const char* words) {
        const auto fault = [](const std::string& given) {
            const bool whole = given.size() > 1 && given.front() == '/' && given.back() == '/';
            return std::string{whole ? "" : "a path begins and ends with a slash"};
        };
        app.add_option(name, path, words)->check(fault)->capture_default_str();
    };
    add_path("--path", arguments.options.path, "where the Socket.IO application is");
    add_path("--engine-path", arguments.engine_path, "where the Engine.IO application is");
    add_time("--upgrade-timeout", arguments.upgrade_timeout,
             "milliseconds from a WebSocket's opening to its \"5\" (10000)");
    add_time("--recovery-window", arguments.recovery_window,
             "milliseconds in which a lost connection can go on (not in scenario protocol)")
        ->capture_default_str();
    app.add_flag("--no-recovery", arguments.no_recovery,
                 "a lost connection is a new one: events carry no offset");
    app.add_option("--allow-origin", arguments.options.cors.origins,
                   "origin whose pages may talk to this server; may be repeated");
    app.add_option("--pages", arguments.options.pages, "folder of files served beside");
    app.add_flag("--allow-eio3", arguments.options.allow_eio3, "let in clients of Socket.IO 2");
    CLI11_PARSE(app, argc, argv);
    return run(arguments);
}
