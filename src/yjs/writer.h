// lib0's primitives, appended to bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "yjs/id.h"

namespace homeroom::yjs {

inline void append_var_uint(std::string& bytes, std::uint64_t value) {
    while (value >= 0x80) {
        bytes += static_cast<char>(value | 0x80);
        value >>= 7;
    }
    bytes += static_cast<char>(value);
}

inline void append_buffer(std::string& bytes, std::string_view buffer) {
    append_var_uint(bytes, buffer.size());
    bytes += buffer;
}

inline void append_id(std::string& bytes, const Id& id) {
    append_var_uint(bytes, id.client);
    append_var_uint(bytes, id.clock);
}

}  // namespace homeroom::yjs
