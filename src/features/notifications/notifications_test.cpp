// Who is notified of what, what an inbox shows, and what becomes of it. Numbers are those of the
// catalogue of authorization cases.
#include "features/notifications/notifications.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/notifications/quiet_hours.h"
#include "features/notifications/test_notifications.h"

namespace homeroom::features::notifications {
namespace {

using namespace std::chrono_literals;
using campus::Edit;
using campus::Role;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class Notifications : public NotificationsFixture {
protected:
    void let_go(const char* user) {
        school.directory.apply(Edit{}.remove_enrollment(std::string{user} + "|physics"));
        publish("rooms:changed", Audience::members(std::string{"user-"} + user),
                {{"joined", Json::array()}, {"left", {"class-physics"}}});
    }
    void let_back(const char* user) {
        school.directory.apply(Edit{}.put(campus::enrolled(user, "physics")));
    }
};

// --- Whom ----------------------------------------------------------------------------------------

TEST_F(Notifications, ReachThoseWhomTheyConcern) {
    comment("c1", "sue", "sam");
    EXPECT_THAT(told(), ElementsAre("notification:created: sam"));
    EXPECT_THAT(inbox("sam"), ElementsAre("comment sue *"));
    EXPECT_THAT(inbox("sue"), IsEmpty());
    EXPECT_THAT(inbox("tim"), IsEmpty());
    post("p2", "tim", {"sam", "sue", "tim"});
    EXPECT_THAT(told(), ElementsAre("notification:created: sam", "notification:created: sue"));
    EXPECT_THAT(inbox("sue"), ElementsAre("mention tim *"));
    announce("a1");
    EXPECT_THAT(inbox("sam"), ElementsAre("announcement tim *", "mention tim *", "comment sue *"));
    EXPECT_THAT(inbox("tim"), IsEmpty());
    grade("g1");
    EXPECT_THAT(told(), ElementsAre("notification:created: sam", "notification:created: sue",
                                    "notification:created: sam"));
    EXPECT_THAT(inbox("sue"), SizeIs(2));
}

TEST_F(Notifications, ArePlainAboutWhere) {
    comment("c1", "sue", "sam");
    const Json one = list("sam").at("notifications").at(0);
    EXPECT_EQ(one.at("room"), "class-physics");
    EXPECT_EQ(one.at("group"), "comment:post-1");
    EXPECT_EQ(one.at("target"), (Json{{"post", "post-1"}, {"comment", "c1"}}));
    EXPECT_EQ(one.at("actors"), (Json::array({{{"id", "sue"}, {"name", "sue"}}})));
}

// Case 32.
TEST_F(Notifications, TellNobodyOfWhatHeMayNotSee) {
    post("p1", "tim", {"pat", "tom", "nobody", "dan", "sam"});
    EXPECT_THAT(told(), ElementsAre("notification:created: sam"));
    post("p2", "tim", {"sam", "sue"}, "post:created", Audience::staff("class-physics", "tim"));
    EXPECT_THAT(told(), IsEmpty());
    comment("c1", "tim", "sam", Json::object(), Audience::users("class-physics", {"tim", "sue"}));
    EXPECT_THAT(told(), IsEmpty());
    for (const char* user : {"pat", "tom", "sue", "ann"}) EXPECT_THAT(inbox(user), IsEmpty());
}

TEST_F(Notifications, OfAGradeGoToGuardiansWhoseChildItIs) {
    campus::User sam = campus::user("sam");
    sam.agents = {"gina"};
    school.directory.apply(Edit{}
                               .put(sam)
                               .put(campus::user("gina"))
                               .put(campus::affiliated("gina", "north", Role::guardian)));
    school.directory.let_guardians_see({.grades = true});
    grade("g1", "sam", {"gina"});
    EXPECT_THAT(told(), ElementsAre("notification:created: gina", "notification:created: sam"));
    EXPECT_THAT(inbox("gina"), ElementsAre("grade tim *"));
    // Case 38.
    sam.agents = {};
    school.directory.apply(Edit{}.put(sam));
    EXPECT_THAT(inbox("gina"), IsEmpty());
    EXPECT_EQ(counts("gina"), "0, 0");
    EXPECT_THAT(school.replay("gina"), IsEmpty());
    EXPECT_THAT(inbox("sam"), ElementsAre("grade tim *"));
}

TEST_F(Notifications, ComeOnceOfOneEvent) {
    comment("c1", "sue", "tim", {{"mentioned", {"tim"}}, {"replyToAuthor", "tim"}});
    EXPECT_THAT(inbox("tim"), ElementsAre("mention sue *"));
    derive();
    derive();
    EXPECT_THAT(inbox("tim"), SizeIs(1));
    // An edit that mentions him again, and another.
    post("p1", "sue", {"tim"});
    post("p1", "sue", {"tim", "sam"}, "post:updated");
    EXPECT_THAT(inbox("tim"), SizeIs(2));
    EXPECT_THAT(inbox("sam"), SizeIs(1));
}

TEST_F(Notifications, OfARoomOfManyTakeManySteps) {
    Edit many;
    for (std::size_t i = 0; i < 5 * limits::notified_per_step_max; ++i) {
        const std::string user = "many-" + std::to_string(i);
        many.put(campus::user(user)).put(campus::enrolled(user, "physics"));
    }
    school.directory.apply(many);
    announce("a1");
    // sam and sue beside them
    EXPECT_THAT(told(), SizeIs(5 * limits::notified_per_step_max + 2));
    EXPECT_THAT(inbox("many-17"), ElementsAre("announcement tim *"));
    EXPECT_EQ(school.count("SELECT count(*) FROM notification_sources"), 1);
    publish("announcement:withdrawn", Audience::members("class-physics"),
            {{"announcementId", "a1"}});
    EXPECT_THAT(told(), SizeIs(5 * limits::notified_per_step_max + 2));
    EXPECT_THAT(inbox("many-17"), IsEmpty());
    EXPECT_EQ(school.count("SELECT count(*) FROM notifications"), 0);
    EXPECT_EQ(school.count("SELECT count(*) FROM notification_sources"), 0);
}

// --- The inbox -----------------------------------------------------------------------------------

TEST_F(Notifications, OfOneKindAboutOneThingAreOneEntry) {
    comment("c1", "sue", "sam");
    comment("c2", "tim", "sam");
    comment("c3", "sue", "sam");
    comment("d1", "sue", "sam", Json::object(), Audience::members("class-physics"), "post-2");
    EXPECT_THAT(inbox("sam"), ElementsAre("comment sue *", "comment x3 sue tim *"));
    EXPECT_EQ(counts("sam"), "2, 2");
    const auto event = school.events();
    EXPECT_THAT(event.back().payload, HasSubstr(R"("unread":2)"));
}

TEST_F(Notifications, AreReadUpToWhatWasShown) {
    comment("c1", "sue", "sam");
    const auto shown = newest("sam");
    comment("c2", "tim", "sam");
    const Json answer = school.must("sam", "notification:read", {{"upTo", shown}});
    EXPECT_EQ(answer.at("unread"), 1) << "what came behind it is not read";
    EXPECT_THAT(inbox("sam"), ElementsAre("comment tim *", "comment sue"));
    told();
    school.must("sam", "notification:read", {{"upTo", shown}});
    EXPECT_THAT(told(), IsEmpty()) << "again is no news";
    school.must("sam", "notification:read", {{"upTo", newest("sam")}});
    EXPECT_THAT(told(), ElementsAre("notification:read: sam"));
    EXPECT_EQ(counts("sam"), "0, 0");
    EXPECT_THAT(inbox("sam"), ElementsAre("comment x2 tim sue"));
    EXPECT_THAT(inbox("sam", {{"unread", true}}), IsEmpty());
}

TEST_F(Notifications, AreReadOneByOne) {
    comment("c1", "sue", "sam");
    comment("c2", "tim", "sam");
    const auto both = newest("sam");
    announce("a1");
    const Json answer = school.must("sam", "notification:read", {{"notification", both}});
    EXPECT_EQ(answer.at("group"), "comment:post-1");
    EXPECT_EQ(answer.at("unread"), 1);
    EXPECT_THAT(inbox("sam"), ElementsAre("announcement tim *", "comment x2 tim sue"));
    const auto outcome = [&](const char* user, const Json& request) {
        return school.outcome(user, "notification:read", request);
    };
    EXPECT_EQ(outcome("sue", {{"notification", both}}), "not_found notification");
    EXPECT_EQ(outcome("sam", {{"notification", std::string(26, '0')}}), "not_found notification");
    EXPECT_EQ(outcome("sam", {{"notification", "short"}}), "invalid notification");
    EXPECT_EQ(outcome("sam", Json::object()), "invalid upTo");
    EXPECT_EQ(outcome("sam", {{"upTo", both}, {"notification", both}}), "invalid upTo");
}

TEST_F(Notifications, AreSeenWithoutBeingRead) {
    comment("c1", "sue", "sam");
    announce("a1");
    EXPECT_EQ(counts("sam"), "2, 2");
    told();
    const auto latest = newest("sam");
    EXPECT_EQ(school.must("sam", "notification:seen", {{"upTo", latest}}).at("unseen"), 0);
    EXPECT_THAT(told(), ElementsAre("notification:seen: sam"));
    EXPECT_EQ(counts("sam"), "2, 0");
    // Never back, never ahead of what there is.
    school.must("sam", "notification:seen", {{"upTo", std::string(26, '0')}});
    EXPECT_EQ(counts("sam"), "2, 0");
    school.must("sam", "notification:seen", {{"upTo", std::string(26, 'Z')}});
    announce("a2");
    EXPECT_EQ(counts("sam"), "3, 1");
}

TEST_F(Notifications, ComeInPages) {
    std::vector<std::string> all;
    for (int i = 0; i < 7; ++i) announce("a" + std::to_string(i));
    std::vector<Json> titles;
    Json request{{"limit", 3}};
    std::vector<std::string> sizes;
    while (true) {
        const Json page = list("sam", request);
        for (const Json& one : page.at("notifications"))
            all.push_back(one.at("target").at("announcement"));
        if (page.at("next").is_null()) break;
        request["before"] = page.at("next");
    }
    EXPECT_THAT(all, ElementsAre("a6", "a5", "a4", "a3", "a2", "a1", "a0"));
    EXPECT_EQ(school.outcome("sam", "notification:list", {{"before", "x"}}), "invalid before");
    EXPECT_EQ(school.outcome("sam", "notification:list", {{"limit", 0}}), "invalid limit");
}

TEST_F(Notifications, AreNoMoreThanTheLimit) {
    for (std::int64_t i = 0; i < limits::notifications_per_user_max + 5; ++i)
        comment("c" + std::to_string(i), "sue", "sam");
    EXPECT_EQ(school.count("SELECT count(*) FROM notifications"),
              limits::notifications_per_user_max);
    EXPECT_THAT(inbox("sam"), ElementsAre("comment x500 sue *"));
}

TEST_F(Notifications, GoWhenTheyAreOld) {
    announce("a1");
    comment("c1", "sue", "sam");
    const auto drop = [&](std::chrono::hours later) {
        command([&](store::Transaction& transaction) -> Status {
            const std::string before = to_rfc3339(wall_now() + later - limits::notifications_kept);
            campus::ExpireCall call{transaction, school.directory, before};
            TRY([[maybe_unused]] const bool more, personal_data().expiring.front().step(call));
            return Ok{};
        });
    };
    drop(limits::notifications_kept - 1h);
    EXPECT_THAT(inbox("sam"), SizeIs(2));
    drop(limits::notifications_kept + 1h);
    EXPECT_THAT(inbox("sam"), IsEmpty());
    EXPECT_EQ(school.count("SELECT count(*) FROM notification_sources"), 0);
}

// --- What becomes of them ------------------------------------------------------------------------

TEST_F(Notifications, GoWithWhatTheyAreAbout) {
    comment("c1", "sue", "sam");
    comment("c2", "tim", "sam");
    post("post-1", "sue", {"sam"}, "post:updated");
    publish("comment:deleted", Audience::members("class-physics"),
            {{"postId", "post-1"}, {"commentId", "c2"}});
    EXPECT_THAT(inbox("sam"), ElementsAre("mention sue *", "comment sue *"));
    EXPECT_EQ(school.journalled(R"("comment":"c2"}})"), 0) << "the journal forgets it, too";
    told();
    publish("post:deleted", Audience::members("class-physics"), {{"postId", "post-1"}});
    EXPECT_THAT(told(), ElementsAre("notification:removed: sam", "notification:removed: sam"));
    EXPECT_THAT(inbox("sam"), IsEmpty());
    EXPECT_EQ(school.count("SELECT count(*) FROM notifications"), 0);
}

// Case 36.
TEST_F(Notifications, OfAGradeGoWhenItIsWithdrawn) {
    grade("g1");
    publish("grade:withdrawn", Audience::person("sam", {}), {{"gradeId", "g1"}});
    EXPECT_THAT(inbox("sam"), IsEmpty());
    for (const auto& event : school.replay("sam")) {
        EXPECT_NE(event.type, "notification:created");
    }
}

// Cases 4 and 20 of the leaks: what he may not see any more is not shown, counted or replayed.
TEST_F(Notifications, EndWithTheRightToSeeWhatTheyAreAbout) {
    comment("c1", "sue", "sam");
    post("p1", "sue", {"sam"});
    grade("g1");
    told();
    let_go("sam");
    EXPECT_THAT(told(), ElementsAre("notification:removed: sam", "notification:removed: sam"));
    EXPECT_THAT(inbox("sam"), ElementsAre("grade tim *"));
    EXPECT_EQ(counts("sam"), "1, 1");
    std::vector<std::string> kinds;
    for (const auto& event : school.replay("sam")) {
        if (event.type == "notification:created")
            kinds.push_back(Json::parse(event.payload).at("notification").at("kind"));
    }
    EXPECT_THAT(kinds, ElementsAre("grade"));
    let_back("sam");
    EXPECT_THAT(inbox("sam"), SizeIs(3));
}

TEST_F(Notifications, OfStaffPostsEndWithBeingStaff) {
    comment("c1", "sam", "tim", Json::object(), Audience::staff("class-physics", "sam"));
    EXPECT_THAT(inbox("tim"), ElementsAre("comment sam *"));
    school.directory.apply(Edit{}.put(campus::enrolled("tim", "physics", Role::student)));
    EXPECT_THAT(inbox("tim"), IsEmpty());
    EXPECT_THAT(school.replay("tim"),
                Each(testing::Field(&store::JournalEvent::type, Not("notification:created"))));
}

TEST_F(Notifications, FollowAnAnnouncementsTitle) {
    announce("a1");
    publish("announcement:updated", Audience::members("class-physics"),
            {{"announcement", {{"id", "a1"}, {"title", "Another title"}}}});
    EXPECT_EQ(list("sam").at("notifications").at(0).at("target").at("title"), "Another title");
}

TEST_F(Notifications, OfAConversationAreReadWithIt) {
    const auto send = [&](const char* id) {
        publish(
            "message:created", Audience::users("class-physics", {"sam", "sue"}),
            {{"message",
              {{"id", id}, {"conversation", "v"}, {"author", {{"id", "sue"}, {"name", "sue"}}}}}},
            nullptr, "sue");
    };
    send("m1");
    send("m2");
    EXPECT_THAT(inbox("sam"), ElementsAre("message x2 sue *"));
    publish("message:read", Audience::users("class-physics", {"sam", "sue"}),
            {{"conversation", "v"}, {"user", "sam"}, {"upTo", "m1"}});
    EXPECT_THAT(inbox("sam"), ElementsAre("message sue *", "message sue"));
    // Gone for him alone.
    publish("message:deleted", Audience::users("class-physics", {"sam"}),
            {{"conversation", "v"}, {"messageId", "m2"}});
    EXPECT_THAT(inbox("sam"), ElementsAre("message sue"));
}

// --- Preferences ---------------------------------------------------------------------------------

TEST_F(Notifications, AreWhatSomebodyWants) {
    const auto prefer = [&](const Json& wish) { school.must("sam", "notification:prefer", wish); };
    prefer({{"kind", "comment"}, {"inbox", false}});
    comment("c1", "sue", "sam");
    EXPECT_THAT(inbox("sam"), IsEmpty());
    announce("a1");
    EXPECT_THAT(inbox("sam"), SizeIs(1));
    // A room is narrower than a kind.
    prefer({{"room", "class-physics"}, {"inbox", true}});
    comment("c2", "sue", "sam");
    EXPECT_THAT(inbox("sam"), SizeIs(2));
    prefer({{"room", "class-physics"}, {"kind", "comment"}, {"inbox", false}});
    comment("c3", "sue", "sam");
    EXPECT_THAT(inbox("sam"), ElementsAre("comment sue *", "announcement tim *"));
    // Taken back, the wider ones hold.
    prefer({{"room", "class-physics"}, {"kind", "comment"}});
    comment("c4", "sue", "sam");
    EXPECT_THAT(inbox("sam"), ElementsAre("comment x2 sue *", "announcement tim *"));
    const Json view = school.must("sam", "notification:preferences", Json::object());
    EXPECT_EQ(view.at("preferences").dump(),
              R"([{"room":null,"kind":"comment","inbox":false,"push":null,"mail":null},)"
              R"({"room":"class-physics","kind":null,"inbox":true,"push":null,"mail":null}])");
    EXPECT_TRUE(view.at("defaults").at("grade").at("mail").get<bool>());
    EXPECT_THAT(told(), testing::Contains("notification:preferences: sam"));
    EXPECT_EQ(school.must("sue", "notification:preferences", Json::object()).at("preferences"),
              Json::array());
}

TEST_F(Notifications, PreferencesAreForRoomsOnesOwn) {
    const auto outcome = [&](const Json& wish) {
        return school.outcome("sam", "notification:prefer", wish);
    };
    EXPECT_EQ(outcome({{"room", "class-art"}, {"inbox", false}}), "not_found room");
    EXPECT_EQ(outcome({{"room", "class-nowhere"}, {"inbox", false}}), "not_found room");
    EXPECT_EQ(outcome({{"kind", "gossip"}, {"inbox", false}}), "invalid kind");
    EXPECT_EQ(outcome({{"kind", "comment"}, {"inbox", "no"}}), "invalid inbox");
    EXPECT_EQ(outcome({{"room", "class-physics"}, {"push", false}}), "ok");
    let_go("sam");
    EXPECT_EQ(school.must("sam", "notification:preferences", Json::object()).at("preferences"),
              Json::array());
}

TEST_F(Notifications, SayWhenItIsQuiet) {
    // All day but for a minute that is not now.
    const Json hours{{"from", "00:00"}, {"to", "23:59"}, {"timeZone", "UTC"}};
    const Json others{{"from", "23:59"}, {"to", "23:58"}, {"timeZone", "UTC"}};
    const auto quiet_now = [&](const Json& which) {
        const auto read = read_quiet_hours(which);
        return quiet_until(*read, wall_now()).has_value();
    };
    const Json& which = quiet_now(hours) ? hours : others;
    EXPECT_EQ(school.must("sam", "notification:quiet", {{"quietHours", which}}).at("quietHours"),
              which);
    comment("c1", "sue", "sam");
    EXPECT_THAT(school.events().back().payload, HasSubstr(R"("quiet":true)"));
    school.must("sam", "notification:quiet", {{"quietHours", nullptr}});
    comment("c2", "sue", "sam");
    EXPECT_THAT(school.events().back().payload, HasSubstr(R"("quiet":false)"));
    EXPECT_EQ(school.outcome("sam", "notification:quiet", Json::object()), "invalid quietHours");
    EXPECT_EQ(school.outcome("sam", "notification:quiet", {{"quietHours", 7}}),
              "invalid quietHours");
}

// --- Conversations

class OfConversations : public NotificationsFixture {
protected:
    // Conversation "v" is sam's and sue's; "w" is nobody's.
    OfConversations() {
        school.surface->rooms().add(
            "conversation-",
            [](store::Database&, const campus::Directory&, std::string_view user,
               std::string_view room) -> Result<bool> {
                return room == "conversation-v" && (user == "sam" || user == "sue");
            });
        school.directory.conversations().apply({"conversation-v", {{"sam"}, {"sue"}}});
    }
    void message(const std::string& id) {
        publish(
            "message:created", Audience::users("conversation-v", {"sam", "sue"}),
            {{"message",
              {{"id", id}, {"conversation", "v"}, {"author", {{"id", "sue"}, {"name", "sue"}}}}}},
            nullptr, "sue");
    }
    // As the messages feature takes somebody out.
    void leave(const std::string& user) {
        school.directory.conversations().apply({"conversation-v", {{"sue"}}});
        publish("conversation:left", Audience::members("user-" + user), {{"conversation", "v"}});
    }
};

TEST_F(OfConversations, OneCanBeMuted) {
    const auto prefer = [&](const std::string& user, const char* room, Json wish) {
        return school.outcome(user, "notification:prefer",
                              {{"room", room}, {"inbox", std::move(wish)}});
    };
    EXPECT_EQ(prefer("sam", "conversation-v", false), "ok");
    message("m1");
    EXPECT_THAT(inbox("sam"), IsEmpty());
    const Json view = school.must("sam", "notification:preferences", Json::object());
    EXPECT_EQ(view.at("preferences").at(0).at("room"), "conversation-v");
    EXPECT_EQ(prefer("sam", "conversation-v", nullptr), "ok");
    message("m2");
    EXPECT_THAT(inbox("sam"), ElementsAre("message sue *"));
    // The same for one that he is not in and one that is not.
    EXPECT_EQ(prefer("tim", "conversation-v", false), "not_found room");
    EXPECT_EQ(prefer("sam", "conversation-w", false), "not_found room");
}

TEST_F(OfConversations, WhoLeavesIsToldWhatIsLeftToCount) {
    message("m1");
    message("m2");
    comment("c1", "sue", "sam");
    EXPECT_EQ(counts("sam"), "2, 2");
    school.events();
    leave("sam");
    std::vector<Json> removed;
    for (const auto& event : school.events()) {
        if (event.type != "notification:removed") continue;
        EXPECT_THAT(school.viewers(event), ElementsAre("sam"));
        removed.push_back(Json::parse(event.payload));
    }
    ASSERT_EQ(removed.size(), 1U);
    EXPECT_EQ(removed[0].at("group"), "message:v");
    EXPECT_EQ(removed[0].at("notification"), nullptr);
    EXPECT_EQ(removed[0].at("unread"), 1);
    EXPECT_EQ(counts("sam"), "1, 1");
}

TEST_F(OfConversations, WhoComesBackIsNotToldOfWhatWasBefore) {
    message("m1");
    leave("sam");
    // Deleted meanwhile: he is not among those who are told.
    publish("message:deleted", Audience::users("conversation-v", {"sue"}),
            {{"conversation", "v"}, {"messageId", "m1"}});
    school.directory.conversations().apply({"conversation-v", {{"sam"}, {"sue"}}});
    EXPECT_THAT(inbox("sam"), IsEmpty());
    EXPECT_EQ(counts("sam"), "0, 0");
    EXPECT_EQ(school.count("SELECT count(*) FROM notifications WHERE user = 'sam'"), 0);
    message("m3");
    EXPECT_THAT(inbox("sam"), ElementsAre("message sue *"));
}

}  // namespace
}  // namespace homeroom::features::notifications
