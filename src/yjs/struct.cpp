#include "yjs/struct.h"

#include <cassert>

#include "yjs/any.h"
#include "yjs/reader.h"
#include "yjs/writer.h"

namespace homeroom::yjs {
namespace {

constexpr std::uint8_t origin_bit = 0x80;
constexpr std::uint8_t right_origin_bit = 0x40;
constexpr std::uint8_t key_bit = 0x20;

std::uint8_t info_of(const Struct& item) {
    return static_cast<std::uint8_t>(
        static_cast<unsigned>(item.kind) | (item.has_origin ? origin_bit : 0U) |
        (item.has_right_origin ? right_origin_bit : 0U) | (item.has_key ? key_bit : 0U));
}

// Everything before the content.
void append_place(std::string& bytes, const Struct& item) {
    bytes += static_cast<char>(info_of(item));
    if (!item.is_item()) return;
    if (item.has_origin) append_id(bytes, item.origin);
    if (item.has_right_origin) append_id(bytes, item.right_origin);
    if (item.has_origin || item.has_right_origin) return;
    if (item.parent == Parent::root) {
        append_var_uint(bytes, 1);
        append_buffer(bytes, item.parent_root);
    } else {
        append_var_uint(bytes, 0);
        append_id(bytes, item.parent_item);
    }
    if (item.has_key) append_buffer(bytes, item.key);
}

void append_span(std::string& bytes, const TextSpan& span) {
    if (span.half_before) bytes += replacement_character;
    bytes += span.text;
    if (span.half_behind) bytes += replacement_character;
}

std::size_t bytes_of(const TextSpan& span) {
    const std::size_t halves = (span.half_before ? 1U : 0U) + (span.half_behind ? 1U : 0U);
    return span.text.size() + halves * replacement_character.size();
}

void append_content(std::string& bytes, Kind kind, Clock length, const TextSpan& content) {
    switch (kind) {
        case Kind::garbage:
        case Kind::skip:
        case Kind::deleted: append_var_uint(bytes, length); break;
        case Kind::json:
        case Kind::any:
            append_var_uint(bytes, length);
            bytes += content.text;
            break;
        case Kind::string:
            append_var_uint(bytes, bytes_of(content));
            append_span(bytes, content);
            break;
        case Kind::binary:
        case Kind::embed:
        case Kind::format:
        case Kind::type:
        case Kind::document: bytes += content.text; break;
    }
}

// Where the elements of checked content begin to be those behind the first so many.
std::size_t bytes_of_elements(Kind kind, std::string_view content, Clock elements) {
    Reader reader{content};
    ValueBudget unlimited{content.size(), content.size()};
    for (Clock i = 0; i < elements; ++i) {
        if (kind == Kind::any) {
            skip_any(reader, unlimited);
        } else {
            reader.buffer();
        }
    }
    assert(!reader.failed());
    return content.size() - reader.rest().size();
}

bool has_elements(Kind kind) {
    return kind == Kind::any || kind == Kind::json;
}

}  // namespace

Struct without_first(const Struct& whole, Clock units) {
    assert(units > 0 && units < whole.length);
    Struct rest = whole;
    rest.id.clock += units;
    rest.length -= units;
    if (!whole.is_item()) return rest;
    rest.has_origin = true;
    rest.origin = {whole.id.client, rest.id.clock - 1};
    rest.parent = Parent::neighbour;
    if (whole.kind == Kind::string) {
        const TextSpan right = cut(whole.span(), units).right;
        rest.content = right.text;
        rest.half_before = right.half_before;
        rest.half_behind = right.half_behind;
    } else if (has_elements(whole.kind)) {
        rest.content.remove_prefix(bytes_of_elements(whole.kind, whole.content, units));
    }
    return rest;
}

Struct only_first(const Struct& whole, Clock units) {
    assert(units > 0 && units < whole.length);
    Struct first = whole;
    first.length = units;
    if (whole.kind == Kind::string) {
        const TextSpan left = cut(whole.span(), units).left;
        first.content = left.text;
        first.half_before = left.half_before;
        first.half_behind = left.half_behind;
    } else if (has_elements(whole.kind)) {
        first.content =
            whole.content.substr(0, bytes_of_elements(whole.kind, whole.content, units));
    }
    return first;
}

Struct emptied(const Struct& item) {
    assert(item.is_item());
    Struct empty = item;
    empty.kind = Kind::deleted;
    empty.content = {};
    empty.half_before = empty.half_behind = false;
    return empty;
}

Struct hole(const Id& from, Clock end) {
    Struct skip;
    skip.id = from;
    skip.length = end - from.clock;
    skip.kind = Kind::skip;
    return skip;
}

void Content::assign(const Struct& first) {
    length_ = first.length;
    only_ = first.span();
    is_joined_ = false;
}

void Content::append(const Struct& next) {
    length_ += next.length;
    if (!is_joined_) {
        joined_.clear();
        append_span(joined_, only_);
        is_joined_ = true;
    }
    append_span(joined_, next.span());
}

void Content::write(std::string& bytes, const Struct& head) const {
    append_place(bytes, head);
    append_content(bytes, head.kind, length_, is_joined_ ? TextSpan{joined_} : only_);
}

void append_struct(std::string& bytes, const Struct& item) {
    append_place(bytes, item);
    append_content(bytes, item.kind, item.length, item.span());
}

}  // namespace homeroom::yjs
