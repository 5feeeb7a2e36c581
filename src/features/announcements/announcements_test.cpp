// Who sees an announcement and who has acknowledged it, at once and when its time comes. Numbers
// are those of the catalogue of authorization cases.
#include "features/announcements/announcements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/announcements/test_announcements.h"

namespace homeroom::features::announcements {
namespace {

using namespace std::chrono_literals;
using campus::Edit;
using campus::Role;
using testing::ElementsAre;
using testing::IsEmpty;

class Announcements : public AnnouncementsFixture {
protected:
    // What a user gets who asks who has acknowledged: "sam, not sue".
    std::vector<std::string> acks_of(const std::string& id, Json request = Json::object()) {
        request["announcement"] = id;
        std::vector<std::string> lines;
        const Json answer = school.must("tim", "announcement:acks", request);
        for (const Json& one : answer.at("people")) {
            const bool has = !one.at("acknowledgedAt").is_null();
            lines.push_back((has ? "" : "not ") + one.at("user").at("id").get<std::string>());
        }
        return lines;
    }
    void let_tim_go() {
        school.directory.apply(Edit{}.put(campus::enrolled("tim", "physics", Role::student)));
    }
    // Another of the staff, who sees what tim's pupils do not.
    void let_ann_teach() {
        school.directory.apply(Edit{}.put(campus::enrolled("ann", "physics", Role::aide)));
    }
};

// --- Where and by whom ---------------------------------------------------------------------------

TEST_F(Announcements, ReachTheirRoom) {
    const auto id = announce(draft());
    EXPECT_THAT(told(), ElementsAre("announcement:created: sam sue tim"));
    for (const char* user : {"sam", "sue", "tim"}) EXPECT_THAT(list_of(user), ElementsAre(id));
    for (const char* user : {"pat", "tom", "pia", "ann"}) {
        EXPECT_THAT(list_of(user), IsEmpty()) << user;
        EXPECT_EQ(school.outcome(user, "announcement:list", {{"room", "class-physics"}}),
                  "not_found room");
    }
    const auto for_staff = announce(draft("class-physics/staff"));
    EXPECT_THAT(told(), ElementsAre("announcement:created: tim"));
    EXPECT_THAT(list_of("tim"), ElementsAre(for_staff, id));
    EXPECT_THAT(list_of("tim", {{"room", "class-physics"}}), ElementsAre(id));
    EXPECT_THAT(list_of("tim", {{"room", "class-physics/staff"}}), ElementsAre(for_staff));
    EXPECT_THAT(list_of("sam"), ElementsAre(id));
    announce(draft("course-science"));
    EXPECT_THAT(told(), ElementsAre("announcement:created: ann sam sue tim"));
    announce(draft("institution-north"), "pia");
    EXPECT_THAT(told(), ElementsAre("announcement:created: ann pia sam sue tim"));
    announce(draft("institution-north/staff"), "pia");
    EXPECT_THAT(told(), ElementsAre("announcement:created: pia"));
}

TEST_F(Announcements, AreMadeByTheStaffAlone) {
    const auto create = [&](const char* user, const char* room) {
        return school.outcome(user, "announcement:create", draft(room));
    };
    for (const char* user : {"sam", "sue"})
        EXPECT_EQ(create(user, "class-physics"), "forbidden to");
    // Case 15: to others it is as if there were no such room.
    for (const char* user : {"tom", "pat", "pia", "dan", "nobody"})
        EXPECT_EQ(create(user, "class-physics"), "not_found to") << user;
    for (const char* room :
         {"class-nowhere", "physics", "", "class-physics/staff/staff", "group-7", "user-sam"})
        EXPECT_EQ(create("tim", room), "not_found to") << room;
    EXPECT_EQ(create("sam", "class-physics/staff"), "not_found to");
    // Staff of a class are nothing more in the school, and nobody is in everybody's room.
    EXPECT_EQ(create("tim", "institution-north"), "forbidden to");
    EXPECT_EQ(create("tim", "global"), "forbidden to");
    EXPECT_EQ(create("tim", "user-tim"), "forbidden to");
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Announcements, AreChangedByTheirAuthorAndWithdrawnByTheStaff) {
    let_ann_teach();
    const auto id = announce(draft());
    told();
    EXPECT_EQ(outcome("sam", "announcement:update", id, {{"text", "x"}}), "forbidden announcement");
    EXPECT_EQ(outcome("ann", "announcement:update", id, {{"text", "x"}}), "forbidden announcement");
    EXPECT_EQ(outcome("pat", "announcement:update", id, {{"text", "x"}}), "not_found announcement");
    EXPECT_EQ(outcome("sam", "announcement:withdraw", id), "forbidden announcement");
    EXPECT_EQ(outcome("pat", "announcement:withdraw", id), "not_found announcement");
    EXPECT_EQ(outcome("tim", "announcement:update", id), "ok");
    EXPECT_THAT(told(), IsEmpty()) << "nothing changed";
    EXPECT_EQ(outcome("tim", "announcement:update", id, {{"text", "at ten"}}), "ok");
    EXPECT_THAT(told(), ElementsAre("announcement:updated: ann sam sue tim"));
    EXPECT_EQ(read("sam", id).at("text"), "at ten");
    EXPECT_EQ(read("sam", id).at("title"), "A test");
    EXPECT_EQ(outcome("ann", "announcement:withdraw", id), "ok");
    EXPECT_THAT(told(), ElementsAre("announcement:withdrawn: ann sam sue tim"));
    EXPECT_THAT(list_of("sam"), IsEmpty());
    EXPECT_EQ(outcome("tim", "announcement:withdraw", id), "not_found announcement");
}

// Case 27: not by him who was staff when he wrote it.
TEST_F(Announcements, AreOutOfReachForAnAuthorWhoIsStaffNoLonger) {
    const auto id = announce(draft());
    let_tim_go();
    EXPECT_EQ(outcome("tim", "announcement:update", id, {{"text", "x"}}), "forbidden announcement");
    EXPECT_EQ(outcome("tim", "announcement:withdraw", id), "forbidden announcement");
    EXPECT_EQ(outcome("tim", "announcement:acks", id), "forbidden announcement");
    school.directory.apply(Edit{}.remove_enrollment("tim|physics"));
    EXPECT_EQ(outcome("tim", "announcement:withdraw", id), "not_found announcement");
}

TEST_F(Announcements, ThatAreWithdrawnAreForgotten) {
    const auto id = announce(draft_with_ack());
    outcome("sam", "announcement:ack", id);
    EXPECT_EQ(school.journalled("tomorrow at nine"), 1);
    outcome("tim", "announcement:withdraw", id);
    EXPECT_EQ(school.journalled("tomorrow at nine"), 0);
    EXPECT_EQ(school.count("SELECT count(*) FROM announcements"), 0);
    EXPECT_EQ(school.count("SELECT count(*) FROM announcement_acks"), 0);
    EXPECT_THAT(campus::types_of(school.replay("sam")), ElementsAre("announcement:withdrawn"));
}

// --- Acknowledging -------------------------------------------------------------------------------

TEST_F(Announcements, TellTheStaffWhoHasAcknowledged) {
    const auto id = announce(draft_with_ack());
    told();
    EXPECT_THAT(acks_of(id), ElementsAre("not sam", "not sue")) << "its author need not";
    const Json answer = school.must("sam", "announcement:ack", {{"announcement", id}});
    EXPECT_THAT(told(), ElementsAre("announcement:acked: sam tim")) << "one event for both";
    EXPECT_EQ(school.must("sam", "announcement:ack", {{"announcement", id}}), answer);
    EXPECT_THAT(told(), IsEmpty()) << "once";
    EXPECT_EQ(read("sam", id).at("mine").at("acknowledgedAt"), answer.at("acknowledgedAt"));
    EXPECT_EQ(read("sue", id).at("mine").at("acknowledgedAt"), nullptr);
    EXPECT_THAT(acks_of(id), ElementsAre("sam", "not sue"));
    EXPECT_THAT(acks_of(id, {{"acknowledged", true}}), ElementsAre("sam"));
    EXPECT_THAT(acks_of(id, {{"acknowledged", false}}), ElementsAre("not sue"));
    const Json page = school.must("tim", "announcement:acks", {{"announcement", id}, {"limit", 1}});
    EXPECT_EQ(page.at("next"), "sam");
    EXPECT_EQ(page.at("acknowledged"), 1);
    EXPECT_EQ(page.at("missing"), 1);
    EXPECT_THAT(acks_of(id, {{"after", "sam"}}), ElementsAre("not sue"));
}

// Case 39 in kind: whoever is asked learns nothing of the others' answers.
TEST_F(Announcements, KeepAcknowledgementsFromEverybodyElse) {
    const auto id = announce(draft_with_ack());
    outcome("sam", "announcement:ack", id);
    EXPECT_EQ(outcome("sam", "announcement:acks", id), "forbidden announcement");
    EXPECT_EQ(outcome("pat", "announcement:acks", id), "not_found announcement");
    EXPECT_EQ(outcome("pat", "announcement:ack", id), "not_found announcement");
    for (const auto& event : school.replay("sue")) EXPECT_EQ(event.type, "announcement:created");
    EXPECT_FALSE(read("sue", id).contains("acks"));
}

TEST_F(Announcements, AreAcknowledgedWhereTheyAskForIt) {
    EXPECT_EQ(outcome("sam", "announcement:ack", announce(draft())), "conflict announcement");
    EXPECT_EQ(outcome("tim", "announcement:ack", announce(draft_in(1h))), "conflict announcement");
    EXPECT_EQ(outcome("sam", "announcement:ack", "none"), "not_found announcement");
}

TEST_F(Announcements, CountThoseWhoAreInTheRoomNow) {
    const auto id = announce(draft_with_ack());
    outcome("sam", "announcement:ack", id);
    school.directory.apply(Edit{}.remove_enrollment("sam|physics"));
    EXPECT_THAT(acks_of(id), ElementsAre("not sue"));
}

// --- Later ---------------------------------------------------------------------------------------

// Case 24.
TEST_F(Announcements, AreTheStaffsUntilTheirTimeComes) {
    let_ann_teach();
    const auto id = announce(draft_in(2h));
    EXPECT_THAT(told(), ElementsAre("announcement:scheduled: ann tim"));
    EXPECT_EQ(outcome("tim", "announcement:update", id, {{"text", "at ten"}}), "ok");
    EXPECT_THAT(told(), ElementsAre("announcement:updated: ann tim"));
    EXPECT_THAT(list_of("tim"), ElementsAre(id));
    EXPECT_THAT(list_of("ann", {{"room", "class-physics"}}), ElementsAre(id));
    for (const char* user : {"sam", "sue", "pia"}) {
        EXPECT_THAT(list_of(user), IsEmpty()) << user;
        EXPECT_EQ(outcome(user, "announcement:ack", id), "not_found announcement");
        EXPECT_THAT(school.replay(user), IsEmpty());
    }
    pass(1h);
    EXPECT_THAT(told(), IsEmpty());
    pass(1h);
    EXPECT_THAT(told(), ElementsAre("announcement:created: ann sam sue tim"));
    EXPECT_EQ(read("sam", id).at("text"), "at ten");
    EXPECT_EQ(read("sam", id).at("state"), "published");
    pass(24h);
    EXPECT_THAT(told(), IsEmpty()) << "once";
}

TEST_F(Announcements, AreListedByWhenTheyWerePublished) {
    const auto later = announce(draft_in(1h));
    const auto now = announce(draft());
    EXPECT_THAT(list_of("sam"), ElementsAre(now));
    pass(1h);
    EXPECT_THAT(list_of("sam"), ElementsAre(later, now));
}

TEST_F(Announcements, AreHeldWhenTheirAuthorIsStaffNoLonger) {
    let_ann_teach();
    const auto id = announce(draft_in(1h));
    let_tim_go();
    told();
    pass(1h);
    EXPECT_THAT(told(), ElementsAre("announcement:updated: ann"));
    EXPECT_EQ(read("ann", id).at("state"), "held");
    for (const char* user : {"sam", "tim"}) EXPECT_THAT(list_of(user), IsEmpty());
    EXPECT_EQ(outcome("ann", "announcement:withdraw", id), "ok");
    EXPECT_THAT(told(), ElementsAre("announcement:withdrawn: ann"));
}

TEST_F(Announcements, CanBeMovedOrPublishedBeforeTheirTime) {
    const auto id = announce(draft_in(2h));
    EXPECT_EQ(
        outcome("tim", "announcement:update", id, {{"publishAt", draft_in(4h).at("publishAt")}}),
        "ok");
    told();
    pass(3h);
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_EQ(outcome("tim", "announcement:update", id, {{"publishAt", nullptr}}), "ok");
    EXPECT_THAT(told(), ElementsAre("announcement:created: sam sue tim"));
    pass(24h);
    EXPECT_THAT(told(), IsEmpty());
    EXPECT_EQ(outcome("tim", "announcement:update", id, {{"publishAt", nullptr}}),
              "conflict publishAt");
}

TEST_F(Announcements, ThatAreWithdrawnBeforeTheirTimeAreNeverSeen) {
    const auto id = announce(draft_in(1h));
    EXPECT_EQ(outcome("tim", "announcement:withdraw", id), "ok");
    EXPECT_THAT(told(), ElementsAre("announcement:scheduled: tim", "announcement:withdrawn: tim"));
    EXPECT_EQ(school.count("SELECT count(*) FROM schedule"), 0);
    pass(24h);
    EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Announcements, OfATimeThatIsPastAreForNow) {
    announce(draft_in(-1h));
    EXPECT_THAT(told(), ElementsAre("announcement:created: sam sue tim"));
}

// --- Alerts --------------------------------------------------------------------------------------

TEST_F(Announcements, OfThePlatformReachEverybody) {
    const Json alert{{"title", "Works"}, {"text", "tonight"}, {"level", "warning"}};
    const auto answer = school.call_as_platform("alert", alert);
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->at("alert"), alert);
    const auto events = school.events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(school.viewers(events[0]), school.directory.members_of("global"));
    const Json body = Json::parse(events[0].payload);
    EXPECT_EQ(body.at("room"), "global");
    EXPECT_EQ(body.at("by"), nullptr);
    EXPECT_EQ(body.at("level"), "warning");
    // Case 18: no user's request.
    EXPECT_EQ(school.outcome("pia", "alert", alert), "invalid");
    for (const auto& [field, wrong] : std::vector<std::pair<std::string, Json>>{
             {"title", " "}, {"title", nullptr}, {"text", 5}, {"level", "loud"}, {"level", 1}}) {
        Json request = alert;
        request[field] = wrong;
        EXPECT_EQ(school.words_of(school.call_as_platform("alert", request)), "invalid " + field);
    }
}

}  // namespace
}  // namespace homeroom::features::announcements
