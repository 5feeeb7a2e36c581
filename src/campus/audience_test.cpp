#include "campus/audience.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/roster/test_roster.h"

namespace homeroom::campus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

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
    const auto route = Audience::members("class-physics").route(directory);
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
    const auto route = Audience::staff("class-physics", "sam").route(directory);
    EXPECT_THAT(route.rooms, ElementsAre("class-physics/staff", "user-sam"));
    EXPECT_EQ(route.within, "class-physics");
}

TEST_F(AudienceTest, OfUsersIsThoseWhoAreInTheRoom) {
    EXPECT_THAT(admitted(Audience::users("class-physics", {"sue", "tom", "dan", "nobody"})),
                ElementsAre("sue"));
    EXPECT_THAT(admitted(Audience::users("class-physics", {})), IsEmpty());
    const auto route = Audience::users("class-physics", {"sue", "sam"}).route(directory);
    EXPECT_THAT(route.rooms, ElementsAre("user-sue", "user-sam"));
    EXPECT_EQ(route.within, "class-physics");
    EXPECT_THAT(Audience::users("class-physics", {}).route(directory).rooms, IsEmpty());
}

// What is derived for one user ends with his part in what it was derived from.
TEST_F(AudienceTest, ForOneIsHeAlone) {
    const auto of_class = Audience::members("class-physics").for_one("sam");
    EXPECT_THAT(admitted(of_class), ElementsAre("sam"));
    EXPECT_EQ(of_class.stored().room, "user-sam");
    EXPECT_THAT(of_class.route(directory).rooms, ElementsAre("user-sam"));
    EXPECT_EQ(of_class.route(directory).within, "class-physics");
    EXPECT_THAT(admitted(Audience::members("class-physics").for_one("tom")), IsEmpty());

    const auto staff = Audience::staff("class-physics", "sam");
    EXPECT_THAT(admitted(staff.for_one("sam")), ElementsAre("sam"));
    EXPECT_EQ(staff.for_one("sam").route(directory).within, "class-physics");
    EXPECT_THAT(admitted(staff.for_one("tim")), ElementsAre("tim"));
    EXPECT_EQ(staff.for_one("tim").route(directory).within, "class-physics/staff");
    EXPECT_THAT(admitted(staff.for_one("sue")), IsEmpty());

    const auto some = Audience::users("class-physics", {"sue", "sam"});
    EXPECT_THAT(admitted(some.for_one("sue")), ElementsAre("sue"));
    EXPECT_THAT(admitted(some.for_one("tim")), IsEmpty());
    EXPECT_THAT(some.for_one("sue").to_text(), Not(HasSubstr("sam")));

    directory.apply(Edit{}.put(enrolled("tim", "physics", Role::student)));
    EXPECT_THAT(admitted(staff.for_one("tim")), IsEmpty()) << "staff no longer";
    EXPECT_THAT(admitted(Audience::members("class-physics").for_one("tim")), ElementsAre("tim"));
}

TEST_F(AudienceTest, ForAGuardianEndsWithHisBeingOne) {
    User sam = user("sam");
    sam.agents = {"gina"};
    directory.apply(
        Edit{}.put(sam).put(user("gina")).put(affiliated("gina", "north", Role::guardian)));
    directory.let_guardians_see({.grades = true});
    const auto of_gina = Audience::person("sam", {"gina"}).for_one("gina");
    EXPECT_TRUE(of_gina.admits("gina", directory));
    EXPECT_FALSE(of_gina.admits("sam", directory));
    EXPECT_EQ(of_gina.route(directory).within, "");
    sam.agents = {};
    directory.apply(Edit{}.put(sam));
    EXPECT_FALSE(of_gina.admits("gina", directory));
}

TEST_F(AudienceTest, GoesThroughItsText) {
    for (const auto& audience :
         {Audience::members("class-physics"), Audience::staff("class-physics", "sam"),
          Audience::users("class-physics", {"sue"}), Audience::person("sam", {}),
          Audience::members("class-physics").for_one("sam")}) {
        const auto again = Audience::from_text(audience.to_text());
        EXPECT_EQ(again.to_text(), audience.to_text());
        EXPECT_EQ(admitted(again), admitted(audience));
    }
    for (const char* text : {"", "[]", "{}", "[1,2,3]", R"(["class-physics","room"])",
                             R"(["class-physics","room",[1]])", R"(["class-physics","all",[]])"}) {
        EXPECT_THAT(admitted(Audience::from_text(text)), IsEmpty()) << text;
        EXPECT_THAT(Audience::from_text(text).route(directory).rooms, IsEmpty()) << text;
    }
}

