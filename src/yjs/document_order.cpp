#include "yjs/document_order.h"

#include <map>
#include <utility>

#include "yjs/limits.h"
#include "yjs/reader.h"

namespace homeroom::yjs {
namespace {

class Placer {
public:
    Placer(DocumentParts& parts, const Update& update) : parts_(parts), update_(update) {}

    Status place_all();

private:
    // A client's pieces are placed in order; this one's up to, and without, `end`.
    struct Task {
        Index maker;
        Index end;
    };

    Status work(Index maker);
    bool is_placed(Index piece) const;
    Index first_missing(const Piece& piece) const;
    Status place(Index index);
    Index sequence_of(const Piece& piece);
    Index parent_type(const Struct& source);
    Index root_type(std::string_view name);
    Index key_sequence(Index type, std::string_view key);
    Index new_type(Type type);
    Index new_sequence(Index type);
    Status find_left(const Piece& piece, Index sequence, Index& left);
    void link(Index index, Index sequence, Index left);
    Status open_type(Index index);

    Piece& piece(Index index) { return parts_.pieces[index]; }

    DocumentParts& parts_;
    const Update& update_;
    std::vector<Task> tasks_{};
    std::vector<bool> is_at_work_ = std::vector<bool>(parts_.makers.size());
    std::vector<bool> is_stuck_ = std::vector<bool>(parts_.makers.size());
    // Ordered: hashes of names that others choose can be made to collide.
    std::map<std::pair<Index, std::string_view>, Index> keys_{};
    Index search_ = 0;
    std::size_t steps_left_ = document_steps_max;
};

Status Placer::place_all() {
    for (Index maker = 0; maker < parts_.makers.size(); ++maker) TRY_OK(work(maker));
    return Ok{};
}

// Places one client's pieces, and before each what it stands on, which others made.
Status Placer::work(Index first_maker) {
    tasks_.push_back({first_maker, parts_.makers[first_maker].usable});
    is_at_work_[first_maker] = true;
    while (!tasks_.empty()) {
        const Task task = tasks_.back();
        Maker& maker = parts_.makers[task.maker];
        if (maker.placed >= task.end || is_stuck_[task.maker]) {
            is_at_work_[task.maker] = false;
            tasks_.pop_back();
            continue;
        }
        const Index next = maker.first + maker.placed;
        const Index missing = first_missing(piece(next));
        if (missing == no_index && !piece(next).refers_to_unknown) {
            TRY_OK(place(next));
            ++maker.placed;
            continue;
        }
        const Index other = missing == no_index ? no_index : piece(missing).maker;
        const bool can_come = other != no_index && !is_at_work_[other] && !is_stuck_[other] &&
                              missing < parts_.makers[other].first + parts_.makers[other].usable;
        if (!can_come) {
            is_stuck_[task.maker] = true;
            continue;
        }
        is_at_work_[other] = true;
        tasks_.push_back({other, missing - parts_.makers[other].first + 1});
    }
    return Ok{};
}

bool Placer::is_placed(Index index) const {
    const Maker& maker = parts_.makers[parts_.pieces[index].maker];
    return index < maker.first + maker.placed;
}

Index Placer::first_missing(const Piece& piece) const {
    for (const Index neighbour : {piece.origin, piece.right_origin})
        if (neighbour != no_index && !is_placed(neighbour)) return neighbour;
    if (piece.source == no_index) return no_index;
    const Struct& source = update_.structs[piece.source];
    if (!source.is_item() || source.parent != Parent::item) return no_index;
    const Index parent = parts_.piece_with(source.parent_item);
    return parent == no_index || is_placed(parent) ? no_index : parent;
}

Status Placer::place(Index index) {
    if (piece(index).kind == Kind::garbage) return Ok{};
    const Index sequence = sequence_of(piece(index));
    if (sequence == no_index) {
        // It stands in what is gone, and goes with it.
        piece(index).kind = Kind::garbage;
        return Ok{};
    }
    Index left = no_index;
    TRY_OK(find_left(piece(index), sequence, left));
    link(index, sequence, left);
    return piece(index).kind == Kind::type ? open_type(index) : Status{Ok{}};
}

Index Placer::sequence_of(const Piece& piece) {
    for (const Index neighbour : {piece.origin, piece.right_origin})
        if (neighbour != no_index && parts_.pieces[neighbour].sequence == no_index) return no_index;
    if (piece.origin != no_index) return parts_.pieces[piece.origin].sequence;
    if (piece.right_origin != no_index) return parts_.pieces[piece.right_origin].sequence;
    const Struct& source = update_.structs[piece.source];
    const Index type = parent_type(source);
    if (type == no_index) return no_index;
    return source.has_key ? key_sequence(type, source.key) : parts_.types[type].list;
}

Index Placer::parent_type(const Struct& source) {
    if (source.parent == Parent::root) return root_type(source.parent_root);
    const Index parent = parts_.piece_with(source.parent_item);
    return parent == no_index ? no_index : piece(parent).type;
}

Index Placer::root_type(std::string_view name) {
    const auto found = parts_.roots.find(name);
    if (found != parts_.roots.end()) return found->second;
    const Index type = new_type({});
    parts_.roots.emplace(name, type);
    return type;
}

Index Placer::key_sequence(Index type, std::string_view key) {
    const auto found = keys_.find({type, key});
    if (found != keys_.end()) return found->second;
    const Index sequence = new_sequence(type);
    keys_.emplace(std::pair{type, key}, sequence);
    parts_.types[type].keys.push_back({key, sequence});
    return sequence;
}

Index Placer::new_type(Type type) {
    const auto index = static_cast<Index>(parts_.types.size());
    type.list = new_sequence(index);
    parts_.types.push_back(std::move(type));
    return index;
}

Index Placer::new_sequence(Index type) {
    parts_.sequences.push_back({.type = type});
    return static_cast<Index>(parts_.sequences.size() - 1);
}

// Behind which piece of the sequence it belongs: of those inserted at the same place, smaller
// client ids come first, and what was inserted behind one of them stays with it.
Status Placer::find_left(const Piece& placed, Index sequence, Index& left) {
    left = placed.origin;
    Index other = left == no_index ? parts_.sequences[sequence].first : piece(left).right;
    ++search_;
    // Between its origins; and if the right one is not to be met there, to the end.
    Index conflicts = search_;
    for (; other != no_index && other != placed.right_origin; other = piece(other).right) {
        if (steps_left_-- == 0)
            return Error{Code::too_large, "too many changes at the same place of the document"};
        Piece& rival = piece(other);
        rival.seen_by = search_;
        rival.conflicting_in = conflicts;
        if (rival.origin == placed.origin) {
            if (rival.id.client < placed.id.client) {
                left = other;
                ++conflicts;
            } else if (rival.right_origin == placed.right_origin) {
                break;
            }
        } else if (rival.origin != no_index && piece(rival.origin).seen_by == search_) {
            if (piece(rival.origin).conflicting_in != conflicts) {
                left = other;
                ++conflicts;
            }
        } else {
            break;
        }
    }
    return Ok{};
}

void Placer::link(Index index, Index sequence, Index left) {
    Sequence& list = parts_.sequences[sequence];
    Piece& placed = piece(index);
    placed.sequence = sequence;
    placed.left = left;
    placed.right = left == no_index ? list.first : piece(left).right;
    (left == no_index ? list.first : piece(left).right) = index;
    (placed.right == no_index ? list.last : piece(placed.right).left) = index;
}

Status Placer::open_type(Index index) {
    Piece& placed = piece(index);
    Type type;
    type.depth = parts_.types[parts_.sequences[placed.sequence].type].depth + 1;
    if (type.depth > document_depth_max)
        return Error{Code::too_large, "the document is nested too deeply"};
    Reader reader{placed.content};
    type.kind = static_cast<TypeKind>(reader.var_uint());
    if (!reader.done()) type.name = reader.string();
    placed.type = new_type(std::move(type));
    return Ok{};
}

}  // namespace

Status place_pieces(DocumentParts& parts, const Update& update) {
    return Placer{parts, update}.place_all();
}

}  // namespace homeroom::yjs
