#include "yjs/compact.h"

#include <gtest/gtest.h>
#include <string>

#include "yjs/test_updates.h"

namespace homeroom::yjs {
namespace {

using test::Decoded;
using test::Writing;

std::string kept(const Decoded& updates) {
    return compact(updates.all(), DeletedContent::kept);
}
std::string dropped(const Decoded& updates) {
    return compact(updates.all(), DeletedContent::dropped);
}

TEST(YjsCompact, WhatWasTypedInOneGoIsOneStruct) {
    EXPECT_EQ(kept({Writing{}.text({1, 0}, "a"), Writing{}.text_behind({1, 1}, {1, 0}, "b"),
                    Writing{}.text_behind({1, 2}, {1, 1}, "c🙂")}),
              Writing{}.text({1, 0}, "abc🙂").bytes());
}

TEST(YjsCompact, WhatStandsElsewhereStaysByItself) {
    const std::string moved = Writing{}
                                  .text({1, 0}, "ab")
                                  .text_behind({1, 2}, {1, 0}, "c", Id{1, 1})
                                  .text_behind({1, 3}, {1, 2}, "d")
                                  .bytes();
    EXPECT_EQ(kept({moved}), moved);
}

TEST(YjsCompact, GarbageAndElementsAreJoinedToo) {
    EXPECT_EQ(kept({Writing{}.garbage({1, 0}, 2).garbage({1, 2}, 3)}),
              Writing{}.garbage({1, 0}, 5).bytes());
}

TEST(YjsCompact, DeletedTextLeaves) {
    EXPECT_EQ(dropped({Writing{}.text({1, 0}, "secret").remove(1, 0, 6)}).find("secret"),
              std::string::npos);
    EXPECT_NE(kept({Writing{}.text({1, 0}, "secret").remove(1, 0, 6)}).find("secret"),
              std::string::npos);
}

TEST(YjsCompact, OnlyWhatIsDeletedLeaves) {
    const std::string compacted =
        dropped({Writing{}.text({1, 0}, "hello world").remove(1, 2, 3).remove(1, 8, 1)});
    for (const char* stays : {"he", " wo", "ld"})
        EXPECT_NE(compacted.find(stays), std::string::npos) << stays;
    EXPECT_EQ(compacted.find("llo"), std::string::npos);
    EXPECT_EQ(compacted.find('r'), std::string::npos);
}

TEST(YjsCompact, ReadAgainItStaysAsItIs) {
    const std::string once =
        dropped({Writing{}.text({1, 0}, "a🙂bcd").remove(1, 2, 2).remove(7, 3)});
    EXPECT_EQ(dropped({once}), once);
}

}  // namespace
}  // namespace homeroom::yjs