TEST_F(AudienceTest, OfAPersonIsHimselfAndHisGuardians) {
    User sam = user("sam");
    sam.agents = {"gina"};
    directory.apply(
        Edit{}.put(sam).put(user("gina")).put(affiliated("gina", "north", Role::guardian)));
    const auto admits = [&](const Audience& audience, const char* who) {
        return audience.admits(who, directory);
    };
    const auto alone = Audience::person("sam", {});
    const auto both = Audience::person("sam", {"gina"});
    EXPECT_THAT(admitted(both), ElementsAre("sam"));
    EXPECT_FALSE(admits(both, "gina")) << "the school's policy comes first";
    directory.let_guardians_see({.grades = true});
    EXPECT_TRUE(admits(both, "gina"));
    EXPECT_FALSE(admits(alone, "gina")) << "one who was not named";
    EXPECT_FALSE(admits(Audience::person("sam", {"tim", "sue"}), "sue")) << "no guardian";
    EXPECT_THAT(both.route(directory).rooms, ElementsAre("user-sam", "user-gina"));
    EXPECT_EQ(both.route(directory).within, "");
    EXPECT_THAT(alone.route(directory).rooms, ElementsAre("user-sam"));
    // He has left all classes: it is his own all the same. The guardianship ends: she is out.
    sam.agents.clear();
    directory.apply(Edit{}.remove_enrollment("sam|physics").put(sam));
    EXPECT_TRUE(admits(both, "sam"));
    EXPECT_FALSE(admits(both, "gina"));
    // Only ever of somebody's own room.
    const auto forged =
        Audience::from_stored({.room = "class-physics", .kind = "person", .users = {"tim"}});
    EXPECT_THAT(admitted(forged), IsEmpty());
}

TEST_F(AudienceTest, OfPeopleIsThoseOnTheRosterWhateverRoomsTheyAreIn) {
    const auto audience = Audience::people("conversation-1", {"sam", "tom", "dan", "nobody"});
    EXPECT_THAT(admitted(audience), ElementsAre("sam", "tom"));
    EXPECT_THAT(audience.route(directory).rooms,
                ElementsAre("user-sam", "user-tom", "user-dan", "user-nobody"));
    EXPECT_EQ(audience.route(directory).within, "");
    directory.apply(Edit{}.remove_user("tom"));
    EXPECT_THAT(admitted(audience), ElementsAre("sam"));
}

TEST_F(AudienceTest, OfAGroupIsThoseOfTheNamedWhoAreInIt) {
    const auto audience = Audience::users("conversation-1", {"sam", "sue", "dan"});
    EXPECT_THAT(admitted(audience), IsEmpty());
    directory.conversations().apply({"conversation-1", {{"sam"}, {"sue"}, {"tim"}, {"dan"}}});
    EXPECT_THAT(admitted(audience), ElementsAre("sam", "sue"));
    EXPECT_THAT(audience.route(directory).rooms, ElementsAre("user-sam", "user-sue", "user-dan"));
    directory.conversations().apply({"conversation-1", {{"sue"}}});
    EXPECT_THAT(admitted(audience), ElementsAre("sue"));
    // A new roster does not change who talks to whom.
    directory.load(small_school(), some_monday);
    EXPECT_THAT(admitted(audience), ElementsAre("sue"));
    directory.conversations().apply({"conversation-1", {}});
    EXPECT_THAT(admitted(audience), IsEmpty());
}

// Named before he left, and in it again: what was before he came back is not his.
TEST_F(AudienceTest, OfAConversationIsThoseWhoHaveBeenInItSince) {
    const auto audience = Audience::users("conversation-1", {"sam", "sue"}).at(5);
    directory.conversations().apply({"conversation-1", {{"sam", 2}, {"sue", 5}}});
    EXPECT_THAT(admitted(audience), ElementsAre("sam", "sue"));
    directory.conversations().apply({"conversation-1", {{"sam", 2}, {"sue", 8}}});
    EXPECT_THAT(admitted(audience), ElementsAre("sam"));
    EXPECT_THAT(admitted(audience.for_one("sue")), IsEmpty());
    EXPECT_THAT(admitted(audience.for_one("sam")), ElementsAre("sam"));
}

