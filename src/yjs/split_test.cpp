#include "yjs/split.h"

#include <gtest/gtest.h>

#include "yjs/changes.h"
#include "yjs/merge.h"
#include "yjs/test_corpus.h"
#include "yjs/test_updates.h"

namespace homeroom::yjs {
namespace {

std::string joined(const std::vector<std::string>& parts) {
    std::vector<Update> updates;
    for (const std::string& part : parts) {
        auto update = decode_update(part, document_limits);
        EXPECT_TRUE(update.ok());
        if (update.ok()) updates.push_back(std::move(*update));
    }
    return merge(updates);
}

TEST(Split, OfWhatIsSmallIsIt) {
    const std::string bytes = test::Writing{}.text({1, 0}, "a").remove(1, 0);
    const auto update = decode_update(bytes, document_limits);
    EXPECT_EQ(split(*update, 1'000), std::vector{bytes});
    const std::string nothing = empty_update();
    EXPECT_EQ(split(*decode_update(nothing, document_limits), 1), std::vector{nothing});
}

TEST(Split, CutsALongTextAndManyDeletions) {
    test::Writing writing;
    writing.text({7, 0}, "x");
    for (Clock clock = 0; clock < 100; clock += 2) writing.remove(7, clock);
    const std::string bytes = writing;
    EXPECT_GT(split(*decode_update(bytes, document_limits), 100).size(), 8U);
    EXPECT_EQ(joined(split(*decode_update(bytes, document_limits), 100)), bytes);
}

// Every case, in pieces of a few bytes, is the same again.
TEST(Split, LosesNothing) {
    std::size_t cases = 0;
    for (const test::Case& one : test::cases()) {
        std::vector<Update> updates;
        for (const auto& bytes : one.updates)
            updates.push_back(*decode_update(bytes, document_limits));
        const std::string whole = merge(updates);
        const auto decoded = decode_update(whole, document_limits);
        ASSERT_TRUE(decoded.ok());
        const auto parts = split(*decoded, 64);
        // Cut and merged: neighbours stay apart, so what it comes to is compared by what is known.
        const std::string again = joined(parts);
        const auto read = decode_update(again, document_limits);
        ASSERT_TRUE(read.ok());
        ASSERT_EQ(Known{*read}.structs().ranges(), Known{*decoded}.structs().ranges());
        ASSERT_EQ(Known{*read}.deleted().ranges(), Known{*decoded}.deleted().ranges());
        ++cases;
    }
    EXPECT_GT(cases, 5'000U);
}

}  // namespace
}  // namespace homeroom::yjs
