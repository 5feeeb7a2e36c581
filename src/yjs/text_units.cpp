#include "yjs/text_units.h"

#include <cassert>

#include "codec/utf8.h"

namespace homeroom::yjs {
namespace {

struct Character {
    std::size_t bytes;
    std::size_t units;
};

// The text is valid UTF-8, so a first byte says it all.
Character character_of(char first) {
    const auto byte = static_cast<unsigned char>(first);
    if (byte < 0x80) return {1, 1};
    if (byte < 0xE0) return {2, 1};
    if (byte < 0xF0) return {3, 1};
    return {4, 2};
}

}  // namespace

std::size_t TextSpan::units() const {
    return codec::utf8::utf16_length(text) + (half_before ? 1 : 0) + (half_behind ? 1 : 0);
}

CutText cut(const TextSpan& span, std::size_t units) {
    assert(units > 0);
    CutText result{{{}, span.half_before, false}, {{}, false, span.half_behind}};
    std::size_t passed = span.half_before ? 1 : 0;
    std::size_t left_bytes = 0;
    std::size_t right_begin = 0;
    while (passed < units && right_begin < span.text.size()) {
        const Character next = character_of(span.text[right_begin]);
        right_begin += next.bytes;
        passed += next.units;
        if (passed <= units) left_bytes = right_begin;
    }
    if (passed > units) result.left.half_behind = result.right.half_before = true;
    result.left.text = span.text.substr(0, left_bytes);
    result.right.text = span.text.substr(right_begin);
    return result;
}

}  // namespace homeroom::yjs
