#include "features/groups/groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "campus/groups/limits.h"
#include "features/groups/test_groups.h"

namespace homeroom::features::groups {
namespace {

using campus::Edit;
using campus::Json;
using campus::Role;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

// sam and sue are students of physics, tim its teacher; ann and sue are in chemistry.
class Groups : public testing::Test {
protected:
    GroupsUnderTest school{{.groups = {.create = campus::SchoolPolicy::Makers::everybody,
                                       .secret = campus::SchoolPolicy::Makers::everybody}}};
    std::string outcome(const std::string& user, const std::string& name, const std::string& group,
                        Json more = Json::object()) {
        more["group"] = group;
        return school.outcome(user, name, std::move(more));
    }
    Json of(const std::string& user, const std::string& group) {
        return school.must(user, "group:get", {{"group", group}});
    }
};

TEST_F(Groups, AreMadeByTheirOwners) {
    const Json group =
        school
            .must("sam", "group:create",
                  {{"title", "Lab"}, {"about", "On Fridays"}, {"home", "class-physics"}})
            .at("group");
    const std::string id = group.at("id");
    EXPECT_EQ(group.at("room"), "group-" + id);
    EXPECT_EQ(group.at("access"), "open");
    EXPECT_EQ(group.at("history"), "shared");
    EXPECT_EQ(group.at("mine"), Json({{"role", "owner"}}));
    EXPECT_EQ(group.at("owner").at("id"), "sam");
    EXPECT_EQ(group.at("members"), 1);
    EXPECT_THAT(school.directory.rooms_of("sam").groups, ElementsAre("group-" + id));
    EXPECT_TRUE(school.directory.is_staff("sam", "group-" + id));
    EXPECT_FALSE(school.directory.is_school_staff("sam", "group-" + id));
    EXPECT_EQ(school.directory.title_of("group-" + id), "Lab");
    EXPECT_THAT(school.told(), ElementsAre("group:member: sam", "rooms:changed: sam"));
}

TEST_F(Groups, BelongToARoomOfTheirMakers) {
    const auto create = [&](const char* home) {
        return school.outcome("sam", "group:create", {{"title", "Lab"}, {"home", home}});
    };
    for (const char* home : {"class-physics", "course-science", "institution-north"})
        EXPECT_EQ(create(home), "ok") << home;
    for (const char* home : {"class-art", "class-nowhere", "institution-south",
                             "class-physics/staff", "group-x", "x", ""})
        EXPECT_EQ(create(home), *home == '\0' ? "invalid home" : "not_found home") << home;
    for (const char* home : {"user-sam", "global"}) EXPECT_EQ(create(home), "invalid home") << home;
    EXPECT_EQ(school.must("sam", "group:create", {{"title", "x"}}).at("group").at("home"),
              "institution-north");
}

TEST_F(Groups, NeedATitleAndKnownWords) {
    const auto create = [&](Json body) {
        body["home"] = "class-physics";
        return school.outcome("sam", "group:create", std::move(body));
    };
    EXPECT_EQ(create(Json::object()), "invalid title");
    EXPECT_EQ(create({{"title", "  "}}), "invalid title");
    EXPECT_EQ(create({{"title", std::string(limits::group_title_bytes_max + 1, 'x')}}),
              "too_large title");
    EXPECT_EQ(create({{"title", "x"}, {"access", "closed"}}), "invalid access");
    EXPECT_EQ(create({{"title", "x"}, {"history", "all"}}), "invalid history");
    EXPECT_EQ(create({{"title", "x"}, {"listed", 1}}), "invalid listed");
}

TEST_F(Groups, AreMadeOnceForAKey) {
    const Json body{{"title", "Lab"}, {"home", "class-physics"}, {"key", "k"}};
    const auto first = school.must("sam", "group:create", body);
    EXPECT_EQ(school.must("sam", "group:create", body), first);
    EXPECT_EQ(school.directory.rooms_of("sam").groups.size(), 1U);
}

TEST(GroupPolicy, SaysWhoMakesThem) {
    using Makers = campus::SchoolPolicy::Makers;
    GroupsUnderTest school;  // as by default: secret ones by staff
    const auto create = [&](const char* user, const char* access) {
        return school.outcome(user, "group:create",
                              {{"title", "x"}, {"access", access}, {"home", "class-physics"}});
    };
    EXPECT_EQ(create("sam", "invitation"), "ok");
    EXPECT_EQ(create("sam", "secret"), "forbidden access");
    EXPECT_EQ(create("tim", "secret"), "ok");
    const std::string open = school.made("sam", "open");
    EXPECT_EQ(school.outcome("sam", "group:update", {{"group", open}, {"access", "secret"}}),
              "forbidden access");
    school.restart({.groups = {.create = Makers::staff}});
    EXPECT_EQ(create("sam", "open"), "forbidden home");
    EXPECT_EQ(create("tim", "open"), "ok");
    school.restart({.groups = {.create = Makers::nobody}});
    EXPECT_EQ(create("tim", "open"), "forbidden home");
}

TEST_F(Groups, ThatAreOpenLetInWhoeverIsInTheirRoom) {
    const auto id = school.made("sam", "open");
    school.events();
    EXPECT_EQ(outcome("sue", "group:join", id), "ok");
    EXPECT_EQ(outcome("sue", "group:join", id), "ok") << "again";
    EXPECT_EQ(outcome("pat", "group:join", id), "not_found group");
    EXPECT_EQ(outcome("pat", "group:join", "01HZZZZZZZZZZZZZZZZZZZZZZZ"), "not_found group");
    EXPECT_EQ(outcome("dan", "group:join", id), "not_found group") << "disabled";
    EXPECT_THAT(school.members(id), ElementsAre("sam", "sue"));
    EXPECT_THAT(school.told(), ElementsAre("group:member: sam sue", "rooms:changed: sue"));
}

TEST_F(Groups, ByInvitationLetInTheInvited) {
    const auto id = school.made("sam", "invitation");
    EXPECT_EQ(outcome("sue", "group:join", id), "forbidden group");
    EXPECT_EQ(outcome("pat", "group:join", id), "not_found group");
    EXPECT_EQ(outcome("sue", "group:accept", id), "not_found group");
    school.events();
    EXPECT_EQ(outcome("sam", "group:invite", id, {{"user", "sue"}}), "ok");
    EXPECT_EQ(outcome("sam", "group:invite", id, {{"user", "sue"}}), "ok") << "told once";
    EXPECT_THAT(school.told(), ElementsAre("group:invited: sue"));
    const auto invitations = school.must("sue", "group:list", Json::object()).at("invitations");
    ASSERT_EQ(invitations.size(), 1U);
    EXPECT_EQ(invitations.at(0).at("group").at("id"), id);
    EXPECT_EQ(invitations.at(0).at("by").at("id"), "sam");
    EXPECT_EQ(outcome("sue", "group:accept", id), "ok");
    EXPECT_THAT(school.members(id), ElementsAre("sam", "sue"));
    EXPECT_THAT(school.must("sue", "group:list", Json::object()).at("invitations"), IsEmpty());
    EXPECT_EQ(school.journalled("invitation\":{"), 0) << "what it told is forgotten";
}

TEST_F(Groups, InvitePeopleOfTheirRoomAlone) {
    const auto id = school.made("sam", "invitation");
    for (const char* user : {"pat", "dan", "nobody", ""})
        EXPECT_EQ(outcome("sam", "group:invite", id, {{"user", user}}), "not_found user") << user;
    EXPECT_EQ(outcome("sam", "group:invite", id, {{"user", "sam"}}), "conflict user");
    EXPECT_EQ(outcome("sue", "group:invite", id, {{"user", "tim"}}), "not_found group");
    EXPECT_EQ(outcome("sam", "group:invite", id, {{"user", "tim"}}), "ok");
    EXPECT_EQ(outcome("sam", "group:uninvite", id, {{"user", "tim"}}), "ok");
    EXPECT_EQ(outcome("sam", "group:uninvite", id, {{"user", "tim"}}), "not_found user");
    EXPECT_EQ(outcome("tim", "group:accept", id), "not_found group");
    EXPECT_EQ(outcome("sam", "group:invite", id, {{"user", "tim"}}), "ok");
    EXPECT_EQ(outcome("tim", "group:decline", id), "ok");
    EXPECT_EQ(outcome("tim", "group:decline", id), "not_found group");
    EXPECT_EQ(school.journalled("Lab"), 0) << "nothing tells of it any more";
}

// Who has opted out of the directory is known to those with whom he is in a class.
TEST_F(Groups, DoNotFindWhoHasOptedOut) {
    campus::User sue = campus::user("sue");
    sue.hidden = true;
    campus::User tim = campus::user("tim");
    tim.hidden = true;
    school.directory.apply(Edit{}.put(sue).put(tim).put(campus::affiliated("pat", "north")));
    const std::string of_all =
        school.must("pat", "group:create", {{"title", "x"}, {"home", "institution-north"}})
            .at("group")
            .at("id");
    EXPECT_EQ(outcome("pat", "group:invite", of_all, {{"user", "sue"}}), "not_found user");
    EXPECT_EQ(outcome("pat", "group:invite", of_all, {{"user", "sam"}}), "ok");
    const auto id = school.made("sam", "open");
    EXPECT_EQ(outcome("sam", "group:invite", id, {{"user", "sue"}}), "ok");
    EXPECT_EQ(outcome("sue", "group:accept", id), "ok");
    // In it he is shown to who leads it.
    EXPECT_EQ(outcome("tim", "group:join", id), "ok");
    EXPECT_EQ(of("sam", id).at("members").size(), 3U);
    EXPECT_EQ(of("sue", id).at("members").size(), 2U);
    EXPECT_EQ(of("sue", id).at("group").at("members"), 2);
}

// Case 41: to outsiders there is no such group, whatever they ask.
TEST_F(Groups, ThatAreSecretAreNoneToOutsiders) {
    const auto id = school.made("sam", "secret", {"sue"});
    school.made("sam", "open");
    const std::string never = "01HZZZZZZZZZZZZZZZZZZZZZZZ";
    for (const char* user : {"tim", "pat", "pia"}) {
        for (const char* name : {"group:get", "group:join", "group:accept", "group:decline",
                                 "group:leave", "group:update", "group:close"}) {
            const auto secret = school.call(user, name, {{"group", id}});
            const auto absent = school.call(user, name, {{"group", never}});
            ASSERT_FALSE(secret.ok());
            EXPECT_EQ(campus::to_json(secret.error()), campus::to_json(absent.error()))
                << user << " " << name;
        }
        for (const char* name :
             {"group:invite", "group:uninvite", "group:remove", "group:appoint", "group:transfer"})
            EXPECT_EQ(outcome(user, name, id, {{"user", "sam"}, {"staff", true}}),
                      "not_found group");
    }
    const auto found = school.must("tim", "group:find", {{"home", "class-physics"}});
    EXPECT_EQ(found.at("groups").size(), 1U);
    EXPECT_THAT(found.dump(), Not(HasSubstr(id)));
    EXPECT_EQ(school.directory.members_of("group-" + id).size(), 2U);
    for (const auto& event : school.events()) {
        if (event.payload.find(id) == std::string::npos) continue;
        EXPECT_THAT(school.viewers(event), Not(Contains("tim"))) << event.type;
        EXPECT_THAT(school.viewers(event), Not(Contains("pia"))) << event.type;
    }
    for (const auto& event : school.replay("tim"))
        EXPECT_THAT(event.payload, Not(HasSubstr(id))) << event.type;
}

// Case 41, mode 3: its members do not learn of each other either.
TEST_F(Groups, LeaveNoNameWhenTheyAreClosed) {
    const campus::Json asked{{"title", "unforgettable"},
                             {"about", "indelible"},
                             {"access", "open"},
                             {"home", "class-physics"},
                             {"key", "once"}};
    const std::string id = school.must("tim", "group:create", asked).at("group").at("id");
    school.must("sam", "group:join", {{"group", id}});
    school.must("tim", "group:update",
                {{"group", id}, {"title", "ineffaceable"}, {"key", "another"}});
    school.must("tim", "group:close", {{"group", id}});
    for (const char* sql :
         {"SELECT count(*) FROM journal WHERE instr(payload, 'forgettable') > 0 OR"
          " instr(payload, 'delible') > 0 OR instr(payload, 'effaceable') > 0",
          "SELECT count(*) FROM answered_requests WHERE instr(answer, 'forgettable') > 0 OR"
          " instr(answer, 'delible') > 0 OR instr(answer, 'effaceable') > 0",
          "SELECT count(*) FROM study_groups WHERE title <> '' OR about <> ''"}) {
        EXPECT_EQ(school.count(sql), 0) << sql;
    }
    EXPECT_THAT(school.outcome("tim", "group:create", asked), testing::StartsWith("not_found"));
}

TEST_F(Groups, ThatListNobodyShowEachOnlyHimself) {
    const auto id = school.made("tim", "secret", {"sam", "sue"}, {{"listed", false}});
    EXPECT_EQ(of("sam", id).at("members").size(), 1U);
    EXPECT_EQ(of("sam", id).at("group").at("members"), nullptr);
    EXPECT_EQ(of("tim", id).at("members").size(), 3U);
    EXPECT_THAT(school.directory.rooms_of("sam").unlisted_groups, ElementsAre("group-" + id));
    for (const auto& event : school.events()) {
        if (event.type != "group:member") continue;
        EXPECT_THAT(school.viewers(event), ElementsAre("tim")) << event.payload;
    }
    school.must("sue", "group:leave", {{"group", id}});
    for (const auto& event : school.events()) {
        if (event.type != "group:member") continue;
        EXPECT_THAT(school.viewers(event), ElementsAre("tim"));
    }
}

TEST_F(Groups, AreFoundWithinARoomByTheirTitles) {
    for (const char* title : {"Optics", "Mechanics", "Optics again"})
        school.must("sam", "group:create", {{"title", title}, {"home", "class-physics"}});
    const auto titles = [&](Json request) {
        request["home"] = "class-physics";
        std::vector<std::string> all;
        const Json answer = school.must("sue", "group:find", request);
        for (const auto& one : answer.at("groups")) all.push_back(one.at("title"));
        return all;
    };
    EXPECT_THAT(titles({}), ElementsAre("Optics again", "Mechanics", "Optics"));
    EXPECT_THAT(titles({{"query", "optics"}}), ElementsAre("Optics again", "Optics"));
    EXPECT_THAT(titles({{"query", "%"}}), IsEmpty());
    const auto page = school.must("sue", "group:find", {{"home", "class-physics"}, {"limit", 2}});
    EXPECT_THAT(titles({{"before", page.at("next")}}), ElementsAre("Optics"));
    EXPECT_EQ(school.outcome("pat", "group:find", {{"home", "class-physics"}}), "not_found home");
    EXPECT_EQ(school.outcome("pat", "group:find", {{"home", "class-nowhere"}}), "not_found home");
}

TEST_F(Groups, AreLeftAtOnce) {
    const auto id = school.made("sam", "open", {"sue", "tim"});
    school.events();
    EXPECT_EQ(outcome("sue", "group:leave", id), "ok");
    EXPECT_THAT(school.members(id), ElementsAre("sam", "tim"));
    EXPECT_THAT(school.told(),
                ElementsAre("group:left: sue", "group:member: sam tim", "rooms:changed: sue"));
    EXPECT_EQ(outcome("sue", "group:leave", id), "not_found group");
}

TEST_F(Groups, PassOnWhenTheirOwnersLeave) {
    const auto id = school.made("sam", "open", {"sue", "tim"});
    EXPECT_EQ(outcome("sam", "group:appoint", id, {{"user", "tim"}, {"staff", true}}), "ok");
    EXPECT_EQ(outcome("sam", "group:leave", id), "ok");
    EXPECT_EQ(of("sue", id).at("group").at("owner").at("id"), "tim") << "staff come first";
    EXPECT_EQ(outcome("tim", "group:leave", id), "ok");
    EXPECT_EQ(of("sue", id).at("group").at("owner").at("id"), "sue");
    EXPECT_EQ(outcome("sue", "group:leave", id), "ok");
    EXPECT_EQ(outcome("sue", "group:join", id), "not_found group") << "closed with the last";
    EXPECT_EQ(school.directory.title_of("group-" + id), "");
}

TEST_F(Groups, AreLedByOwnerAndStaff) {
    const auto id = school.made("sam", "open", {"sue", "tim"});
    EXPECT_EQ(outcome("sue", "group:remove", id, {{"user", "tim"}}), "forbidden group");
    EXPECT_EQ(outcome("sue", "group:appoint", id, {{"user", "sue"}, {"staff", true}}),
              "forbidden group");
    EXPECT_EQ(outcome("sam", "group:appoint", id, {{"user", "sue"}, {"staff", true}}), "ok");
    EXPECT_TRUE(school.directory.is_staff("sue", "group-" + id));
    EXPECT_EQ(outcome("sue", "group:remove", id, {{"user", "sam"}}), "forbidden user");
    EXPECT_EQ(outcome("sue", "group:remove", id, {{"user", "sue"}}), "invalid user");
    EXPECT_EQ(outcome("sue", "group:remove", id, {{"user", "pat"}}), "not_found user");
    EXPECT_EQ(outcome("sue", "group:close", id), "forbidden group");
    EXPECT_EQ(outcome("sue", "group:transfer", id, {{"user", "sue"}}), "forbidden group");
    EXPECT_EQ(outcome("sue", "group:update", id, {{"access", "secret"}}), "forbidden group");
    EXPECT_EQ(outcome("sue", "group:update", id, {{"title", "Optics"}}), "ok");
    EXPECT_EQ(outcome("sue", "group:remove", id, {{"user", "tim"}}), "ok");
    EXPECT_THAT(school.members(id), ElementsAre("sam", "sue"));
    EXPECT_EQ(outcome("sam", "group:transfer", id, {{"user", "sue"}}), "ok");
    EXPECT_EQ(of("sam", id).at("group").at("mine").at("role"), "staff");
    EXPECT_EQ(outcome("sue", "group:appoint", id, {{"user", "sam"}, {"staff", false}}), "ok");
    EXPECT_FALSE(school.directory.is_staff("sam", "group-" + id));
    EXPECT_EQ(outcome("sam", "group:remove", id, {{"user", "sue"}}), "forbidden group");
}

TEST_F(Groups, ThatAreClosedAreGone) {
    const auto id = school.made("sam", "invitation", {"sue"});
    school.must("sam", "group:invite", {{"group", id}, {"user", "tim"}});
    school.events();
    EXPECT_EQ(outcome("sam", "group:close", id), "ok");
    EXPECT_THAT(school.told(),
                ElementsAre("group:left: sam", "group:left: sue", "group:uninvited: tim",
                            "rooms:changed: sam", "rooms:changed: sue"));
    for (const char* user : {"sam", "sue", "tim"}) {
        EXPECT_EQ(outcome(user, "group:get", id), "not_found group") << user;
        EXPECT_THAT(school.directory.rooms_of(user).groups, IsEmpty());
        for (const auto& event : school.replay(user))
            EXPECT_THAT(event.payload, Not(HasSubstr("Lab"))) << user << " " << event.type;
    }
}

TEST_F(Groups, SurviveARestartAndNewRosters) {
    const auto id = school.made("sam", "secret", {"sue"}, {{"listed", false}});
    school.directory.load(campus::small_school(), campus::some_monday);
    EXPECT_THAT(school.members(id), ElementsAre("sam", "sue"));
    campus::Directory again;
    again.load(campus::small_school(), campus::some_monday);
    std::promise<bool> read;
    ASSERT_TRUE(school.store->submit_read([&](Result<store::Database*> db) {
        auto groups = campus::load_groups(**db);
        if (groups.ok()) again.groups().load(std::move(*groups));
        read.set_value(groups.ok());
    }));
    ASSERT_TRUE(read.get_future().get());
    for (const char* user : {"sam", "sue", "tim"})
        EXPECT_EQ(again.rooms_of(user), school.directory.rooms_of(user)) << user;
    EXPECT_EQ(again.groups().member(id, "sue"), school.directory.groups().member(id, "sue"));
}

// Whoever is not in the room any more is out of its groups, and who led one hands it on.
TEST_F(Groups, EndWithTheRoomTheyBelongTo) {
    const auto id = school.made("sam", "open", {"sue"});
    school.events();
    school.change(Edit{}.remove_enrollment("sam|physics"));
    EXPECT_THAT(school.members(id), ElementsAre("sue"));
    EXPECT_TRUE(school.directory.is_staff("sue", "group-" + id));
    EXPECT_THAT(school.told(),
                UnorderedElementsAre("group:left: sam", "group:member: sue", "group:changed: sue",
                                     "rooms:changed: sam", "rooms:changed: sue"));
    // To be in the class again is not to be in the group again.
    school.change(Edit{}.put(campus::enrolled("sam", "physics")));
    EXPECT_THAT(school.members(id), ElementsAre("sue"));
    school.change(Edit{}.remove_class("physics"));
    EXPECT_EQ(school.directory.title_of("group-" + id), "");
}

TEST_F(Groups, WaitForTheDisabled) {
    const auto id = school.made("sam", "open", {"sue"});
    school.change(Edit{}.put(campus::disabled_user("sue")));
    EXPECT_THAT(school.members(id), ElementsAre("sam"));
    EXPECT_EQ(of("sam", id).at("members").size(), 1U);
    school.change(Edit{}.put(campus::user("sue")));
    EXPECT_THAT(school.members(id), ElementsAre("sam", "sue"));
    school.change(Edit{}.remove_user("sue"));
    school.change(Edit{}.put(campus::user("sue")).put(campus::enrolled("sue", "physics")));
    EXPECT_THAT(school.members(id), ElementsAre("sam")) << "who was off the roster starts anew";
}

TEST_F(Groups, HaveLimits) {
    for (std::int64_t i = 0; i < limits::groups_created_per_day_max; ++i)
        school.made("sam", "open");
    EXPECT_EQ(school.outcome("sam", "group:create", {{"title", "x"}, {"home", "class-physics"}}),
              "rate_limited");
}

TEST_F(Groups, AreKeptByThePlatform) {
    const auto put = [&](Json body) {
        body["group"] = "lab-7";
        return school.words_of(school.call_as_platform("group:put", std::move(body)));
    };
    const Json members = Json::array(
        {Json{{"userSourcedId", "tim"}, {"role", "owner"}}, Json{{"userSourcedId", "sam"}}});
    EXPECT_EQ(put({{"title", "Lab"}, {"home", "class-physics"}}), "invalid members");
    EXPECT_EQ(put({{"title", "Lab"}, {"home", "class-nowhere"}, {"members", members}}),
              "invalid home");
    const Json strangers = Json::array({Json{{"userSourcedId", "pat"}, {"role", "owner"}}});
    EXPECT_EQ(put({{"title", "Lab"}, {"home", "class-physics"}, {"members", strangers}}),
              "invalid members");
    EXPECT_EQ(put({{"title", "Lab"}, {"home", "class-physics"}, {"members", members}}), "ok");
    EXPECT_THAT(school.members("lab-7"), ElementsAre("sam", "tim"));
    const Json others = Json::array({Json{{"userSourcedId", "sue"}, {"role", "owner"}},
                                     Json{{"userSourcedId", "sam"}, {"role", "staff"}}});
    school.events();
    EXPECT_EQ(put({{"title", "Lab"}, {"members", others}}), "ok");
    EXPECT_THAT(school.members("lab-7"), ElementsAre("sam", "sue"));
    EXPECT_EQ(of("sam", "lab-7").at("group").at("owner").at("id"), "sue");
    EXPECT_EQ(put({{"title", "Lab"}, {"members", others}}), "ok") << "again";
    EXPECT_EQ(put({{"title", "Lab"}, {"home", "institution-north"}}), "conflict history");
    EXPECT_TRUE(school.call_as_platform("group:delete", {{"group", "lab-7"}}).ok());
    EXPECT_TRUE(school.call_as_platform("group:delete", {{"group", "lab-7"}}).ok()) << "again";
    EXPECT_THAT(school.members("lab-7"), IsEmpty());
    // What was written in it is still in the store: it must not be another group's.
    EXPECT_EQ(put({{"title", "Lab"}, {"home", "class-physics"}, {"members", members}}),
              "conflict group");
}

}  // namespace
}  // namespace homeroom::features::groups
