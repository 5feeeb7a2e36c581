// What every published text begins with: which stream it is of, its place in it, when it was to be
// sent. Receivers find it with a search of bytes; no JSON is parsed.
//
// mark := "~hb" run ":" stream ":" sequence ":" time "~"
// run  := 8 hexadecimal digits: texts of an earlier run are none of ours
// The others are decimal. A stream is one publisher in one room; its sequence begins with 1. The
// time is CLOCK_MONOTONIC in nanoseconds, which all processes of a machine share.
//
// Not thread-safe: one Marker a process. It remembers where it found the last mark.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace homeroom::load {

// No mark is longer.
inline constexpr std::size_t mark_bytes_max = 64;

struct Mark {
    std::uint32_t stream = 0;
    std::uint64_t sequence = 0;
    std::int64_t time = 0;

    bool operator==(const Mark&) const = default;
};

class Marker {
public:
    explicit Marker(std::uint32_t run);

    // Padded with "x" to `bytes`; all of it can stand in a JSON string as it is.
    std::string text(const Mark& mark, std::size_t bytes) const;
    // The first mark of this run in a message. One that begins like ours and goes on with what we
    // never write has the sequence 0, which nobody publishes.
    std::optional<Mark> find(std::string_view message);
    // Whether there is something like a mark, of whichever run.
    static bool is_of_any_run(std::string_view message);

private:
    std::string beginning_;  // "~hb" run ":"
    std::size_t hint_ = 0;
};

}  // namespace homeroom::load
