// MessagePack, read into JSON text without building it. Each value is what JavaScript's
// JSON.stringify makes of what notepack.io, the library of Socket.IO's msgpack parser, reads:
//
// nil, bool, str, array, map   as they are; str must be UTF-8, the keys of a map are str
// int, uint, float             digits; null for NaN and the infinities
// bin                          {"_placeholder":true,"num":N}; the bytes are collected
// ext 8, 16, 32 of type 0      the same: JavaScript's ArrayBuffer and Uint8Array
// fixext 1 of type 0           undefined: null in an array, in a map not even the key
// fixext 8 of type 0           a Date, milliseconds since 1970: its ISO text
// ext of type -1               MessagePack's own timestamp: the same
// any other ext, 0xC1          invalid
//
// Nothing is allocated for a length that only a header claims. The text is at most six times as
// long as the bytes (a control character's escape), placeholders apart, whose number is limited.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace homeroom::codec::msgpack {

struct ReadLimits {
    std::size_t depth_max;  // nesting of arrays and maps: how deep the reader recurses
    std::size_t values_max;
    std::size_t attachments_max;
};

enum class Kind : std::uint8_t {
    nil,
    undefined,
    boolean,
    unsigned_number,
    negative_number,
    real,
    string,
    binary,
    date,
    timestamp,
    array,
    map,
};

// The bytes must outlive the reader. Errors are invalid and too_large (which limit); after one
// nothing more can be read.
class Reader {
public:
    Reader(std::string_view bytes, const ReadLimits& limits) : rest_(bytes), limits_(limits) {}

    bool done() const { return rest_.empty(); }
    Result<Kind> next_kind();  // of the value that comes next

    Result<std::size_t> map_header();             // how many pairs follow: each a string(), a value
    Result<std::string_view> string();            // points into the bytes
    Result<std::uint64_t> unsigned_number();      // an integer that is not negative
    Result<Kind> value(std::string& json);        // is appended
    Result<std::vector<std::string>> elements();  // of an array, each a text of its own
    Status skip();                                // a value; its attachments are forgotten

    std::size_t attachments() const { return attachments_.size(); }
    std::vector<std::string> take_attachments() { return std::move(attachments_); }
    // Whether there was a map with "_placeholder": true.
    bool saw_lookalike() const { return saw_lookalike_; }

private:
    struct Head {
        Kind kind{};
        // An integer or boolean itself; a real's bits; otherwise how many bytes, elements or pairs
        // follow, of which the rest has room for the smallest.
        std::uint64_t number = 0;
    };

    Result<Head> take_head();
    Result<Head> take_sized_head(Kind kind, std::size_t size_bytes);
    Result<Head> take_extension_head(std::uint64_t bytes, bool fixed);
    Result<Head> claim(Kind kind, std::uint64_t count) const;
    Result<std::uint64_t> take_number(std::size_t bytes);  // big-endian
    Result<std::string_view> take_text(std::uint64_t bytes);
    std::string_view take(std::uint64_t bytes);  // which are known to be there

    Result<Kind> value(std::string& json, std::size_t depth);
    Status array(std::string& json, std::uint64_t count, std::size_t depth);
    Status map(std::string& json, std::uint64_t pairs, std::size_t depth);
    Status attach(std::string& json, std::string_view bytes);
    Status timestamp(std::string& json, std::uint64_t bytes);
    Status count_value();

    std::string_view rest_;
    const ReadLimits limits_;
    std::size_t values_ = 0;
    std::vector<std::string> attachments_{};
    bool saw_lookalike_ = false;
};

}  // namespace homeroom::codec::msgpack
