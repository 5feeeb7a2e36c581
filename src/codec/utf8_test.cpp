#include "codec/utf8.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>

namespace homeroom::codec::utf8 {
namespace {

constexpr std::string_view bad = "\xEF\xBF\xBD";  // U+FFFD

std::string with(std::string_view before, std::string_view after = {}) {
    return std::string{before}.append(bad).append(after);
}

TEST(Utf8, IsCountedAsJavaScriptCounts) {
    EXPECT_EQ(utf16_length(""), 0U);
    EXPECT_EQ(utf16_length("abc"), 3U);
    EXPECT_EQ(utf16_length("\xC3\xA9"), 1U);          // é
    EXPECT_EQ(utf16_length("\xE2\x82\xAC"), 1U);      // €
    EXPECT_EQ(utf16_length("\xF0\x9F\x98\x80"), 2U);  // 😀
    EXPECT_EQ(utf16_length("4\xF0\x9F\x98\x80!"), 4U);
}

// The expected texts are those of Node's TextDecoder.
TEST(Utf8, IsRepairedAsNodeDoes) {
    EXPECT_EQ(repaired(""), "");
    EXPECT_EQ(repaired("a\xE2\x82\xAC\xF0\x9F\x98\x80"), "a\xE2\x82\xAC\xF0\x9F\x98\x80");
    EXPECT_EQ(repaired("a\xFFz"), with("a", "z"));
    EXPECT_EQ(repaired("a\x80z"), with("a", "z"));
    EXPECT_EQ(repaired("\xC3z"), with("", "z"));
    EXPECT_EQ(repaired("\xE2\x82z"), with("", "z"));            // cut off: one
    EXPECT_EQ(repaired("\xF0\x9F\x98"), with(""));              // cut off by the end: one
    EXPECT_EQ(repaired("\xC0\x80"), with(with("")));            // overlong: one a byte
    EXPECT_EQ(repaired("\xED\xA0\x80"), with(with(with(""))));  // a surrogate: one a byte
    EXPECT_EQ(repaired("\xF4\x90\x80\x80"), with(with(with(with("")))));
    EXPECT_EQ(repaired("\xF0\x80\x80z"), with(with(with("")), "z"));
}

RC_GTEST_PROP(Utf8, IsValidWhenRepaired, (const std::string& bytes)) {
    const std::string text = repaired(bytes);
    RC_ASSERT(is_valid(text));
    RC_ASSERT(!is_valid(bytes) || text == bytes);
    RC_ASSERT(repaired(text) == text);
}

RC_GTEST_PROP(Utf8, IsValidWhenRepairedFromTroublesomeBytes, ()) {
    const auto bytes = *rc::gen::container<std::string>(rc::gen::elementOf(std::string{
        "a\x7F\x80\x8F\x90\x9F\xA0\xBF\xC1\xC2\xDF\xE0\xE1\xED\xEE\xEF\xF0\xF1\xF4\xF5"}));
    RC_ASSERT(is_valid(repaired(bytes)));
    RC_ASSERT(!is_valid(bytes) || repaired(bytes) == bytes);
}

}  // namespace
}  // namespace homeroom::codec::utf8
