#include "base/recent_map.h"

#include <gtest/gtest.h>

namespace homeroom {
namespace {

class Recent : public testing::Test {
protected:
    int& touch(std::string_view key) {
        return map.touch(
            key, [] { return 0; }, [](int value) { return value >= 0; });
    }
    RecentMap<int> map{3};
};

TEST_F(Recent, ForgetsWhoWasAskedForTheLongestAgo) {
    for (const char* key : {"a", "b", "c"}) touch(key) = 1;
    touch("a");
    touch("d");
    EXPECT_EQ(map.size(), 3U);
    EXPECT_NE(map.find("a"), nullptr);
    EXPECT_EQ(map.find("b"), nullptr);
}

TEST_F(Recent, KeepsWhatMayNotGo) {
    for (const char* key : {"a", "b", "c"}) touch(key) = -1;
    touch("b") = 1;
    touch("c");
    touch("d");
    EXPECT_NE(map.find("a"), nullptr);
    EXPECT_EQ(map.find("b"), nullptr);
    touch("d") = -1;
    touch("e");  // none may go
    EXPECT_EQ(map.size(), 4U);
}

TEST_F(Recent, ErasesWhatIsAskedFor) {
    for (const char* key : {"a", "b", "c"}) touch(key) = key[0];
    map.erase_if([](int value) { return value == 'b'; });
    EXPECT_EQ(map.size(), 2U);
    EXPECT_EQ(*map.find("a"), 'a');
    EXPECT_EQ(map.find("b"), nullptr);
    EXPECT_EQ(touch("b"), 0);
}

}  // namespace
}  // namespace homeroom
