#include "features/events/events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/test_surface.h"

namespace homeroom::features::events {
namespace {

using campus::Json;
using testing::ElementsAre;
using testing::IsEmpty;

class EventsTest : public testing::Test {
protected:
    std::string outcome(Json request) {
        return campus::SurfaceUnderTest::words_of(
            surface_.call_as_platform("event", std::move(request)));
    }
    static Json event(Json to) {
        return Json{{"type", "bus:late"}, {"to", std::move(to)}, {"data", {{"minutes", 5}}}};
    }
    campus::SurfaceUnderTest surface_{register_events, {}};
};

TEST_F(EventsTest, IsWhatWasSentAndByNobody) {
    ASSERT_EQ(outcome(event("global")), "ok");
    const auto events = surface_.events();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0].type, "bus:late");
    const auto payload = Json::parse(events[0].payload);
    EXPECT_TRUE(payload["by"].is_null());
    EXPECT_EQ(payload["data"], (Json{{"minutes", 5}}));
}

TEST_F(EventsTest, OfPeopleEachMustBeOnTheRoster) {
    const auto everybody = surface_.directory.members_of("global");
    ASSERT_GE(everybody.size(), 3u);
    ASSERT_EQ(outcome(event(Json{{"users", {everybody[0], everybody[2], everybody[0]}}})), "ok");
    EXPECT_THAT(surface_.told(), ElementsAre("bus:late: " + everybody[0] + " " + everybody[2]));
    EXPECT_EQ(outcome(event(Json{{"users", {everybody[0], "nobody"}}})), "not_found to");
    EXPECT_EQ(outcome(event(Json{{"users", Json::array()}})), "invalid to");
    EXPECT_THAT(surface_.events(), IsEmpty());
}

TEST_F(EventsTest, OfAGroupThatKeepsItsPastNewcomersGetNoneFromBefore) {
    const campus::StudyGroup lab{
        .id = "lab", .history = campus::GroupHistory::joined, .home = "class-physics"};
    surface_.directory.groups().apply({.group = lab, .members = {{.user = "sam"}}});
    ASSERT_EQ(outcome(event("group-lab")), "ok");
    const auto events = surface_.events();
    ASSERT_EQ(events.size(), 1u);
    const campus::GroupMember newcomer{.user = "sue", .since = events[0].seq + 1};
    surface_.directory.groups().apply({.group = lab, .members = {{.user = "sam"}, newcomer}});
    EXPECT_THAT(surface_.viewers(events[0]), ElementsAre("sam"));
    ASSERT_EQ(outcome(event("group-lab")), "ok");
    EXPECT_THAT(surface_.told(), ElementsAre("bus:late: sam sue"));
}

TEST_F(EventsTest, NamesOfTheServersOwnAreNobodyElses) {
    for (const char* const type : {"post:created", "alert", "session", "grade:", "service:state",
                                   "group:left", "guardian:changed", "block:changed"}) {
        auto request = event("global");
        request["type"] = type;
        EXPECT_EQ(outcome(request), "invalid type") << type;
    }
}

TEST_F(EventsTest, NoUserCanSendOne) {
    const auto everybody = surface_.directory.members_of("global");
    EXPECT_EQ(surface_.outcome(everybody.front(), "event", event("global")), "invalid");
}

}  // namespace
}  // namespace homeroom::features::events
