#include "yjs/changes.h"

#include <algorithm>
#include <functional>

#include "yjs/update_writer.h"

namespace homeroom::yjs {
namespace {

IdRange range_of(const Struct& item) {
    return {item.id.client, item.id.clock, item.length};
}

// Adds those units of the item that are missing, in one pass over its content.
class NewWriter {
public:
    explicit NewWriter(UpdateWriter& writer) : writer_(writer) {}

    void add(Struct item, std::span<const IdRange> missing) {
        for (const IdRange& range : missing) {
            if (range.clock > item.id.clock)
                item = without_first(item, range.clock - item.id.clock);
            if (has_begun_ && written_ < range.clock)
                writer_.add(hole({range.client, written_}, range.clock));
            has_begun_ = true;
            written_ = range.end();
            if (range.end() == item.end()) return writer_.add(item);
            writer_.add(only_first(item, range.length));
            item = without_first(item, range.length);
        }
    }

private:
    UpdateWriter& writer_;
    bool has_begun_ = false;
    Clock written_ = 0;  // up to where, of this client
};

void add_new(UpdateWriter& writer, std::span<const Struct> structs, const IdSet& known) {
    NewWriter news{writer};
    std::vector<IdRange> missing;
    for (const Struct& item : structs) {
        if (item.kind == Kind::skip) continue;
        missing.clear();
        known.append_missing(range_of(item), missing);
        news.add(item, missing);
    }
}

}  // namespace

void Known::add(const Update& update) {
    std::vector<IdRange> written;
    for (const Struct& item : update.structs) {
        if (item.kind == Kind::skip) continue;
        const bool follows = !written.empty() && written.back().client == item.id.client &&
                             written.back().end() == item.id.clock;
        if (follows) {
            written.back().length += item.length;
        } else {
            written.push_back(range_of(item));
        }
    }
    structs_.add(std::move(written));
    deleted_.add(update.deleted);
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

std::size_t holes_with(const Changes& changes, const Known& known) {
    std::size_t holes = known.holes();
    const IdSet written{changes.written};
    for (const IdRange& range : written.ranges()) {
        const bool follows =
            range.clock == 0 || known.structs().contains(Id{range.client, range.clock - 1});
        if (!follows) ++holes;
        // What stood there ahead of it no longer does.
        if (known.structs().contains(Id{range.client, range.end()})) --holes;
    }
    return holes;
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
