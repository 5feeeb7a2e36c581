// What an Engine.IO server is told. Defaults are the reference server's where a client can notice.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/limit_counters.h"
#include "base/limits.h"
#include "net/cors.h"
#include "net/http.h"

namespace homeroom::engineio {

// What becomes of a connection whose peer does not read what is sent to it.
enum class SlowReader : std::uint8_t {
    disconnect,  // it comes back and can catch up: nothing is lost unnoticed
    drop,  // what does not fit its queue is left out: for state of which only the newest counts
};

// Set by the answer that opens a polling session; its value is the session's id.
struct Cookie {
    std::string name = "io";
    std::string path = "/";
    std::string domain{};
    std::string same_site = "Lax";
    std::optional<std::chrono::seconds> max_age{};
    bool http_only = true;
    bool secure = false;
};

// What the application may say to each session's requests. Called on the loop that has the request,
// so with several loops at the same time. Any may be empty; none may throw.
struct Hooks {
    // To be called once, on the same loop, at once or later: with nothing the client is let in,
    // with the words of a refusal it gets 403 and them.
    using Verdict = std::function<void(std::optional<std::string> refusal)>;
    using Headers = std::vector<net::HttpHeader>;

    std::function<void(const net::HttpRequest& request, Verdict verdict)> allow_request{};
    // May add to the headers of the answer that opens a session.
    std::function<void(Headers& headers, const net::HttpRequest& request)> initial_headers{};
    // May add to the headers of every polling answer and of each upgrade.
    std::function<void(Headers& headers, const net::HttpRequest& request)> headers{};
    // A request was refused: the code and words that its sender got.
    std::function<void(const net::HttpRequest& request, int code, std::string_view message)>
        on_refused{};
};

// New sessions a second, shared by all loops. Any thread.
class HandshakeBudget;

struct Options {
    std::string path = "/engine.io/";  // what the path of a request must begin with
    bool polling = true;
    bool websocket = true;
    bool allow_upgrades = true;
    bool allow_eio3 = false;  // protocol 3: the clients of Socket.IO 2
    bool jsonp = false;       // script-tag polling: any page may then read, whatever `cors` says
    std::string initial_packet{};  // a message for every new session, right behind the open packet
    std::optional<Cookie> cookie{};
    net::CorsPolicy cors{};
    Hooks hooks{};

    std::chrono::milliseconds ping_interval = limits::ping_interval;
    std::chrono::milliseconds ping_timeout = limits::ping_timeout;
    std::chrono::milliseconds upgrade_timeout = limits::upgrade_timeout;

    // Polling answers of so many bytes are compressed for clients that take it; nothing: none.
    std::optional<std::size_t> http_compression_bytes_min = limits::compression_bytes_min;
    // permessage-deflate (RFC 7692) is agreed with clients that offer it, and messages of so many
    // bytes are compressed; nothing: it is never agreed.
    std::optional<std::size_t> deflate_bytes_min{};

    std::size_t message_bytes_max = limits::message_bytes_max;
    // Of a body that comes to no session.
    std::size_t unknown_body_bytes_max = limits::unjoined_message_bytes_max;
    std::size_t fragments_max = limits::websocket_fragments_max;
    std::size_t send_queue_bytes_max = limits::send_queue_bytes_max;
    SlowReader slow_reader = SlowReader::disconnect;
    std::size_t sessions_max = limits::sessions_per_loop_max;
    HandshakeBudget* handshakes = nullptr;  // nullptr: without limit
    LimitCounters* counters = nullptr;      // may be null

    void count(Limit limit) const {
        if (counters != nullptr) counters->reached(limit);
    }
};

}  // namespace homeroom::engineio
