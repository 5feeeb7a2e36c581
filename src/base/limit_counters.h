// How often each limit of the transport was reached: what an operator looks at first when somebody
// complains, or attacks. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace homeroom {

enum class Limit : std::uint8_t {
    connections,              // TCP connections in all
    connections_per_address,  // … from one address
    handshakes_per_second,    // new Engine.IO sessions
    sessions,                 // Engine.IO sessions on one loop
    header_bytes,             // of an HTTP request (431)
    header_count,             // of an HTTP request (431)
    body_bytes,               // of an HTTP request (413)
    request_time,             // from the first byte of a request to its last (408)
    message_bytes,            // of a WebSocket message, inflated (1009)
    fragments,                // of a WebSocket message (1009)
    attachments,              // of a Socket.IO packet: their number
    attachment_bytes,         // … their bytes
    attachment_time,          // … from the packet to the last of them
    json,                     // depth, or number of values, of a packet's JSON
    namespaces,               // of one connection; or the bytes of a name
    unjoined_time,            // a connection that joined no namespace
    send_queue_bytes,         // a reader that is too slow
    pending_acks,             // of one socket
};
inline constexpr std::size_t limit_count = 18;

// The name as a metric's label.
std::string_view to_string(Limit limit);

class LimitCounters {
public:
    void reached(Limit limit) { at(limit).fetch_add(1, std::memory_order_relaxed); }
    std::uint64_t count(Limit limit) const {
        return counts_[static_cast<std::size_t>(limit)].load(std::memory_order_relaxed);
    }

private:
    std::atomic<std::uint64_t>& at(Limit limit) { return counts_[static_cast<std::size_t>(limit)]; }
    std::array<std::atomic<std::uint64_t>, limit_count> counts_{};
};

}  // namespace homeroom
