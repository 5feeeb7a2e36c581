// What a document consists of while and after it is put together: pieces, the sequences they stand
// in, and the types that own those. All refer to each other by index; nothing is moved or freed.
// Owned by one Document; texts point into the update's bytes.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <string_view>
#include <vector>

#include "yjs/id.h"
#include "yjs/struct.h"

namespace homeroom::yjs {

using Index = std::uint32_t;
inline constexpr Index no_index = std::numeric_limits<Index>::max();

// Part of a struct to which others refer only as a whole: it is cut wherever somebody inserted into
// it, or deleted from it.
struct Piece {
    Id id;
    Clock length = 0;
    std::string_view content;  // as in Struct
    Kind kind = Kind::garbage;
    bool half_before = false;
    bool half_behind = false;
    bool is_deleted = false;
    // At an earlier time that is asked about as well: see version.h.
    bool existed = false;
    bool was_deleted = false;
    bool refers_to_unknown = false;  // it waits for an update that is not here

    Index maker = no_index;         // of the makers
    Index origin = no_index;        // what stood left of it when it was made
    Index right_origin = no_index;  // and right
    Index source = no_index;        // the struct, if this is its beginning: says its parent

    // Once it is placed. Garbage has no sequence.
    Index sequence = no_index;
    Index left = no_index;
    Index right = no_index;
    Index type = no_index;  // what it holds, if its kind is type

    // The last search that came by, so that none needs a set of its own.
    Index seen_by = 0;
    Index conflicting_in = 0;

    TextSpan span() const { return {content, half_before, half_behind}; }
    Clock end() const { return id.clock + length; }
    Id last_id() const { return {id.client, end() - 1}; }
    bool was_visible() const { return existed && !was_deleted; }
};

// The pieces of one client, one behind the other in the table.
struct Maker {
    ClientId client = 0;
    Index first = 0;
    Index count = 0;
    Index usable = 0;  // those before the first hole
    Index placed = 0;
};

// A list, or what one key of a map has held, the latest last.
struct Sequence {
    Index type = no_index;
    Index first = no_index;
    Index last = no_index;
};

struct KeySequence {
    std::string_view key;
    Index sequence;
};

struct Type {
    TypeKind kind =
        TypeKind::array;      // says nothing of a root: that is what its readers take it for
    std::string_view name{};  // of an XML element or hook
    std::size_t depth = 0;
    Index list = no_index;  // sequences
    std::vector<KeySequence> keys{};
};

struct DocumentParts {
    std::vector<Maker> makers;  // clients descending
    std::vector<Piece> pieces;  // the same, then clocks ascending
    std::vector<Type> types;
    std::vector<Sequence> sequences;
    std::map<std::string_view, Index> roots;

    Index piece_with(const Id& id) const;  // no_index if there is none
};

}  // namespace homeroom::yjs
