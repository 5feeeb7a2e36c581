// Text as Yjs counts it, in UTF-16 code units, cut where it counts while it is kept as UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace homeroom::yjs {

// U+FFFD. What Yjs puts on both sides when a cut goes through the two halves of a character.
inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";

// A stretch of a document's text. What a cut made of a character at either end is not in `text`.
struct TextSpan {
    std::string_view text;
    bool half_before = false;  // U+FFFD stands before `text`
    bool half_behind = false;

    std::size_t units() const;
};

struct CutText {
    TextSpan left;
    TextSpan right;
};

// At so many units from the beginning, which is neither the beginning nor the end.
CutText cut(const TextSpan& span, std::size_t units);

}  // namespace homeroom::yjs
