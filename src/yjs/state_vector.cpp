#include "yjs/state_vector.h"

#include <algorithm>

#include "yjs/reader.h"
#include "yjs/writer.h"

namespace homeroom::yjs {

StateVector::StateVector(std::vector<Id> entries) : entries_(std::move(entries)) {
    const auto larger_client = [](const Id& one, const Id& other) {
        return one.client > other.client;
    };
    if (!std::is_sorted(entries_.begin(), entries_.end(), larger_client))
        std::stable_sort(entries_.begin(), entries_.end(), larger_client);
    std::size_t kept = 0;
    for (const Id& entry : entries_) {
        if (kept > 0 && entries_[kept - 1].client == entry.client) --kept;
        entries_[kept++] = entry;
    }
    entries_.resize(kept);
}

Result<StateVector> StateVector::decode(std::string_view bytes, std::size_t clients_max) {
    Reader reader{bytes};
    const std::uint64_t count = reader.count(2);
    if (count > clients_max) return Error{Code::too_large, "too many clients"};
    std::vector<Id> entries;
    entries.reserve(reader.failed() ? 0 : static_cast<std::size_t>(count));
    for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
        const ClientId client = reader.var_uint();
        entries.push_back({client, reader.var_uint()});
    }
    if (!reader.done()) reader.fail(Code::invalid, "bytes behind the end of the state vector");
    if (reader.failed()) return reader.error();
    return StateVector{std::move(entries)};
}

StateVector StateVector::of(const Update& update) {
    std::vector<Id> entries;
    for (const Block& block : update.blocks) {
        Clock known = 0;
        for (const Struct& item : update.of(block)) {
            if (item.id.clock != known || item.kind == Kind::skip) break;
            known = item.end();
        }
        if (known > 0) entries.push_back({block.client, known});
    }
    return StateVector{std::move(entries)};
}

StateVector StateVector::of(const IdSet& known) {
    std::vector<Id> entries;
    for (const IdRange& range : known.ranges())
        if (range.clock == 0 && range.length > 0) entries.push_back({range.client, range.length});
    return StateVector{std::move(entries)};
}

Clock StateVector::operator[](ClientId client) const {
    const auto found = std::partition_point(entries_.begin(), entries_.end(),
                                            [client](const Id& id) { return id.client > client; });
    return found != entries_.end() && found->client == client ? found->clock : 0;
}

std::string StateVector::encode() const {
    std::string bytes;
    append_var_uint(bytes, entries_.size());
    for (const Id& entry : entries_) append_id(bytes, entry);
    return bytes;
}

}  // namespace homeroom::yjs
