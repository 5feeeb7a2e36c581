// lib0's primitives, read from bytes that others sent.
//
// var_uint := little-endian base 128, the high bit says that more follow; at most 2^53-1
// buffer   := var_uint of bytes, the bytes       string := a buffer that is UTF-8
//
// Not thread-safe; owns nothing: what it returns points into the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace homeroom::yjs {

// The first thing that is wrong stays: everything after it reads as zero or empty, so a caller asks
// once, where it would keep or allocate something.
class Reader {
public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}

    std::uint8_t byte();
    std::uint64_t var_uint();
    std::string_view buffer();
    std::string_view string();
    std::string_view raw(std::uint64_t bytes);
    std::int64_t var_int();  // lib0's: sign and 6 bits in the first byte

    // A number of things that follow, each of at least so many bytes: never more than there can be.
    std::uint64_t count(std::size_t bytes_each_min);

    bool done() const { return rest_.empty(); }
    // What is left to read; to know what a stretch consists of, see since().
    std::string_view rest() const { return rest_; }
    std::string_view since(std::string_view earlier_rest) const {
        return earlier_rest.substr(0, earlier_rest.size() - rest_.size());
    }

    void fail(Code code, const char* what);
    bool failed() const { return problem_ != nullptr; }
    Error error() const;

private:
    std::string_view rest_;
    const char* problem_ = nullptr;
    Code code_ = Code::invalid;
};

}  // namespace homeroom::yjs
