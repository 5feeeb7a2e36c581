#include "yjs/diff.h"

#include "yjs/id_set.h"
#include "yjs/update_writer.h"

namespace homeroom::yjs {
namespace {

// The bit that nobody reads is not repeated.
Struct as_rewritten(Struct item) {
    if (item.parent == Parent::neighbour) item.has_key = false;
    return item;
}

void add_unknown(UpdateWriter& writer, std::span<const Struct> structs, Clock known) {
    bool begun = false;
    for (const Struct& item : structs) {
        if (!begun && (item.kind == Kind::skip || item.end() <= known)) continue;
        const Struct whole = as_rewritten(item);
        const bool is_cut = !begun && known > whole.id.clock;
        writer.add(is_cut ? without_first(whole, known - whole.id.clock) : whole);
        begun = true;
    }
}

}  // namespace

std::string diff(const Update& update, const StateVector& known) {
    UpdateWriter writer;
    for (const Block& block : update.blocks)
        add_unknown(writer, update.of(block), known[block.client]);
    std::vector<IdRange> deleted = update.deleted;
    sort_by_client(deleted);
    return std::move(writer).finish(deleted);
}

}  // namespace homeroom::yjs
