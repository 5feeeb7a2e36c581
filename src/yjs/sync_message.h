// y-protocols' sync messages: how two that have parts of a document come to have the same.
//
// message := 0 buffer of state_vector   step 1: what I have; answered by step 2
//          | 1 buffer of update         step 2: what you lacked
//          | 2 buffer of update         what is new
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace homeroom::yjs {

enum class SyncKind : std::uint8_t { state_vector = 0, missing = 1, update = 2 };

struct SyncMessage {
    SyncKind kind{};
    std::string_view body;  // points into the message; decoded by its own decoder, with limits
};

Result<SyncMessage> decode_sync_message(std::string_view bytes);
std::string encode_sync_message(const SyncMessage& message);

}  // namespace homeroom::yjs
