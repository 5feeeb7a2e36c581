// When the tokens of one loop's sockets end: `auth:expiring` some time before, then the end.
//
// Every socket has at most one entry in the queue, for its next moment. Entries of sockets that are
// gone, or whose token was refreshed meanwhile, are recognised when their time comes. Loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "base/clock.h"
#include "hub/server.h"
#include "net/event_loop.h"

namespace homeroom::campus {

// A socket's part in it; kept with the socket, and so it is small.
struct TokenTerm {
    // Seconds since 1970, a part of one counted as whole: of the entry in the queue.
    using Moment = std::uint32_t;
    static constexpr Moment never = 0xFFFF'FFFF;  // there is no entry

    WallTime expires_at{};
    Moment next_check = never;
    bool announced = false;
};

class TokenExpiry {
public:
    using TermOf = TokenTerm& (*)(hub::Socket& socket);
    using End = std::function<void(hub::Socket& socket)>;

    // `end` is called for a socket whose token has expired, and must end it.
    TokenExpiry(hub::Hub& hub, TermOf term_of, End end);

    // After the socket was let in, and whenever its term has changed.
    void watch(hub::Socket& socket);

private:
    struct Entry {
        TokenTerm::Moment at = 0;
        std::uint32_t slot = 0;  // of the socket's reference, on this loop
        std::uint32_t generation = 0;
        bool operator>(const Entry& other) const { return at > other.at; }
    };

    void on_timer();
    void check(hub::Socket& socket, WallTime now);

    hub::Hub& hub_;
    TermOf term_of_;
    End end_;
    net::Timer timer_;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> entries_{};
};

}  // namespace homeroom::campus
