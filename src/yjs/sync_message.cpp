#include "yjs/sync_message.h"

#include "yjs/reader.h"
#include "yjs/writer.h"

namespace homeroom::yjs {

Result<SyncMessage> decode_sync_message(std::string_view bytes) {
    Reader reader{bytes};
    const std::uint64_t kind = reader.var_uint();
    if (kind > static_cast<std::uint64_t>(SyncKind::update))
        reader.fail(Code::invalid, "a sync message of an unknown kind");
    const std::string_view body = reader.buffer();
    if (!reader.done()) reader.fail(Code::invalid, "bytes behind the end of the sync message");
    if (reader.failed()) return reader.error();
    return SyncMessage{static_cast<SyncKind>(kind), body};
}

std::string encode_sync_message(const SyncMessage& message) {
    constexpr std::size_t head_bytes_max = 10;
    std::string bytes;
    bytes.reserve(head_bytes_max + message.body.size());
    append_var_uint(bytes, static_cast<std::uint64_t>(message.kind));
    append_buffer(bytes, message.body);
    return bytes;
}

}  // namespace homeroom::yjs
