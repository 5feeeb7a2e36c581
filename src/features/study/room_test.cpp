// What happens in a session that is live.
#include "features/study/room.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/study/limits.h"
#include "features/study/test_study.h"

namespace homeroom::features::study {
namespace {

using campus::Edit;
using campus::Json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class RoomTest : public testing::Test {
protected:
    StudyUnderTest school{};

    Json patch(const Json& what) { return {{"patch", what}}; }
    std::string outcome(StudyUnderTest::Command command, const std::string& user,
                        const std::string& id, const Json& request) {
        return StudyUnderTest::words(school.ask(command, user, id, request));
    }
    static std::vector<std::string> ids(const Json& list) {
        std::vector<std::string> all;
        for (const auto& one : list) all.push_back(one.at("user").at("id"));
        return all;
    }
    Json state(const std::string& user, const std::string& id) {
        return school.must_join(user, id).answer.at("state");
    }
};

TEST_F(RoomTest, ThoseWhoComeAreShownToEachOther) {
    const auto id = school.live("tim", "class-physics");
    EXPECT_THAT(StudyUnderTest::news(school.must_join("tim", id)), ElementsAre("tim joined"));
    const auto sam = school.must_join("sam", id);
    EXPECT_THAT(StudyUnderTest::news(sam), ElementsAre("sam joined"));
    EXPECT_THAT(ids(sam.answer.at("members")), ElementsAre("tim", "sam"));
    EXPECT_THAT(StudyUnderTest::news(school.must_join("sam", id)), IsEmpty());  // another device
    EXPECT_EQ(StudyUnderTest::words(school.join("pat", id)), "not_found session");
    EXPECT_EQ(StudyUnderTest::words(school.join("sam", "nothing")), "not_found session");
    const auto planned = school.planned("tim", "class-physics");
    EXPECT_EQ(StudyUnderTest::words(school.join("sam", planned)), "conflict session");
}

TEST_F(RoomTest, NothingIsDoneByThoseWhoAreNotInIt) {
    const auto id = school.live("tim", "class-physics");
    for (const auto command : {patch_state, raise_hand, divide, gather, study::move}) {
        EXPECT_EQ(outcome(command, "sam", id, Json::object()), "conflict session");
        EXPECT_EQ(outcome(command, "pat", id, Json::object()), "not_found session");
    }
}

TEST_F(RoomTest, AShortAbsenceIsNone) {
    const auto id = school.live("tim", "class-physics");
    school.must_join("sam", id);
    school.now += 30s;
    EXPECT_THAT(StudyUnderTest::news(*school.go(lose, "sam", id)), ElementsAre("sam away"));
    EXPECT_THAT(StudyUnderTest::news(*school.go(lose, "sam", id)), IsEmpty());
    school.now += 60s;
    EXPECT_THAT(StudyUnderTest::news(school.must_join("sam", id)), ElementsAre("sam back"));
    EXPECT_THAT(school.attendance("tim", id), ElementsAre("sam 0-"));
    EXPECT_THAT(StudyUnderTest::news(**school.look(id)), IsEmpty());
}

TEST_F(RoomTest, ALongOneWasADepartureFromWhenItBegan) {
    const auto id = school.live("tim", "class-physics");
    school.must_join("sam", id);
    school.must_join("sue", id);
    school.now += 30s;
    const auto lost = *school.go(lose, "sam", id);
    EXPECT_EQ(lost.away_until, school.now + 60s);
    school.must_join("sue", id);
    school.now += 59s;
    EXPECT_THAT(StudyUnderTest::news(**school.look(id)), IsEmpty());
    school.now += 1s;
    const auto happening = **school.look(id);
    EXPECT_THAT(StudyUnderTest::news(happening), ElementsAre("sam left"));
    EXPECT_FALSE(happening.away_until);
    school.now += 10s;
    EXPECT_THAT(StudyUnderTest::news(school.must_join("sam", id)), ElementsAre("sam joined"));
    school.now += 5s;
    ASSERT_TRUE(school.go(leave, "sam", id).ok());
    EXPECT_THAT(school.attendance("tim", id),
                ElementsAre("sam 0-30 lost", "sam 100-105 left", "sue 0-"));
}

// He comes back too late, and before anybody has looked.
TEST_F(RoomTest, WhoComesBackTooLateHasANewInterval) {
    const auto id = school.live("tim", "class-physics");
    school.must_join("sam", id);
    ASSERT_TRUE(school.ask(raise_hand, "sam", id, {{"raised", true}}).ok());
    school.now += 30s;
    ASSERT_TRUE(school.go(lose, "sam", id).ok());
    school.now += 61s;
    const auto again = school.must_join("sam", id);
    EXPECT_THAT(StudyUnderTest::news(again), ElementsAre("sam left", "sam joined"));
    EXPECT_TRUE(again.session.shared.hands().empty());
    EXPECT_THAT(school.attendance("tim", id), ElementsAre("sam 0-30 lost", "sam 91-"));
}

TEST_F(RoomTest, AfterARestartWhoReturnsInTimeKeepsHisInterval) {
    const auto id = school.live("tim", "class-physics");
    school.must_join("sam", id);
    school.must_join("sue", id);
    school.now += 100s;
    school.must_join("tim", id);  // after the last sign of life
    school.restart({});
    school.now += 3min;  // the server was away for that long
    school.come_back(id, school.begin + 95s);
    EXPECT_THAT(StudyUnderTest::news(**school.look(id)), IsEmpty());
    school.now += 60s;
    EXPECT_THAT(StudyUnderTest::news(school.must_join("sam", id)), ElementsAre("sam back"));
    EXPECT_THAT(StudyUnderTest::news(**school.look(id)),
                UnorderedElementsAre("sue left", "tim left"));
    EXPECT_THAT(school.attendance("tim", id),
                ElementsAre("sam 0-", "sue 0-95 lost", "tim 100-100 lost"));
}

TEST_F(RoomTest, WhoLeavesTheClassIsOutOfTheSession) {
    const auto id = school.live("tim", "class-physics");
    school.must_join("sam", id);
    ASSERT_TRUE(school.ask(raise_hand, "sam", id, {{"raised", true}}).ok());
    school.now += 20s;
    school.change(Edit{}.remove_enrollment("sam|physics"));
    EXPECT_EQ(outcome(patch_state, "sam", id, patch(Json::object())), "not_found session");
    const auto gone = *school.go(lose, "sam", id);
    EXPECT_THAT(StudyUnderTest::news(gone), ElementsAre("sam left"));
    EXPECT_TRUE(gone.state);
    EXPECT_TRUE(gone.session.shared.hands().empty());
    EXPECT_THAT(school.attendance("tim", id), ElementsAre("sam 0-20 removed"));
    EXPECT_EQ(StudyUnderTest::words(school.join("sam", id)), "not_found session");
}

TEST_F(RoomTest, EndedEverybodyHasLeft) {
    const auto id = school.live("tim", "class-physics");
    school.now = school.begin;
    school.must_join("sam", id);
    school.must_join("sue", id);
    school.now += 10s;
    ASSERT_TRUE(school.go(lose, "sue", id).ok());
    school.must("tim", "study:end", {{"session", id}});
    const auto lines = school.attendance("tim", id);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_THAT(lines[0], testing::EndsWith(" ended"));
    EXPECT_EQ(lines[1], "sue 0-10 lost");
    EXPECT_EQ(StudyUnderTest::words(school.go(lose, "sam", id)), "not_found session");
    EXPECT_FALSE(*school.look(id));
}

TEST_F(RoomTest, WhoComesAndGoesAllDayFillsNoTable) {
    const auto id = school.live("tim", "class-physics");
    for (int i = 0; i < 60; ++i) {
        school.must_join("sam", id);
        school.now += 2s;
        ASSERT_TRUE(school.go(leave, "sam", id).ok());
    }
    EXPECT_EQ(school.attendance("tim", id).size(), static_cast<std::size_t>(intervals_max));
}

TEST_F(RoomTest, TheClassIsLedByWhoLeadsIt) {
    const auto id = school.live("tim", "class-physics");
    for (const char* user : {"tim", "sam", "sue"}) school.must_join(user, id);
    const Json item{{"agenda", {{"a", {{"text", "x"}}}}}};
    EXPECT_EQ(outcome(patch_state, "sam", id, patch(item)), "forbidden patch");
    EXPECT_EQ(outcome(patch_state, "sam", id, patch({{"leader", "sam"}})), "forbidden leader");
    EXPECT_EQ(outcome(patch_state, "tim", id, patch({{"leader", "pat"}})), "not_found leader");
    EXPECT_EQ(outcome(patch_state, "tim", id, patch({{"leader", "sam"}})), "ok");
    EXPECT_EQ(outcome(patch_state, "sam", id, patch(item)), "ok");
    EXPECT_EQ(outcome(patch_state, "sam", id, patch({{"leader", "sue"}})), "ok");
    EXPECT_EQ(outcome(patch_state, "sam", id, patch(item)), "forbidden patch");
    EXPECT_EQ(outcome(patch_state, "tim", id, patch(item)), "ok");  // the staff always may
    // Who leads and goes leaves it to who runs the session.
    ASSERT_TRUE(school.go(leave, "sue", id).ok());
    EXPECT_EQ(state("sam", id).at("leader").at("id"), "tim");
}

TEST_F(RoomTest, OfAGroupEverybodyEditsAndWhereNobodyLeadsAnybodyMay) {
    school.put_group({.id = "g1", .title = "Lab", .home = "class-physics"},
                     {{"sam", campus::GroupRole::member, 0},
                      {"sue", campus::GroupRole::member, 0},
                      {"tim", campus::GroupRole::owner, 0}});
    const auto id = school.live("tim", "group-g1");
    for (const char* user : {"sam", "sue"}) school.must_join(user, id);
    EXPECT_EQ(outcome(patch_state, "sam", id, patch({{"current", {{"board", "w"}}}})), "ok");
    EXPECT_EQ(outcome(patch_state, "sam", id, patch({{"leader", "sam"}})), "forbidden leader");
    school.must_join("tim", id);
    EXPECT_EQ(outcome(patch_state, "tim", id, patch({{"leader", nullptr}})), "ok");
    EXPECT_EQ(outcome(patch_state, "sam", id, patch({{"leader", "sue"}})), "forbidden leader");
    EXPECT_EQ(outcome(patch_state, "sam", id, patch({{"leader", "sam"}})), "ok");
    EXPECT_EQ(outcome(patch_state, "sue", id, patch({{"leader", "sue"}})), "forbidden leader");
}

TEST_F(RoomTest, APatchIsTakenAsAWholeWhoLeadsIncluded) {
    const auto id = school.live("tim", "class-physics");
    for (const char* user : {"tim", "sam"}) school.must_join(user, id);
    const Json both{{"current", {{"board", "w"}}}, {"leader", "sue"}};  // she is not there
    EXPECT_EQ(outcome(patch_state, "tim", id, patch(both)), "not_found leader");
    EXPECT_TRUE(state("tim", id).at("current").is_null());
    Json old = patch({{"leader", "sam"}});
    old["version"] = 0;
    EXPECT_EQ(outcome(patch_state, "tim", id, old), "conflict version");  // tim leads since 1
}

TEST_F(RoomTest, HandsAreOnesOwnButThatWhoLeadsTakesThemDown) {
    const auto id = school.live("tim", "class-physics");
    for (const char* user : {"tim", "sam", "sue"}) school.must_join(user, id);
    EXPECT_EQ(outcome(raise_hand, "sue", id, {{"raised", true}}), "ok");
    EXPECT_EQ(outcome(raise_hand, "sam", id, {{"raised", true}}), "ok");
    EXPECT_THAT(ids(state("tim", id).at("hands")), ElementsAre("sue", "sam"));
    EXPECT_EQ(outcome(raise_hand, "sam", id, {{"raised", false}, {"user", "sue"}}),
              "forbidden user");
    EXPECT_EQ(outcome(raise_hand, "tim", id, {{"raised", true}, {"user", "tom"}}),
              "forbidden user");
    EXPECT_EQ(outcome(raise_hand, "tim", id, {{"raised", false}, {"user", "sue"}}), "ok");
    EXPECT_THAT(ids(state("tim", id).at("hands")), ElementsAre("sam"));
    EXPECT_EQ(outcome(raise_hand, "sam", id, {{"raised", 1}}), "invalid raised");
    ASSERT_TRUE(school.go(leave, "sam", id).ok());
    EXPECT_THAT(ids(state("tim", id).at("hands")), IsEmpty());
}

TEST_F(RoomTest, PhasesEndByTheServersClock) {
    const auto id = school.live("tim", "class-physics");
    school.must_join("tim", id);
    const Json timer{{"focus", 60}, {"break", 10}, {"rounds", 2}, {"do", "start"}};
    const auto started = *school.ask(patch_state, "tim", id, patch({{"timer", timer}}));
    EXPECT_EQ(started.session.shared.timer().ends_at, school.now + 60s);
    school.now += 59s;
    EXPECT_FALSE((*school.look(id))->state);
    school.now += 1s;
    const auto rested = **school.look(id);
    EXPECT_TRUE(rested.state);
    EXPECT_EQ(rested.session.shared.version(), started.session.shared.version() + 1);
    EXPECT_EQ(state("tim", id).at("timer").at("phase"), "break");
    school.now += 1h;  // the server was away
    EXPECT_TRUE((*school.look(id))->state);
    EXPECT_TRUE(state("tim", id).at("timer").at("phase").is_null());
    EXPECT_FALSE((*school.look(id))->state);
}

TEST_F(RoomTest, BreakoutRoomsAreForThoseWhoAreInThem) {
    const auto id = school.live("tim", "class-physics", {{"control", "everyone"}});
    for (const char* user : {"tim", "sam", "sue"}) school.must_join(user, id);
    EXPECT_EQ(outcome(divide, "sam", id, {{"count", 2}}), "forbidden session");
    const Json rooms{{{"title", "A"}, {"users", {"sam"}}}, {{"users", {"sue"}}}};
    const auto divided = *school.ask(divide, "tim", id, {{"rooms", rooms}, {"seconds", 300}});
    EXPECT_TRUE(divided.state);
    EXPECT_THAT(divided.placed, ElementsAre("sam", "sue"));
    const Json shown = divided.answer.at("state").at("breakouts");
    ASSERT_EQ(shown.at("rooms").size(), 2U);
    const std::string a = shown.at("rooms")[0].at("id");
    const std::string b = shown.at("rooms")[1].at("id");
    EXPECT_EQ(shown.at("rooms")[1].at("title"), "Room 2");
    EXPECT_EQ(school.must_join("sam", id).answer.at("breakout").at("id"), a);
    const Json item{{"agenda", {{"x", {{"text", "ours"}}}}}};
    const auto of = [&](const std::string& breakout) {
        return Json{{"patch", item}, {"breakout", breakout}};
    };
    // Case 55 of who may see what.
    EXPECT_EQ(outcome(patch_state, "sam", id, patch(item)), "forbidden breakout");
    EXPECT_EQ(outcome(patch_state, "sam", id, of(b)), "not_found breakout");
    EXPECT_EQ(outcome(patch_state, "sam", id, of("none")), "not_found breakout");
    const auto changed = *school.ask(patch_state, "sam", id, of(a));
    EXPECT_THAT(changed.breakouts, ElementsAre(a));
    EXPECT_FALSE(changed.state);
    EXPECT_EQ(outcome(patch_state, "tim", id, of(a)), "ok");  // who leads looks in
    EXPECT_EQ(outcome(patch_state, "tim", id, patch(item)), "ok");
    EXPECT_EQ(outcome(patch_state, "sam", id,
                      {{"patch", {{"timer", {{"do", "start"}}}}}, {"breakout", a}}),
              "invalid patch");
    EXPECT_EQ(outcome(raise_hand, "sam", id, {{"raised", true}}), "ok");  // calls for help
    // Back by the clock.
    school.now += 300s;
    const auto back = **school.look(id);
    EXPECT_TRUE(back.gathered);
    EXPECT_TRUE(state("sam", id).at("breakouts").is_null());
    EXPECT_EQ(outcome(patch_state, "sam", id, patch(item)), "ok");
    EXPECT_EQ(outcome(patch_state, "sam", id, of(a)), "not_found breakout");
}

// All of them are written with each hand that is raised.
TEST_F(RoomTest, BreakoutRoomsHaveShortAgendasAllTogether) {
    const auto id = school.live("tim", "class-physics");
    for (const char* user : {"tim", "sam"}) school.must_join(user, id);
    const auto divided = *school.ask(divide, "tim", id, {{"count", 30}});
    const Json rooms = divided.answer.at("state").at("breakouts").at("rooms");
    const std::string text(300, 'x');
    const auto write = [&](std::size_t room, const std::string& item, const Json& value) {
        return outcome(
            patch_state, "tim", id,
            {{"breakout", rooms[room].at("id")}, {"patch", {{"agenda", {{item, value}}}}}});
    };
    std::size_t written = 0;
    const auto fill = [&] {
        for (std::size_t i = 0; i < 300; ++i) {
            const auto answer = write(i % 30, "i" + std::to_string(i / 30), {{"text", text}});
            if (answer != "ok") return answer;
            ++written;
        }
        return std::string{"ok"};
    };
    EXPECT_EQ(fill(), "too_large agenda");
    EXPECT_EQ(written, breakouts_bytes_max / (text.size() + 2));
    EXPECT_EQ(write(0, "i0", nullptr), "ok") << "what is deleted makes room";
    EXPECT_EQ(write(1, "new", {{"text", "short"}}), "ok");
    // Of what was deleted only so much is remembered.
    for (int i = 0; i < 200; ++i) {
        const std::string item(60, static_cast<char>('a' + i % 26));
        ASSERT_EQ(write(2, item, {{"text", "y"}}), "ok") << i;
        ASSERT_EQ(write(2, item, nullptr), "ok") << i;
    }
}

// Nothing is written of what somebody asks who was never there.
TEST_F(RoomTest, WhoWasNeverThereHasNothingToLose) {
    const auto id = school.live("tim", "class-physics");
    school.must_join("tim", id);
    const auto version = state("tim", id);
    for (const char* user : {"sam", "pat", "nobody"})
        EXPECT_EQ(StudyUnderTest::words(school.go(lose, user, id)), "not_found session") << user;
    EXPECT_EQ(state("tim", id), version);
}

TEST_F(RoomTest, ThoseWhoLeadAreSpreadOverNoBreakoutRoomAndMovePeople) {
    const auto id = school.live("tim", "class-physics");
    for (const char* user : {"tim", "sam", "sue"}) school.must_join(user, id);
    const auto divided = *school.ask(divide, "tim", id, {{"count", 2}});
    EXPECT_THAT(divided.placed, ElementsAre("sam", "sue"));
    const std::string first = divided.answer.at("state").at("breakouts").at("rooms")[0].at("id");
    const auto moved = *school.ask(study::move, "tim", id, {{"user", "sue"}, {"breakout", first}});
    EXPECT_THAT(StudyUnderTest::news(moved), ElementsAre("sue moved"));
    EXPECT_EQ(moved.members[0].member.at("breakout"), first);
    EXPECT_THAT(moved.placed, ElementsAre("sue"));
    EXPECT_THAT(school.ask(study::move, "tim", id, {{"user", "sue"}, {"breakout", first}})->placed,
                IsEmpty());
    EXPECT_EQ(outcome(study::move, "sue", id, Json::object()), "forbidden session");
    EXPECT_EQ(outcome(study::move, "tim", id, {{"user", "pat"}}), "not_found user");
    EXPECT_EQ(outcome(study::move, "tim", id, {{"breakout", "none"}}), "not_found breakout");
    EXPECT_EQ(outcome(study::move, "tim", id, {{"user", "sue"}}), "ok");  // into none
    EXPECT_TRUE(school.ask(gather, "tim", id)->gathered);
    EXPECT_FALSE(school.ask(gather, "tim", id)->gathered);
    // New ones are others, whatever they are called.
    const auto again = *school.ask(divide, "tim", id, {{"count", 1}});
    EXPECT_NE(again.answer.at("state").at("breakouts").at("rooms")[0].at("id"), first);
}

TEST_F(RoomTest, BreakoutRoomsRefuseNonsense) {
    const auto id = school.live("tim", "class-physics");
    for (const char* user : {"tim", "sam"}) school.must_join(user, id);
    for (const Json& wrong :
         {Json::object(), Json{{"count", 0}}, Json{{"count", 31}}, Json{{"rooms", Json::array()}},
          Json{{"rooms", {1}}}, Json{{"rooms", {{{"users", "sam"}}}}},
          Json{{"rooms", {{{"users", {"sam", "sam"}}}}}}, Json{{"count", 1}, {"seconds", 0}},
          Json{{"count", 1}, {"rooms", {Json::object()}}}})
        EXPECT_EQ(outcome(divide, "tim", id, wrong).substr(0, 7), "invalid") << wrong;
    EXPECT_EQ(outcome(divide, "tim", id, {{"rooms", {{{"users", {"sue"}}}}}}), "not_found users");
}

// Whoever is not shown to all, and runs the session, leads it if he takes the lead, and not because
// he has come.
TEST_F(RoomTest, NobodyLeadsByComingWhoIsNotShown) {
    auto hidden = campus::user("sue");
    hidden.hidden = true;
    school.change(Edit{}.put(hidden));
    const auto id = school.live("sue", "class-physics", {{"control", "everyone"}});
    for (const char* user : {"sue", "sam"}) school.must_join(user, id);
    EXPECT_EQ(outcome(patch_state, "sue", id, patch({{"leader", nullptr}})), "ok");
    EXPECT_TRUE(state("sue", id).at("leader").is_null());
    school.must_join("tim", id);
    EXPECT_EQ(state("sue", id).at("leader").at("id"), "tim");
    ASSERT_TRUE(school.go(leave, "tim", id).ok());
    EXPECT_TRUE(state("sue", id).at("leader").is_null());
    EXPECT_EQ(outcome(patch_state, "sue", id, patch({{"leader", "sue"}})), "ok");
}

// Cases 41 and 42 of who may see what.
TEST_F(RoomTest, WhoIsNotShownIsShownToTheStaffAlone) {
    auto hidden = campus::user("sue");
    hidden.hidden = true;
    school.change(Edit{}.put(hidden));
    const auto id = school.live("sam", "class-physics");
    for (const char* user : {"tim", "sam", "sue"}) school.must_join(user, id);
    EXPECT_THAT(ids(school.must_join("sam", id).answer.at("members")), ElementsAre("tim", "sam"));
    EXPECT_THAT(ids(school.must_join("tim", id).answer.at("members")),
                ElementsAre("tim", "sam", "sue"));
    EXPECT_THAT(ids(school.must_join("sue", id).answer.at("members")),
                ElementsAre("tim", "sam", "sue"));
    EXPECT_THAT(school.attendance("tim", id).size(), 3U);
    EXPECT_THAT(school.attendance("sam", id).size(), 2U);  // its host, and a student
    // Nor can he find out by naming her.
    const Json named{{"rooms", {{{"users", {"sue"}}}}}};
    EXPECT_EQ(outcome(divide, "sam", id, named), "not_found users");
    EXPECT_EQ(outcome(patch_state, "sam", id, patch({{"leader", "sue"}})), "not_found leader");
    EXPECT_EQ(outcome(study::move, "sam", id, {{"user", "sue"}}), "not_found user");
    // Who leads is told to all: staff who know that she is there do not make her known by it.
    EXPECT_EQ(outcome(patch_state, "tim", id, patch({{"leader", "sue"}})), "not_found leader");
    EXPECT_EQ(outcome(divide, "tim", id, named), "ok");
    EXPECT_THAT(school.must_join("sue", id).answer.at("breakout").at("users"), IsEmpty());
    EXPECT_EQ(school.must_join("sam", id).answer.dump().find("sue"), std::string::npos);
}

TEST_F(RoomTest, AGroupThatListsNobodyListsNobodyHere) {
    school.put_group({.id = "g1", .title = "Lab", .listed = false, .home = "class-physics"},
                     {{"sam", campus::GroupRole::member, 0},
                      {"sue", campus::GroupRole::member, 0},
                      {"tim", campus::GroupRole::owner, 0}});
    const auto id = school.live("sam", "group-g1");
    for (const char* user : {"tim", "sam", "sue"}) school.must_join(user, id);
    EXPECT_THAT(ids(school.must_join("sam", id).answer.at("members")), ElementsAre("sam"));
    EXPECT_THAT(ids(school.must_join("tim", id).answer.at("members")),
                ElementsAre("tim", "sam", "sue"));
}

TEST_F(RoomTest, OthersAskWhoIsInIt) {
    const auto id = school.live("tim", "class-physics");
    school.must_join("tim", id);
    school.must_join("sam", id);
    const auto divided = *school.ask(divide, "tim", id, {{"count", 1}});
    const std::string breakout = divided.answer.at("state").at("breakouts").at("rooms")[0].at("id");
    const auto is_in = [&](const char* user, const std::string& room) {
        bool found = false;
        EXPECT_TRUE(school
                        .run([&](RoomCall& call) -> Result<std::optional<Happening>> {
                            TRY(found,
                                is_in_room(call.transaction.db(), school.directory, user, room));
                            return std::optional<Happening>{};
                        })
                        .ok());
        return found;
    };
    EXPECT_TRUE(is_in("sam", "study-" + id));
    EXPECT_FALSE(is_in("sue", "study-" + id));
    EXPECT_FALSE(is_in("sam", "study-nothing"));
    EXPECT_TRUE(is_in("sam", "study-" + id + "/" + breakout));
    EXPECT_FALSE(is_in("tim", "study-" + id + "/" + breakout));
    EXPECT_FALSE(is_in("sam", "study-" + id + "/none"));
    school.change(Edit{}.remove_enrollment("sam|physics"));
    EXPECT_FALSE(is_in("sam", "study-" + id));
}

}  // namespace
}  // namespace homeroom::features::study
