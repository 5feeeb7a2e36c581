#include "yjs/changes.h"

#include <algorithm>
#include <functional>

#include "yjs/update_writer.h"

namespace homeroom::yjs {
namespace {

IdRange range_of(const Struct& item) {
    return {item.id.client, item.id.clock, item.length};
}

// Of `item` only the units of `range`, which are among its own.
Struct part(const Struct& item, const IdRange& range) {
    const Clock before = range.clock - item.id.clock;
    const Struct tail = before > 0 ? without_first(item, before) : item;
    return range.length < tail.length ? only_first(tail, range.length) : tail;
}

void add_new(UpdateWriter& writer, std::span<const Struct> structs, const IdSet& known) {
    std::vector<IdRange> missing;
    const Struct* before = nullptr;  // whatever was written last, if anything was
    Clock written = 0;
    for (const Struct& item : structs) {
        if (item.kind == Kind::skip) continue;
        missing.clear();
        known.append_missing(range_of(item), missing);
        for (const IdRange& range : missing) {
            if (before != nullptr && written < range.clock)
                writer.add(hole({range.client, written}, range.clock));
            writer.add(part(item, range));
            before = &item;
            written = range.end();
        }
    }
}

}  // namespace

void Known::add(const Update& update) {
    for (const Struct& item : update.structs)
        if (item.kind != Kind::skip) structs_.add(range_of(item));
    for (const IdRange& range : update.deleted) deleted_.add(range);
}

std::size_t Known::holes() const {
    std::size_t whole = 0;
    for (const IdRange& range : structs_.ranges()) whole += range.clock == 0 ? 1 : 0;
    return structs_.ranges().size() - whole;
}

Changes changes(const Update& update, const Known& known) {
    Changes result;
    for (const Struct& item : update.structs)
        if (item.kind != Kind::skip) known.structs().append_missing(range_of(item), result.written);
    const IdSet written{result.written};
    std::vector<IdRange> not_known;
    const IdSet deleted{update.deleted};
    for (const IdRange& range : deleted.ranges())
        known.deleted().append_missing(range, result.deleted);
    for (const IdRange& range : result.deleted) known.structs().append_missing(range, not_known);
    for (const IdRange& range : not_known) written.append_missing(range, result.deleted_ahead);
    return result;
}

std::vector<ClientId> writers(const Changes& changes) {
    std::vector<ClientId> clients;
    for (const IdRange& range : changes.written)
        if (clients.empty() || clients.back() != range.client) clients.push_back(range.client);
    std::sort(clients.begin(), clients.end(), std::greater{});
    clients.erase(std::unique(clients.begin(), clients.end()), clients.end());
    return clients;
}

std::string only_new(const Update& update, const Known& known) {
    UpdateWriter writer;
    for (const Block& block : update.blocks) add_new(writer, update.of(block), known.structs());
    const IdSet all_deleted{update.deleted};
    std::vector<IdRange> deleted;
    for (const IdRange& range : all_deleted.ranges())
        known.deleted().append_missing(range, deleted);
    return std::move(writer).finish(deleted);
}

}  // namespace homeroom::yjs
