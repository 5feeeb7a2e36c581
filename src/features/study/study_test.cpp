// Planning, starting and ending sessions, and what is told of them.
#include "features/study/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/study/limits.h"
#include "features/study/test_study.h"

namespace homeroom::features::study {
namespace {

using campus::Json;
using testing::ElementsAre;
using testing::IsEmpty;

std::string in(std::chrono::seconds time) {
    return to_rfc3339(wall_now() + time);
}

class StudyTest : public testing::Test {
protected:
    StudyUnderTest school{};
    campus::ScheduleUnderTest schedule{school};
    StudyTest() { register_study(schedule.schedule); }

    std::string status(const std::string& id) {
        return school.must("tim", "study:get", {{"session", id}}).at("session").at("status");
    }
};

TEST_F(StudyTest, IsMadeByMembersForTheirClassAndToldToIt) {
    const auto made = school.must("sue", "study:create",
                                  {{"title", "Fractions"},
                                   {"class", "physics"},
                                   {"startsAt", in(1h)},
                                   {"plan", {{"agenda", {"one"}}}}});
    const auto& session = made.at("session");
    EXPECT_EQ(session.at("room"), "class-physics");
    EXPECT_EQ(session.at("host").at("id"), "sue");
    EXPECT_EQ(session.at("status"), "planned");
    EXPECT_EQ(session.at("control"), "leader");
    EXPECT_EQ(session.at("plan").at("agenda"), Json({"one"}));
    EXPECT_THAT(school.told(), ElementsAre("study:created: sam sue tim"));
    EXPECT_EQ(school.outcome("sam", "study:get", {{"session", session.at("id")}}), "ok");
    EXPECT_EQ(school.outcome("pat", "study:get", {{"session", session.at("id")}}),
              "not_found session");
}

TEST_F(StudyTest, NotForAnybodyElsesRoomNorForWhatIsNoClassOrGroup) {
    const auto outcome = [&](const std::string& user, Json place) {
        place["title"] = "Fractions";
        return school.outcome(user, "study:create", place);
    };
    EXPECT_EQ(outcome("pat", {{"class", "physics"}}), "not_found class");
    EXPECT_EQ(outcome("pat", {{"class", "nowhere"}}), "not_found class");
    EXPECT_EQ(outcome("pat", {{"group", "g1"}}), "not_found group");
    EXPECT_EQ(outcome("sam", {{"room", "class-physics/staff"}}), "not_found room");
    EXPECT_EQ(outcome("tim", {{"room", "class-physics/staff"}}), "forbidden room");
    EXPECT_EQ(outcome("tim", {{"room", "course-science"}}), "forbidden room");
    EXPECT_EQ(outcome("tim", {{"room", "class-physics~study-x"}}), "not_found room");
    EXPECT_EQ(outcome("tim", Json::object()), "invalid class");
    EXPECT_EQ(outcome("tim", {{"class", "physics"}, {"room", "class-physics"}}), "invalid class");
}

TEST_F(StudyTest, RefusesWhatIsNoneOfItsFields) {
    const auto outcome = [&](const Json& more) {
        Json body{{"title", "Fractions"}, {"class", "physics"}};
        body.update(more);
        return school.outcome("tim", "study:create", body);
    };
    EXPECT_EQ(outcome({{"title", "  "}}), "invalid title");
    EXPECT_EQ(outcome({{"title", std::string(title_bytes_max + 1, 'x')}}), "too_large title");
    EXPECT_EQ(outcome({{"startsAt", "tomorrow"}}), "invalid startsAt");
    EXPECT_EQ(outcome({{"startsAt", in(-1h)}}), "invalid startsAt");
    EXPECT_EQ(outcome({{"startsAt", in(24h * 400)}}), "invalid startsAt");
    EXPECT_EQ(outcome({{"control", "nobody"}}), "invalid control");
    EXPECT_EQ(outcome({{"plan", "x"}}), "invalid plan");
    EXPECT_THAT(school.told(), IsEmpty());
}

TEST_F(StudyTest, HasNoMoreThanSoManyThatWait) {
    for (std::int64_t i = 0; i < open_sessions_of_host_max; ++i)
        school.planned("sam", "class-physics");
    const Json more{{"title", "x"}, {"class", "physics"}};
    EXPECT_EQ(school.outcome("sam", "study:create", more), "too_large class");
    EXPECT_EQ(school.outcome("sue", "study:create", more), "ok");
}

TEST_F(StudyTest, IsStartedByItsHostOrTheStaffAndLedByWhoDid) {
    const auto id = school.planned("sue", "class-physics");
    const Json about{{"session", id}};
    EXPECT_EQ(school.outcome("sam", "study:start", about), "forbidden session");
    EXPECT_EQ(school.outcome("pat", "study:start", about), "not_found session");
    school.events();
    EXPECT_EQ(school.must("tim", "study:start", about).at("session").at("status"), "live");
    EXPECT_THAT(school.told(), ElementsAre("study:started: sam sue tim"));
    EXPECT_EQ(school.outcome("sue", "study:start", about), "ok");  // by another device
    EXPECT_THAT(school.told(), IsEmpty());
    const auto entered = school.must_join("sam", id);
    EXPECT_EQ(entered.answer.at("state").at("leader").at("id"), "tim");
}

TEST_F(StudyTest, IsEndedByWhoLeadsItAndOnce) {
    const auto id = school.live("tim", "class-physics");
    const Json about{{"session", id}};
    school.must_join("sam", id);
    EXPECT_EQ(school.outcome("sam", "study:end", about), "forbidden session");
    school.must_join("tim", id);
    ASSERT_TRUE(school.ask(patch_state, "tim", id, {{"patch", {{"leader", "sam"}}}}).ok());
    school.events();
    EXPECT_EQ(school.must("sam", "study:end", about).at("session").at("status"), "ended");
    EXPECT_THAT(school.told(), ElementsAre("study:ended: sam sue tim"));
    EXPECT_EQ(school.outcome("tim", "study:end", about), "ok");
    EXPECT_THAT(school.told(), IsEmpty());
    EXPECT_EQ(school.outcome("tim", "study:start", about), "conflict session");
    EXPECT_EQ(school.outcome("tim", "study:update", {{"session", id}, {"title", "x"}}),
              "conflict session");
    EXPECT_EQ(StudyUnderTest::words(school.join("sam", id)), "conflict session");
    // Who led it keeps the right to see who was there.
    EXPECT_EQ(school.outcome("sam", "study:attendance", about), "ok");
    EXPECT_EQ(school.outcome("sue", "study:attendance", about), "forbidden session");
    EXPECT_EQ(school.outcome("pat", "study:attendance", about), "not_found session");
}

TEST_F(StudyTest, IsChangedUntilItBegins) {
    const auto id = school.planned("sue", "class-physics", {{"startsAt", in(1h)}});
    school.events();
    EXPECT_EQ(school.outcome("sam", "study:update", {{"session", id}, {"title", "x"}}),
              "forbidden session");
    school.must("sue", "study:update", {{"session", id}, {"title", "Roots"}});
    EXPECT_THAT(school.told(), ElementsAre("study:updated: sam sue tim"));
    school.must("sue", "study:update", {{"session", id}, {"title", "Roots"}});
    EXPECT_THAT(school.told(), IsEmpty());
    school.must("sue", "study:start", {{"session", id}});
    EXPECT_EQ(school.outcome("sue", "study:update", {{"session", id}, {"startsAt", in(2h)}}),
              "conflict session");
    EXPECT_EQ(school.outcome("sue", "study:update", {{"session", id}, {"title", "Cubes"}}), "ok");
}

TEST_F(StudyTest, RemindsTenMinutesBefore) {
    const auto id = school.planned("sue", "class-physics", {{"startsAt", in(1h)}});
    school.planned("sue", "class-physics",
                   {{"startsAt", in(5min)}});  // who is invited so late knows
    school.events();
    schedule.pass(49min);
    EXPECT_THAT(school.told(), IsEmpty());
    schedule.pass(2min);
    EXPECT_THAT(school.told(), ElementsAre("study:reminder: sam sue tim"));
    // Moved, it reminds again; started, no more.
    school.must("sue", "study:update", {{"session", id}, {"startsAt", in(5h)}});
    school.events();
    schedule.pass(3h);
    EXPECT_THAT(school.told(), IsEmpty());
    school.must("sue", "study:start", {{"session", id}});
    school.events();
    schedule.pass(1h);
    EXPECT_THAT(school.told(), ElementsAre("study:ended: sam sue tim"));  // nobody came: below
}

TEST_F(StudyTest, EndsByItselfWhereNobodyCaresForIt) {
    const auto unstarted = school.planned("sue", "class-physics");
    const auto empty = school.live("sue", "class-physics");
    const auto joined = school.live("sue", "class-physics");
    school.now = wall_now();
    school.must_join("sam", joined);
    schedule.pass(31min);
    EXPECT_EQ(status(empty), "ended");
    EXPECT_EQ(status(joined), "live");
    school.now = wall_now() + 31min;
    ASSERT_TRUE(school.go(leave, "sam", joined).ok());
    school.must_join("sue", joined);  // somebody else in time
    schedule.pass(31min);
    EXPECT_EQ(status(joined), "live");
    schedule.pass(11h);
    EXPECT_EQ(status(joined), "ended");
    schedule.pass(12h);
    EXPECT_EQ(status(unstarted), "cancelled");
    EXPECT_EQ(school.count("SELECT count(*) FROM schedule"), 0);
}

TEST_F(StudyTest, IsListedToWhoMaySeeIt) {
    const auto first = school.planned("sue", "class-physics");
    const auto second = school.live("sue", "class-chemistry");
    school.must("sue", "study:end", {{"session", first}});
    const auto ids = [&](const std::string& user, const Json& query) {
        std::vector<std::string> all;
        const Json list = school.must(user, "study:list", query);
        for (const auto& one : list.at("sessions")) all.push_back(one.at("id"));
        return all;
    };
    EXPECT_THAT(ids("sue", Json::object()), ElementsAre(second, first));
    EXPECT_THAT(ids("sue", {{"open", true}}), ElementsAre(second));
    EXPECT_THAT(ids("sam", Json::object()), ElementsAre(first));
    EXPECT_THAT(ids("pat", Json::object()), IsEmpty());
    EXPECT_THAT(ids("sue", {{"room", "class-chemistry"}}), ElementsAre(second));
    EXPECT_EQ(school.outcome("sam", "study:list", {{"room", "class-chemistry"}}), "not_found room");
    const auto page = school.must("sue", "study:list", {{"limit", 1}});
    EXPECT_THAT(ids("sue", {{"limit", 1}, {"before", page.at("next")}}), ElementsAre(first));
}

TEST_F(StudyTest, TheSameKeyMakesOneSession) {
    const Json body{{"title", "Fractions"}, {"class", "physics"}, {"key", "k1"}};
    EXPECT_EQ(school.must("sue", "study:create", body), school.must("sue", "study:create", body));
    EXPECT_EQ(school.count("SELECT count(*) FROM study_sessions"), 1);
}

// Decision 15: whoever comes later sees neither it nor what happens to it; its start is for all.
TEST_F(StudyTest, InAGroupThatKeepsItsPastItIsForThoseWhoWereThereUntilItBegins) {
    campus::StudyGroup group{.id = "g1",
                             .title = "Lab",
                             .access = campus::GroupAccess::invitation,
                             .history = campus::GroupHistory::joined,
                             .home = "class-physics"};
    std::vector<campus::GroupMember> members{{"sam", campus::GroupRole::owner, 0}};
    school.put_group(group, members);
    const auto id = school.planned("sam", "group-g1");
    EXPECT_THAT(school.told(), ElementsAre("study:created: sam"));
    members.push_back({"sue", campus::GroupRole::member, school.store->last_seq() + 1});
    school.put_group(group, members);
    EXPECT_EQ(school.outcome("sue", "study:get", {{"session", id}}), "not_found session");
    EXPECT_EQ(school.outcome("sue", "study:start", {{"session", id}}), "not_found session");
    school.must("sam", "study:start", {{"session", id}});
    EXPECT_THAT(school.told(), ElementsAre("study:started: sam sue"));
    EXPECT_EQ(school.outcome("sue", "study:get", {{"session", id}}), "ok");
}

TEST_F(StudyTest, AfterARestartAllIsAsItWas) {
    const auto id = school.live("sue", "class-physics", {{"plan", {{"agenda", {"one", "two"}}}}});
    school.must_join("sue", id);
    ASSERT_TRUE(school.ask(raise_hand, "sue", id, {{"raised", true}}).ok());
    ASSERT_TRUE(
        school.ask(patch_state, "sue", id, {{"patch", {{"timer", {{"do", "start"}}}}}}).ok());
    ASSERT_TRUE(school.ask(divide, "sue", id, {{"rooms", {{{"title", "A"}}}}}).ok());
    const auto before = school.must_join("sue", id).answer;
    school.restart({});
    EXPECT_EQ(school.must_join("sue", id).answer, before);
}

}  // namespace
}  // namespace homeroom::features::study
