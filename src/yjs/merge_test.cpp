#include "yjs/merge.h"

#include <gtest/gtest.h>
#include <string>

#include "yjs/test_updates.h"

namespace homeroom::yjs {
namespace {

using test::Decoded;
using test::Writing;

std::string merged(const Decoded& updates) {
    return merge(updates.all());
}

TEST(YjsMerge, ClientsAreDescendingAndDeletionsJoined) {
    EXPECT_EQ(merged({Writing{}.text({1, 0}, "a").remove(2, 0), Writing{}.text({2, 0}, "b"),
                      Writing{}.remove(2, 1).remove(9, 3)}),
              Writing{}.text({2, 0}, "b").text({1, 0}, "a").remove(9, 3).remove(2, 0, 2).bytes());
}

TEST(YjsMerge, WhatIsMissingBetweenBecomesAHole) {
    EXPECT_EQ(
        merged({Writing{}.text({1, 0}, "ab"), Writing{}.text_behind({1, 5}, {1, 4}, "c")}),
        Writing{}.text({1, 0}, "ab").skip({1, 2}, 3).text_behind({1, 5}, {1, 4}, "c").bytes());
}

TEST(YjsMerge, AHoleIsFilled) {
    const std::string with_hole =
        Writing{}.text({1, 0}, "ab").skip({1, 2}, 3).text_behind({1, 5}, {1, 4}, "f");
    EXPECT_EQ(merged({with_hole, Writing{}.text_behind({1, 2}, {1, 1}, "cde")}),
              Writing{}
                  .text({1, 0}, "ab")
                  .text_behind({1, 2}, {1, 1}, "cde")
                  .text_behind({1, 5}, {1, 4}, "f")
                  .bytes());
}

TEST(YjsMerge, WhatOverlapsIsCutAndStandsBehindWhatItWasCutFrom) {
    EXPECT_EQ(merged({Writing{}.text({1, 0}, "abc"), Writing{}.text({1, 0}, "abcdef")}),
              Writing{}.text({1, 0}, "abc").text_behind({1, 3}, {1, 2}, "def").bytes());
}

TEST(YjsMerge, ACutThroughACharacterLeavesAReplacement) {
    EXPECT_EQ(merged({Writing{}.garbage({1, 0}, 2), Writing{}.text({1, 0}, "a🙂b")}),
              Writing{}
                  .garbage({1, 0}, 2)
                  .text_behind({1, 2}, {1, 1},
                               "\uFFFD"
                               "b")
                  .bytes());
}

TEST(YjsMerge, ClientsInAnyOrderLoseNothing) {
    const std::string ascending = Writing{}.text({1, 0}, "a").text({2, 0}, "b").text({3, 0}, "c");
    EXPECT_EQ(merged({ascending, ascending, Writing{}.text({2, 0}, "b")}),
              Writing{}.text({3, 0}, "c").text({2, 0}, "b").text({1, 0}, "a").bytes());
}

TEST(YjsMerge, OfNothingIsNothing) {
    EXPECT_EQ(merge({}), empty_update());
    EXPECT_EQ(merged({empty_update(), empty_update()}), empty_update());
}

}  // namespace
}  // namespace homeroom::yjs
