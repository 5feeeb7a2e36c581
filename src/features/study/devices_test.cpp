#include "features/study/devices.h"

#include <gtest/gtest.h>

#include "features/study/limits.h"

namespace homeroom::features::study {
namespace {

TEST(Devices, SeveralOfOneUserAreOneMember) {
    Devices devices;
    EXPECT_TRUE(devices.add("s1", "sam", 1));
    EXPECT_TRUE(devices.add("s1", "sam", 1));  // asks again
    EXPECT_TRUE(devices.add("s1", "sam", 2));
    EXPECT_TRUE(devices.add("s1", "sue", 3));
    EXPECT_FALSE(devices.remove("s1", 1));
    EXPECT_FALSE(devices.remove("s1", 1));
    EXPECT_TRUE(devices.is_in("s1", "sam"));
    EXPECT_TRUE(devices.remove("s1", 2));
    EXPECT_FALSE(devices.is_in("s1", "sam"));
    EXPECT_TRUE(devices.remove("s1", 3));
    EXPECT_TRUE(devices.empty());
}

TEST(Devices, OneThatIsGoneIsGoneFromAll) {
    Devices devices;
    devices.add("s1", "sam", 1);
    devices.add("s2", "sam", 1);
    devices.add("s2", "sam", 2);
    EXPECT_EQ(devices.only_session_of(1), "");
    EXPECT_EQ(devices.only_session_of(2), "s2");
    const auto gone = devices.remove_everywhere(1);
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_EQ(gone[0].session, "s1");
    EXPECT_EQ(gone[0].user, "sam");
    EXPECT_TRUE(devices.remove_everywhere(1).empty());
}

TEST(Devices, HasARoomFromWhenItWasLetIn) {
    Devices devices;
    devices.add("s1", "sam", 1);
    EXPECT_EQ(devices.room_of("s1", 1), "");
    EXPECT_EQ(devices.user_of("s1", 1), "sam");
    EXPECT_TRUE(devices.admit("s1", 1, "class-physics"));
    EXPECT_EQ(devices.room_of("s1", 1), "class-physics");
    devices.end("s1");
    EXPECT_FALSE(devices.admit("s1", 1, "class-physics"));
    EXPECT_EQ(devices.room_of("s1", 1), "");
    EXPECT_EQ(devices.only_session_of(1), "");
    EXPECT_TRUE(devices.empty());
}

TEST(Devices, OneIsNotInAnyNumber) {
    Devices devices;
    for (std::size_t i = 0; i < sessions_of_device_max; ++i)
        EXPECT_TRUE(devices.add("s" + std::to_string(i), "sam", 1));
    EXPECT_FALSE(devices.add("more", "sam", 1));
    EXPECT_FALSE(devices.is_in("more", "sam"));
    EXPECT_TRUE(devices.add("more", "sam", 2));
}

}  // namespace
}  // namespace homeroom::features::study
