#include "campus/request_allowance.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace homeroom::campus {
namespace {

using namespace std::chrono_literals;

class Allowance : public testing::Test {
protected:
    RequestAllowance allowance{{.per_second = 10, .burst = 3}};
    SteadyTime now{1h};

    void use_up(std::string_view user) {
        for (int i = 0; i < 3; ++i) EXPECT_FALSE(allowance.wait_for(user, now));
    }
};

TEST_F(Allowance, EndsWithTheBurst) {
    use_up("ada");
    EXPECT_EQ(allowance.wait_for("ada", now), 100ms);
}

TEST_F(Allowance, ComesBackAtTheRate) {
    use_up("ada");
    EXPECT_EQ(allowance.wait_for("ada", now + 40ms), 60ms);
    EXPECT_FALSE(allowance.wait_for("ada", now + 100ms));
    EXPECT_TRUE(allowance.wait_for("ada", now + 100ms));
}

TEST_F(Allowance, NeverExceedsTheBurst) {
    use_up("ada");
    now += 1h;
    use_up("ada");
    EXPECT_TRUE(allowance.wait_for("ada", now));
}

TEST_F(Allowance, GivesSeveralOrNone) {
    EXPECT_FALSE(allowance.wait_for_all("ada", 2, now));
    EXPECT_EQ(allowance.wait_for_all("ada", 2, now), 100ms);
    EXPECT_FALSE(allowance.wait_for("ada", now)) << "what was refused has taken nothing";
}

TEST_F(Allowance, IsEachUsersOwn) {
    use_up("ada");
    EXPECT_FALSE(allowance.wait_for("ben", now));
}

TEST_F(Allowance, AClockThatGoesBackGivesNothing) {
    use_up("ada");
    EXPECT_TRUE(allowance.wait_for("ada", now - 10s));
    EXPECT_EQ(allowance.wait_for("ada", now), 100ms);
}

TEST_F(Allowance, LimitsTheReadsInFlight) {
    for (std::size_t i = 0; i < limits::reads_in_flight_per_user_max; ++i)
        EXPECT_TRUE(allowance.begin_read("ada", now));
    EXPECT_FALSE(allowance.begin_read("ada", now));
    EXPECT_TRUE(allowance.begin_read("ben", now));
    allowance.forget_idle(now + 1h);
    EXPECT_FALSE(allowance.begin_read("ada", now));
    allowance.end_read("ada");
    EXPECT_TRUE(allowance.begin_read("ada", now));
}

TEST_F(Allowance, ForgetsWhoIsFullAgain) {
    use_up("ada");
    EXPECT_FALSE(allowance.wait_for("ben", now + 200ms));
    EXPECT_EQ(allowance.size(), 2U);
    allowance.forget_idle(now + 300ms);
    EXPECT_EQ(allowance.size(), 0U);
    use_up("ada");
    allowance.forget_idle(now + 10ms);
    EXPECT_EQ(allowance.size(), 1U);
}

TEST_F(Allowance, HasABucketForAKindBesideTheOneForAll) {
    const auto posts = allowance.add_kind("post", {.per_second = 1, .burst = 2});
    EXPECT_FALSE(allowance.wait_for("ada", now, posts));
    EXPECT_FALSE(allowance.wait_for("ada", now, posts));
    // Refused for its kind, and counted among all: that was the third.
    EXPECT_EQ(allowance.wait_for("ada", now, posts), 1s);
    EXPECT_EQ(allowance.wait_for("ada", now), 100ms);
    // What is left of all is no way around what is left of the kind.
    EXPECT_TRUE(allowance.wait_for("ada", now + 300ms, posts));
    EXPECT_FALSE(allowance.wait_for("ada", now + 300ms));
    EXPECT_FALSE(allowance.wait_for("ben", now, posts));
    const std::vector<std::pair<std::string_view, std::uint64_t>> refused{
        {"all", 1}, {"reads", 0}, {"post", 2}};
    EXPECT_EQ(allowance.refused(), refused);
}

TEST_F(Allowance, AKindAloneLeavesTheRest) {
    const auto links = allowance.add_kind("download", {.per_second = 1, .burst = 2});
    for (int i = 0; i < 10; ++i) allowance.wait_for_kind("ada", links, now);
    EXPECT_EQ(allowance.wait_for_kind("ada", links, now), 1s);
    use_up("ada");
}

TEST_F(Allowance, RemembersAKindUntilItIsFullAgain) {
    const auto posts = allowance.add_kind("post", {.per_second = 1, .burst = 2});
    EXPECT_FALSE(allowance.wait_for("ada", now, posts));
    allowance.forget_idle(now + 500ms);
    EXPECT_EQ(allowance.size(), 1U);
    allowance.forget_idle(now + 1s);
    EXPECT_EQ(allowance.size(), 0U);
}

TEST(BoundedAllowance, ForgetsWhoAskedTheLongestAgo) {
    RequestAllowance allowance{{.per_second = 1, .burst = 1}, 160};
    const SteadyTime now{1h};
    EXPECT_TRUE(allowance.begin_read("reader", now));
    EXPECT_FALSE(allowance.wait_for("busy", now));
    for (int i = 0; i < 10'000; ++i) {
        EXPECT_FALSE(allowance.wait_for("user-" + std::to_string(i), now));
        EXPECT_TRUE(allowance.wait_for("busy", now)) << "who goes on asking is not forgotten";
    }
    EXPECT_LE(allowance.size(), 161U);
    for (std::size_t i = 1; i < limits::reads_in_flight_per_user_max; ++i)
        EXPECT_TRUE(allowance.begin_read("reader", now));
    EXPECT_FALSE(allowance.begin_read("reader", now)) << "reads under way are not forgotten";
}

}  // namespace
}  // namespace homeroom::campus
