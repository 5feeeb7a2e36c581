#include "campus/audience_now.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/audience.h"
#include "campus/roster/test_roster.h"

namespace homeroom::campus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AudienceNowTest : public testing::Test {
protected:
    AudienceNowTest() { directory_.load(small_school(), some_monday); }

    std::optional<store::StoredAudience> now(const Audience& audience) {
        return now_.of(audience.stored());
    }
    void remove_user(const std::string& id) {
        Directory::Changes changes;
        changes.removed_users = {id};
        directory_.apply(with_dependents(std::move(changes), directory_));
        now_.look_again();
    }

    Directory directory_{};
    AudienceNow now_{directory_};
};

TEST_F(AudienceNowTest, OnlyThoseAreNamedWhoMaySeeIt) {
    const auto some = now(Audience::users("class-physics", {"sue", "sam", "tom", "nobody"}));
    ASSERT_TRUE(some);
    EXPECT_THAT(some->users, ElementsAre("sue", "sam"));
    EXPECT_EQ(some->kind, "users");
    remove_user("sue");
    const auto fewer = now(Audience::users("class-physics", {"sue", "sam"}));
    ASSERT_TRUE(fewer);
    EXPECT_THAT(fewer->users, ElementsAre("sam"));
}

TEST_F(AudienceNowTest, WhereNoneOfThemIsLeftItIsForNobody) {
    EXPECT_FALSE(now(Audience::users("class-physics", {"tom"})));
    EXPECT_FALSE(now(Audience::people("conversation-1", {"gone", "away"})));
    remove_user("sam");
    EXPECT_FALSE(now(Audience::members("user-sam")));
    EXPECT_FALSE(now(Audience::person("sam", {})));
}

TEST_F(AudienceNowTest, OfARoomItAsksWhoIsInIt) {
    EXPECT_TRUE(now(Audience::members("class-physics")));
    EXPECT_TRUE(now(Audience::members("user-sam")));
    EXPECT_FALSE(now(Audience::members("class-nowhere")));
    const auto staff = now(Audience::staff("class-physics", "gone"));
    ASSERT_TRUE(staff);
    EXPECT_THAT(staff->users, IsEmpty());
    remove_user("tim");
    // The only member of staff has left, and the author never was there.
    EXPECT_FALSE(now(Audience::staff("class-physics", "gone")));
    EXPECT_TRUE(now(Audience::staff("class-physics", "sam")));
}

TEST_F(AudienceNowTest, WhatFollowsFromAnEventIsForNobodyWhenThatIs) {
    EXPECT_TRUE(now(Audience::members("class-physics").for_one("sam")));
    EXPECT_FALSE(now(Audience::members("class-nowhere").for_one("sam")));
}

TEST_F(AudienceNowTest, WhatItDoesNotUnderstandIsForNobody) {
    EXPECT_FALSE(now_.of({.room = "class-physics", .kind = "of-tomorrow", .users = {"sam"}}));
    EXPECT_FALSE(now_.of({.kind = "forgotten"}));
}

}  // namespace
}  // namespace homeroom::campus
