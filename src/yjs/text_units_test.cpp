#include "yjs/text_units.h"

#include <gtest/gtest.h>
#include <string>

namespace homeroom::yjs {
namespace {

std::string shown(const TextSpan& span) {
    return std::string{span.half_before ? "<" : ""} + std::string{span.text} +
           (span.half_behind ? ">" : "");
}

std::string cut_at(const TextSpan& span, std::size_t units) {
    const CutText parts = cut(span, units);
    EXPECT_EQ(parts.left.units(), units);
    EXPECT_EQ(parts.left.units() + parts.right.units(), span.units());
    return shown(parts.left) + '|' + shown(parts.right);
}

TEST(YjsText, IsCutBetweenCharacters) {
    EXPECT_EQ(cut_at({"abc"}, 1), "a|bc");
    EXPECT_EQ(cut_at({"äöü"}, 2), "äö|ü");
    EXPECT_EQ(cut_at({"漢字x"}, 1), "漢|字x");
    EXPECT_EQ(cut_at({"a🙂b"}, 1), "a|🙂b");
    EXPECT_EQ(cut_at({"a🙂b"}, 3), "a🙂|b");
}

TEST(YjsText, BothHalvesOfACharacterBecomeReplacementCharacters) {
    EXPECT_EQ(cut_at({"a🙂b"}, 2), "a>|<b");
    EXPECT_EQ(cut_at({"🙂"}, 1), ">|<");
}

TEST(YjsText, HalvesAreUnitsToo) {
    const TextSpan span{"ab", true, true};
    EXPECT_EQ(span.units(), 4U);
    EXPECT_EQ(cut_at(span, 1), "<|ab>");
    EXPECT_EQ(cut_at(span, 2), "<a|b>");
    EXPECT_EQ(cut_at(span, 3), "<ab|>");
    EXPECT_EQ(cut_at({"", true, true}, 1), "<|>");
}

}  // namespace
}  // namespace homeroom::yjs
