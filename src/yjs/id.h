// How a piece of a document is named: by the client that made it, and where in that client's
// work it stands. Values; any thread.
#pragma once

#include <cstdint>

namespace homeroom::yjs {

// Chosen at random by a Yjs client for each of its sessions: 32 bits in Yjs 13, 53 in Yjs 14.
using ClientId = std::uint64_t;

// What a client has made so far, in units: a UTF-16 code unit of text, an element, a key's value.
using Clock = std::uint64_t;

// Yjs counts in JavaScript numbers. Nothing larger is read, so sums of two never overflow.
inline constexpr std::uint64_t number_max = (std::uint64_t{1} << 53) - 1;

struct Id {
    ClientId client = 0;
    Clock clock = 0;

    friend bool operator==(const Id&, const Id&) = default;
};

// `length` units of one client, beginning with `clock`.
struct IdRange {
    ClientId client = 0;
    Clock clock = 0;
    Clock length = 0;

    Clock end() const { return clock + length; }
    friend bool operator==(const IdRange&, const IdRange&) = default;
};

}  // namespace homeroom::yjs
