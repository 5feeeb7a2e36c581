// What a server is told. Defaults are the reference server's where a client can notice.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeroom::socketio {

class ClusterLink;

// The format of packets: it must be the one that clients use.
enum class Parser : std::uint8_t { json, msgpack };

// What becomes of a connection whose client does not read what is sent to it.
enum class SlowReader : std::uint8_t {
    disconnect,
    drop,  // events that do not fit; what is answered or awaited, or opens or ends a namespace,
           // disconnects it
};

using Headers = std::vector<std::pair<std::string, std::string>>;

// A request that wants to open a connection, or was refused.
struct Request {
    std::string method{};
    std::string url{};
    Headers headers{};  // names as sent
    std::string address{};

    std::string header(std::string_view name) const;  // in any case; empty when absent
};

struct Cookie {
    std::string name = "io";
    std::string path = "/";
    std::string domain{};
    std::string same_site = "Lax";
    std::optional<std::chrono::seconds> max_age{};
    bool http_only = true;
    bool secure = false;
};

// Pages of other origins that may talk to this server by polling; off by default. It does not
// protect anything: see allow_request.
struct Cors {
    std::vector<std::string> origins{};  // "https://school.example"; "*": every one
    std::function<bool(std::string_view origin)> allows_origin{};
    bool credentials = false;  // not with "*"
    std::vector<std::string> methods{"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"};
    std::vector<std::string> allowed_headers{};  // empty: those that are asked for
    std::vector<std::string> exposed_headers{};
    std::optional<std::chrono::seconds> max_age{};
};

// A client that lost its connection gets its id, rooms and data back, and what it missed.
struct Recovery {
    std::chrono::milliseconds window{120'000};  // how long after its end a connection can go on
    bool skip_middlewares = true;               // they let it in already
    // What each namespace keeps of sent events, the oldest forgotten first. A client whose place is
    // forgotten begins anew. With many namespaces these limits are there as many times.
    std::size_t events_max = 100'000;
    std::size_t bytes_max = 64ULL * 1024 * 1024;
    std::size_t sessions_max = 100'000;  // of connections that ended; of each namespace, too
    // Written when the server is closed and read when it starts, so that clients recover across a
    // restart; empty: they don't.
    std::string file{};
};

// Each has a counter, Server::limit_counts, but rooms_per_socket, of which the log tells.
struct Limits {
    std::size_t connections = 100'000;
    std::size_t connections_per_address = 20'000;  // 0: no limit
    double handshakes_per_second = 10'000;
    double handshakes_burst = 20'000;
    std::size_t sessions_per_loop = 200'000;
    std::size_t header_bytes = 16'384;
    std::size_t header_count = 100;
    std::chrono::milliseconds request_time{30'000};
    std::size_t message_bytes = 1'000'000;        // told to clients as maxPayload
    std::size_t unjoined_message_bytes = 65'536;  // before a namespace was joined
    std::size_t fragments = 1'024;                // of a WebSocket message
    std::size_t attachments = 10;                 // of a packet, both ways
    std::size_t attachment_bytes = 4ULL * 1024 * 1024;
    std::chrono::milliseconds attachment_time{30'000};
    std::size_t json_depth = 128;
    std::size_t json_values = 100'000;
    std::size_t namespaces_per_connection = 16;
    std::size_t child_namespaces = 10'000;  // that clients brought into being
    // Its own among them. Beyond it join does nothing.
    std::size_t rooms_per_socket = 10'000;
    // What waits for a client because the kernel, or its next poll, does not take it. When nothing
    // waits any message is sent.
    std::size_t send_queue_bytes = 4ULL * 1024 * 1024;
    std::size_t pending_acks_per_socket = 1'000;
};

struct Options {
    std::string host = "127.0.0.1";    // "0.0.0.0": reachable from other machines
    std::uint16_t port = 3000;         // 0: any free one
    std::size_t loops = 1;             // threads
    std::string path = "/socket.io/";  // slashes at either end are added
    bool polling = true;
    bool websocket = true;
    bool allow_upgrades = true;
    bool allow_eio3 = false;  // clients of Socket.IO 2
    bool jsonp = false;
    Parser parser = Parser::json;

    std::chrono::milliseconds ping_interval{25'000};
    std::chrono::milliseconds ping_timeout{20'000};
    std::chrono::milliseconds upgrade_timeout{10'000};
    std::chrono::milliseconds connect_timeout{45'000};

    // Bytes from which on; nothing: never.
    std::optional<std::size_t> http_compression = 1'024;
    std::optional<std::size_t> message_deflate{};  // permessage-deflate

    std::optional<Cookie> cookie{};
    Cors cors{};
    std::optional<Recovery> recovery{};
    SlowReader slow_reader = SlowReader::disconnect;
    bool cleanup_empty_child_namespaces = false;
    Limits limits{};

    // Files served to browsers: a folder; and the folder of the client's bundles
    // (socket.io.min.js, …), served under `path`. Empty: none.
    std::string pages{};
    std::string client_bundles{};

    // All called on a loop, with several loops at the same time. A verdict is given once, now or
    // later, on any thread: with nothing to let the client in, with words to refuse it (403).
    using Verdict = std::function<void(std::optional<std::string> refusal)>;
    std::function<void(const Request&, Verdict)> allow_request{};
    std::function<void(Headers&, const Request&)> initial_headers{};  // of the first answer
    std::function<void(Headers&, const Request&)> headers{};          // of every one
    std::function<void(const Request&, int code, std::string_view message)> on_connection_error{};

    std::shared_ptr<ClusterLink> cluster{};  // nullptr: this server is alone
};

}  // namespace homeroom::socketio
