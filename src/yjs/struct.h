// A struct of Yjs: what one client made in one go, or that it is no longer, or not yet, known.
//
// struct    := info gc_or_skip_length | info [origin id] [right origin id] [parent] content
// info      := kind in the low 5 bits, 0x80 an origin, 0x40 a right origin, 0x20 a key
// id        := client clock                           parent := where there is neither origin nor
// right origin: 1 root_name | 0 item_id; and behind either the key, with 0x20
//
// Values that point into the bytes of the update they were read from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "yjs/id.h"
#include "yjs/text_units.h"

namespace homeroom::yjs {

enum class Kind : std::uint8_t {
    garbage = 0,  // whatever it was, it went with its deleted parent
    deleted = 1,
    json = 2,
    binary = 3,
    string = 4,
    embed = 5,
    format = 6,
    type = 7,
    any = 8,
    document = 9,
    skip = 10,  // a hole: structs that the writer has not got
};

enum class TypeKind : std::uint8_t {
    array,
    map,
    text,
    xml_element,
    xml_fragment,
    xml_hook,
    xml_text
};

enum class Parent : std::uint8_t {
    neighbour,  // the same as the origin's or right origin's
    root,
    item,
};

struct Struct {
    Id id;
    Clock length = 0;
    Kind kind = Kind::garbage;
    Parent parent = Parent::neighbour;
    bool has_origin = false;
    bool has_right_origin = false;
    // There is a key. Behind an origin Yjs still says so but does not repeat it: then `key` is
    // empty and nobody reads the bit.
    bool has_key = false;
    bool half_before = false;  // see TextSpan; strings only
    bool half_behind = false;

    Id origin;
    Id right_origin;
    Id parent_item;
    std::string_view parent_root;
    std::string_view key;

    // json, any: the elements. string: the characters. Others: all bytes of the content.
    std::string_view content;

    Clock end() const { return id.clock + length; }
    Id last_id() const { return {id.client, end() - 1}; }
    bool is_item() const { return kind != Kind::garbage && kind != Kind::skip; }
    TextSpan span() const { return {content, half_before, half_behind}; }
};

// What is left of `whole` without its first units, of which it has more. As Yjs cuts.
Struct without_first(const Struct& whole, Clock units);

// Only the first units, fewer than there are.
Struct only_first(const Struct& whole, Clock units);

// A struct of the same place, of which nothing but the length is said.
Struct emptied(const Struct& item);

// What stands for structs that are not here.
Struct hole(const Id& from, Clock end);

// The content of structs that follow one another, as one.
class Content {
public:
    void assign(const Struct& first);
    // `next` continues the one before: the same kind, one that can be of any length.
    void append(const Struct& next);

    // Writes `head` with this content in place of its own.
    void write(std::string& bytes, const Struct& head) const;

private:
    Clock length_ = 0;
    TextSpan only_{};       // as long as nothing was appended
    std::string joined_{};  // since then
    bool is_joined_ = false;
};

void append_struct(std::string& bytes, const Struct& item);

}  // namespace homeroom::yjs
