#include "yjs/version.h"

#include "yjs/reader.h"
#include "yjs/update_writer.h"

namespace homeroom::yjs {

Result<Version> Version::decode(std::string_view bytes, const DecodeLimits& limits) {
    if (bytes.size() > limits.bytes_max) return Error{Code::too_large, "the version is too large"};
    Reader reader{bytes};
    IdSet deleted{read_delete_set(reader, limits)};
    if (reader.failed()) return reader.error();
    TRY(StateVector state, StateVector::decode(reader.rest(), limits.clients_max));
    return Version{std::move(state), std::move(deleted)};
}

std::string Version::encode() const {
    std::string bytes;
    append_delete_set(bytes, deleted.ranges());
    bytes += state.encode();
    return bytes;
}

std::string as_of(const Update& document, const Version& then) {
    UpdateWriter writer;
    for (const Block& block : document.blocks) {
        const Clock end = then.state[block.client];
        for (const Struct& item : document.of(block)) {
            if (item.id.clock >= end) break;
            writer.add(item.end() > end ? only_first(item, end - item.id.clock) : item);
        }
    }
    return std::move(writer).finish(then.deleted.ranges());
}

}  // namespace homeroom::yjs
