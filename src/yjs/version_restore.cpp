#include <optional>

#include "yjs/document_order.h"
#include "yjs/document_pieces.h"
#include "yjs/update_writer.h"
#include "yjs/version.h"

namespace homeroom::yjs {
namespace {

// Where a copy is to stand: behind something, or first in a type.
struct Place {
    std::optional<Id> behind{};
    std::optional<Id> before{};
    Id type{};
    std::optional<std::string_view> key{};
};

// Only the last: a key's value.
enum class Elements : bool { all, last };

class Restorer {
public:
    Restorer(const DocumentParts& parts, const Id& next) : parts_(parts), next_(next) {}

    Restored restore() && {
        for (const auto& [name, type] : parts_.roots) restore_type(parts_.types[type]);
        return {std::move(writer_).finish(IdSet{std::move(deleted_)}.ranges()), lost_};
    }

private:
    void restore_type(const Type& type) {
        restore_list(type);
        for (const KeySequence& key : type.keys) restore_key(parts_.sequences[key.sequence]);
    }
    void restore_list(const Type& type);
    void restore_key(const Sequence& sequence);
    const Piece* value_then(const Sequence& sequence) const;

    void remove(const Piece& piece) {
        deleted_.push_back({piece.id.client, piece.id.clock, piece.length});
    }
    // The last id of the copy, if there is something left to copy.
    std::optional<Id> copy(const Piece& piece, const Place& place, Elements elements);
    void copy_children(const Type& type, const Id& copied);

    const DocumentParts& parts_;
    Id next_;
    UpdateWriter writer_{};
    std::vector<IdRange> deleted_{};
    Clock lost_ = 0;
};

void Restorer::restore_list(const Type& type) {
    for (Index i = parts_.sequences[type.list].first; i != no_index; i = parts_.pieces[i].right) {
        const Piece& piece = parts_.pieces[i];
        const bool is_visible = !piece.is_deleted;
        if (is_visible && !piece.was_visible()) remove(piece);
        if (is_visible && piece.was_visible() && piece.type != no_index)
            restore_type(parts_.types[piece.type]);
        if (is_visible || !piece.was_visible()) continue;
        Place place{.behind = piece.last_id()};
        if (piece.right != no_index) place.before = parts_.pieces[piece.right].id;
        copy(piece, place, Elements::all);
    }
}

void Restorer::restore_key(const Sequence& sequence) {
    const Piece& last = parts_.pieces[sequence.last];
    const Piece* now = last.is_deleted ? nullptr : &last;
    const Piece* then = value_then(sequence);
    if (now == then) {
        if (now != nullptr && now->type != no_index) restore_type(parts_.types[now->type]);
        return;
    }
    if (then != nullptr) copy(*then, {.behind = last.last_id()}, Elements::last);
    if (now != nullptr) remove(*now);
}

const Piece* Restorer::value_then(const Sequence& sequence) const {
    Index at = sequence.last;
    while (at != no_index && !parts_.pieces[at].existed) at = parts_.pieces[at].left;
    return at == no_index || parts_.pieces[at].was_deleted ? nullptr : &parts_.pieces[at];
}

std::optional<Id> Restorer::copy(const Piece& piece, const Place& place, Elements elements) {
    if (piece.kind == Kind::deleted) {
        lost_ += piece.length;
        return {};
    }
    Struct item;
    item.kind = piece.kind;
    item.length = piece.length;
    item.content = piece.content;
    item.half_before = piece.half_before;
    item.half_behind = piece.half_behind;
    if (elements == Elements::last && item.length > 1) item = without_first(item, item.length - 1);
    item.id = next_;
    item.has_origin = place.behind.has_value();
    item.origin = place.behind.value_or(Id{});
    item.has_right_origin = place.before.has_value();
    item.right_origin = place.before.value_or(Id{});
    if (!item.has_origin && !item.has_right_origin) {
        item.parent = Parent::item;
        item.parent_item = place.type;
        item.has_key = place.key.has_value();
        item.key = place.key.value_or("");
    }
    writer_.add(item);
    next_.clock += item.length;
    if (piece.type != no_index) copy_children(parts_.types[piece.type], item.id);
    return item.last_id();
}

void Restorer::copy_children(const Type& type, const Id& copied) {
    Place place{.type = copied};
    for (Index i = parts_.sequences[type.list].first; i != no_index; i = parts_.pieces[i].right) {
        if (!parts_.pieces[i].was_visible()) continue;
        if (const auto last = copy(parts_.pieces[i], place, Elements::all)) place.behind = last;
    }
    for (const KeySequence& key : type.keys)
        if (const Piece* value = value_then(parts_.sequences[key.sequence]))
            copy(*value, {.type = copied, .key = key.key}, Elements::last);
}

}  // namespace

Result<Restored> restore(const Update& document, const Version& then, const Id& next) {
    TRY(DocumentParts parts, cut_into_pieces(document, then));
    TRY_OK(place_pieces(parts, document));
    return Restorer{parts, next}.restore();
}

}  // namespace homeroom::yjs