TEST_F(AudienceTest, OfAGroupThatKeepsItsPastIsThoseWhoWereThere) {
    const StudyGroup group{.id = "7", .history = GroupHistory::joined, .home = "class-physics"};
    const auto room = Audience::members("group-7");
    directory.groups().apply({group,
                              {{.user = "sam", .role = GroupRole::owner, .since = 1},
                               {.user = "tim", .role = GroupRole::staff, .since = 4},
                               {.user = "sue", .since = 6}}});
    EXPECT_THAT(admitted(room.at(7)), ElementsAre("sam", "sue", "tim"));
    EXPECT_THAT(room.at(7).route(directory).rooms, ElementsAre("group-7"));
    EXPECT_THAT(admitted(room.at(5)), ElementsAre("sam", "tim"));
    EXPECT_THAT(room.at(5).route(directory).rooms, ElementsAre("user-sam", "user-tim"));
    EXPECT_EQ(room.at(5).route(directory).within, "group-7");
    EXPECT_THAT(admitted(Audience::staff("group-7", "sue").at(3)), ElementsAre("sam"));
    EXPECT_THAT(Audience::staff("group-7", "sue").at(3).route(directory).rooms,
                ElementsAre("user-sam"));
    EXPECT_THAT(admitted(Audience::users("group-7", {"sue", "tim"}).at(5)), ElementsAre("tim"));
    EXPECT_THAT(admitted(room), IsEmpty()) << "of which it is not known when";
    EXPECT_THAT(admitted(Audience::members("group-7/staff").at(3)), ElementsAre("sam"));
    EXPECT_THAT(Audience::members("group-7/staff").at(3).route(directory).rooms,
                ElementsAre("user-sam"));
    EXPECT_THAT(admitted(Audience::from_text(room.at(5).to_text())), ElementsAre("sam", "tim"));
    EXPECT_THAT(admitted(Audience::from_text(room.at(5).for_one("tim").to_text())),
                ElementsAre("tim"));
    EXPECT_THAT(admitted(Audience::from_text(room.at(5).for_one("sue").to_text())), IsEmpty());
    // Where the past is shared there is nothing to ask.
    StudyGroup shared = group;
    shared.history = GroupHistory::shared;
    directory.groups().apply({shared, {{.user = "sue", .since = 6}}});
    EXPECT_THAT(admitted(room.at(1)), ElementsAre("sue"));
    EXPECT_THAT(room.at(1).route(directory).rooms, ElementsAre("group-7"));
}

TEST_F(AudienceTest, ForOneOfAConversationEndsWithIt) {
    const auto between = Audience::people("conversation-1", {"sam", "pat"}).for_one("pat");
    EXPECT_THAT(admitted(between), ElementsAre("pat"));
    EXPECT_EQ(between.route(directory).within, "");
    EXPECT_THAT(between.route(directory).rooms, ElementsAre("user-pat"));
    EXPECT_THAT(admitted(Audience::people("conversation-1", {"sam"}).for_one("pat")), IsEmpty());
}

TEST_F(AudienceTest, OfAnUnknownKindIsNobody) {
    for (const char* kind : {"", "everyone", "Room", "members", "room ", "staff2"}) {
        const auto audience =
            Audience::from_stored({.room = "class-physics", .kind = kind, .users = {"sam", "tim"}});
        EXPECT_THAT(admitted(audience), IsEmpty()) << kind;
        EXPECT_THAT(audience.route(directory).rooms, IsEmpty()) << kind;
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
          Audience::users("class-physics", {"sue", "sam"}),
          Audience::people("conversation-1", {"sue", "sam"}),
          Audience::users("conversation-1", {"sue", "sam"}), Audience::person("sam", {"sue"})}) {
        const auto again = Audience::from_stored(audience.stored());
        EXPECT_EQ(admitted(again), admitted(audience));
        EXPECT_EQ(again.route(directory).rooms, audience.route(directory).rooms);
        EXPECT_EQ(again.route(directory).within, audience.route(directory).within);
    }
}

}  // namespace
}  // namespace homeroom::campus
