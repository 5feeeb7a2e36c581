#include "yjs/document_pieces.h"

#include <algorithm>

#include "yjs/id_set.h"
#include "yjs/limits.h"

namespace homeroom::yjs {
namespace {

bool stands_before(const Id& one, const Id& other) {
    if (one.client != other.client) return one.client > other.client;
    return one.clock < other.clock;
}

void add_borders(std::vector<Id>& borders, const IdSet& deleted) {
    for (const IdRange& range : deleted.ranges()) {
        borders.push_back({range.client, range.clock});
        borders.push_back({range.client, range.end()});
    }
}

// Before which units there has to be a border, in the order of the pieces.
std::vector<Id> borders_of(const Update& update, const IdSet& deleted, const Version* then) {
    std::vector<Id> borders;
    for (const Struct& item : update.structs) {
        if (!item.is_item()) continue;
        const Id behind_origin{item.origin.client, item.origin.clock + 1};
        // Nearly always the struct before: there is a border anyway.
        if (item.has_origin && behind_origin != item.id) borders.push_back(behind_origin);
        if (item.has_right_origin) borders.push_back(item.right_origin);
    }
    add_borders(borders, deleted);
    if (then != nullptr) {
        add_borders(borders, then->deleted);
        const std::vector<Id>& ends = then->state.entries();
        borders.insert(borders.end(), ends.begin(), ends.end());
    }
    std::sort(borders.begin(), borders.end(), stands_before);
    borders.erase(std::unique(borders.begin(), borders.end()), borders.end());
    return borders;
}

class Cutter {
public:
    Cutter(const Update& update, const IdSet& deleted, const Version* then)
        : update_(update),
          then_(then),
          deleted_(deleted),
          borders_(borders_of(update, deleted, then)) {}

    Result<DocumentParts> cut();

private:
    void cut_block(const Block& block);
    void cut_struct(const Struct& item, Index source);
    void add(const Struct& part, Index source, bool is_beginning);
    // The next border within the struct, behind its beginning.
    const Id* border_in(const Struct& item);

    const Update& update_;
    const Version* then_;
    const IdSet& deleted_;
    const std::vector<Id> borders_;
    std::size_t next_border_ = 0;
    DocumentParts parts_{};
};

Result<DocumentParts> Cutter::cut() {
    // Each border makes one piece more at most.
    if (update_.structs.size() + borders_.size() > document_pieces_max)
        return Error{Code::too_large, "the document has too many pieces"};
    parts_.pieces.reserve(update_.structs.size() + borders_.size() / 2);
    std::vector<Block> blocks = update_.blocks;
    std::sort(blocks.begin(), blocks.end(),
              [](const Block& one, const Block& other) { return one.client > other.client; });
    for (const Block& block : blocks) cut_block(block);
    return std::move(parts_);
}

void Cutter::cut_block(const Block& block) {
    Maker& maker = parts_.makers.emplace_back();
    maker.client = block.client;
    maker.first = static_cast<Index>(parts_.pieces.size());
    bool is_usable = block.clock == 0;
    for (std::size_t i = 0; i < block.count; ++i) {
        const std::size_t source = block.first + i;
        const Struct& item = update_.structs[source];
        if (item.kind == Kind::skip) {
            is_usable = false;
            continue;
        }
        cut_struct(item, static_cast<Index>(source));
        maker.count = static_cast<Index>(parts_.pieces.size()) - maker.first;
        if (is_usable) maker.usable = maker.count;
    }
}

void Cutter::cut_struct(const Struct& item, Index source) {
    Struct rest = item;
    bool is_beginning = true;
    while (const Id* border = border_in(rest)) {
        const Clock units = border->clock - rest.id.clock;
        add(only_first(rest, units), source, is_beginning);
        rest = without_first(rest, units);
        is_beginning = false;
    }
    add(rest, source, is_beginning);
}

void Cutter::add(const Struct& part, Index source, bool is_beginning) {
    Piece& piece = parts_.pieces.emplace_back();
    piece.id = part.id;
    piece.length = part.length;
    piece.content = part.content;
    piece.kind = part.kind;
    piece.half_before = part.half_before;
    piece.half_behind = part.half_behind;
    piece.is_deleted = part.kind == Kind::deleted || deleted_.contains(part.id);
    piece.existed = then_ != nullptr && part.id.clock < then_->state[part.id.client];
    piece.was_deleted = then_ != nullptr && then_->deleted.contains(part.id);
    piece.maker = static_cast<Index>(parts_.makers.size() - 1);
    if (is_beginning) piece.source = source;
}

const Id* Cutter::border_in(const Struct& item) {
    while (next_border_ < borders_.size() &&
           (stands_before(borders_[next_border_], item.id) || borders_[next_border_] == item.id))
        ++next_border_;
    if (next_border_ == borders_.size()) return nullptr;
    const Id& border = borders_[next_border_];
    return border.client == item.id.client && border.clock < item.end() ? &border : nullptr;
}

void find_neighbours(DocumentParts& parts, const Update& update) {
    for (std::size_t i = 0; i < parts.pieces.size(); ++i) {
        Piece& piece = parts.pieces[i];
        if (piece.kind == Kind::garbage) continue;
        if (piece.source == no_index) {
            piece.origin = static_cast<Index>(i - 1);
            piece.right_origin = parts.pieces[i - 1].right_origin;
            piece.refers_to_unknown = parts.pieces[i - 1].refers_to_unknown;
            continue;
        }
        const Struct& source = update.structs[piece.source];
        if (source.has_origin) piece.origin = parts.piece_with(source.origin);
        if (source.has_right_origin) piece.right_origin = parts.piece_with(source.right_origin);
        piece.refers_to_unknown = (source.has_origin && piece.origin == no_index) ||
                                  (source.has_right_origin && piece.right_origin == no_index) ||
                                  (source.is_item() && source.parent == Parent::item &&
                                   parts.piece_with(source.parent_item) == no_index);
    }
}

Result<DocumentParts> cut(const Update& update, const Version* then) {
    const IdSet deleted{update.deleted};
    TRY(DocumentParts parts, Cutter{update, deleted, then}.cut());
    find_neighbours(parts, update);
    return parts;
}

}  // namespace

Index DocumentParts::piece_with(const Id& id) const {
    const auto maker = std::partition_point(
        makers.begin(), makers.end(), [&](const Maker& other) { return other.client > id.client; });
    if (maker == makers.end() || maker->client != id.client) return no_index;
    const auto begin = pieces.begin() + maker->first;
    const auto end = begin + maker->count;
    const auto piece = std::partition_point(
        begin, end, [&](const Piece& other) { return other.end() <= id.clock; });
    if (piece == end || piece->id.clock > id.clock) return no_index;
    return static_cast<Index>(piece - pieces.begin());
}

Result<DocumentParts> cut_into_pieces(const Update& update) {
    return cut(update, nullptr);
}

Result<DocumentParts> cut_into_pieces(const Update& update, const Version& then) {
    return cut(update, &then);
}

}  // namespace homeroom::yjs
