// A ShortText is the text that it was made of, whatever is done with it.
#include "base/short_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <unordered_set>
#include <vector>

namespace homeroom {
namespace {

TEST(ShortText, HoldsTextsOfAnyLength) {
    EXPECT_EQ(ShortText{}.view(), "");
    for (const std::size_t size : {0U, 1U, 21U, 22U, 23U, 254U, 255U, 256U, 10'000U}) {
        const std::string text(size, 'x');
        EXPECT_EQ(ShortText{text}.view(), text);
    }
    const std::string zeros("a\0b\0", 4);
    EXPECT_EQ(ShortText{zeros}.view(), zeros);
}

TEST(ShortText, IsFoundByItsText) {
    std::unordered_set<ShortText, TextHash, TextEqual> texts;
    texts.insert(ShortText{"ada"});
    texts.insert(ShortText{std::string(100, 'y')});
    EXPECT_TRUE(texts.contains(std::string_view{"ada"}));
    EXPECT_TRUE(texts.contains(std::string_view{std::string(100, 'y')}));
    EXPECT_FALSE(texts.contains(std::string_view{"adam"}));
}

RC_GTEST_PROP(ShortText, IsAPlainValue, (const std::vector<std::string>& texts)) {
    std::vector<ShortText> values;
    for (const std::string& text : texts) values.emplace_back(text + text);
    std::vector<ShortText> copies = values;
    std::vector<ShortText> moved = std::move(values);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        RC_ASSERT(copies[i].view() == texts[i] + texts[i]);
        RC_ASSERT(moved[i].view() == copies[i].view());
        copies[i] = moved[texts.size() - 1 - i];
        RC_ASSERT(copies[i].view() == moved[texts.size() - 1 - i].view());
    }
}

}  // namespace
}  // namespace homeroom
