#include "campus/audience.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/roster/test_roster.h"

namespace homeroom::campus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AudienceTest : public testing::Test {
protected:
    AudienceTest() { directory.load(small_school(), some_monday); }

    std::vector<std::string> admitted(const Audience& audience) const {
        std::vector<std::string> users;
        for (const auto& one : small_school().users) {
            if (audience.admits(one.id, directory)) users.push_back(one.id);
        }
        std::ranges::sort(users);
        return users;
    }

    Directory directory;
};

TEST_F(AudienceTest, OfMembersIsTheRoom) {
    EXPECT_THAT(admitted(Audience::members("class-physics")), ElementsAre("sam", "sue", "tim"));
    EXPECT_THAT(admitted(Audience::members("user-sam")), ElementsAre("sam"));
    EXPECT_THAT(admitted(Audience::members("class-physics/staff")), ElementsAre("tim"));
    EXPECT_THAT(admitted(Audience::members("global")),
                ElementsAre("ann", "pat", "pia", "sam", "sue", "tim", "tom"));
    const auto route = Audience::members("class-physics").route();
    EXPECT_THAT(route.rooms, ElementsAre("class-physics"));
    EXPECT_EQ(route.within, "");
}

TEST_F(AudienceTest, OfStaffIsTheStaffAndTheAuthor) {
    EXPECT_THAT(admitted(Audience::staff("class-physics", "sam")), ElementsAre("sam", "tim"));
    EXPECT_THAT(admitted(Audience::staff("class-physics", "tim")), ElementsAre("tim"));
    EXPECT_THAT(admitted(Audience::staff("institution-north", "sam")), ElementsAre("pia", "sam"));
    // An author who is not in the room is none of it any more.
    EXPECT_THAT(admitted(Audience::staff("class-physics", "pat")), ElementsAre("tim"));
    EXPECT_THAT(admitted(Audience::staff("class-physics", "dan")), ElementsAre("tim"));
    const auto route = Audience::staff("class-physics", "sam").route();
    EXPECT_THAT(route.rooms, ElementsAre("class-physics/staff", "user-sam"));
    EXPECT_EQ(route.within, "class-physics");
}

TEST_F(AudienceTest, OfUsersIsThoseWhoAreInTheRoom) {
    EXPECT_THAT(admitted(Audience::users("class-physics", {"sue", "tom", "dan", "nobody"})),
                ElementsAre("sue"));
    EXPECT_THAT(admitted(Audience::users("class-physics", {})), IsEmpty());
    const auto route = Audience::users("class-physics", {"sue", "sam"}).route();
    EXPECT_THAT(route.rooms, ElementsAre("user-sue", "user-sam"));
    EXPECT_EQ(route.within, "class-physics");
    EXPECT_THAT(Audience::users("class-physics", {}).route().rooms, IsEmpty());
}

TEST_F(AudienceTest, OfAnUnknownKindIsNobody) {
    for (const char* kind : {"", "everyone", "Room", "members", "room ", "staff2"}) {
        const auto audience =
            Audience::from_stored({.room = "class-physics", .kind = kind, .users = {"sam", "tim"}});
        EXPECT_THAT(admitted(audience), IsEmpty()) << kind;
        EXPECT_THAT(audience.route().rooms, IsEmpty()) << kind;
    }
}

TEST_F(AudienceTest, OfARoomThatIsNoneIsNobody) {
    for (const char* room : {"", "physics", "class-", "class-nowhere", "group-1"}) {
        EXPECT_THAT(admitted(Audience::members(room)), IsEmpty()) << room;
        EXPECT_THAT(admitted(Audience::staff(room, "sam")), IsEmpty()) << room;
        EXPECT_THAT(admitted(Audience::users(room, {"sam"})), IsEmpty()) << room;
    }
}

TEST_F(AudienceTest, FollowsTheDirectory) {
    const auto audience = Audience::staff("class-physics", "sam");
    directory.apply(
        Edit{}.remove_enrollment("sam|physics").put(enrolled("sue", "physics", Role::teacher)));
    EXPECT_THAT(admitted(audience), ElementsAre("sue", "tim"));
    directory.apply(Edit{}.remove_class("physics"));
    EXPECT_THAT(admitted(audience), IsEmpty());
}

TEST_F(AudienceTest, ComesBackFromTheStore) {
    for (const auto& audience :
         {Audience::members("class-physics"), Audience::staff("class-physics", "sam"),
          Audience::users("class-physics", {"sue", "sam"})}) {
        const auto again = Audience::from_stored(audience.stored());
        EXPECT_EQ(admitted(again), admitted(audience));
        EXPECT_EQ(again.route().rooms, audience.route().rooms);
        EXPECT_EQ(again.route().within, audience.route().within);
    }
}

}  // namespace
}  // namespace homeroom::campus
