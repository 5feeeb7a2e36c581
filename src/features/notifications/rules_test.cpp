#include "features/notifications/rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

#include "campus/audience.h"

namespace homeroom::features::notifications {
namespace {

using campus::Audience;
using campus::Json;
using testing::ElementsAre;
using testing::IsEmpty;

store::JournalEvent event(const char* type, const Audience& audience, const Json& payload,
                          const Json& notes = nullptr) {
    return {.seq = 1,
            .type = type,
            .audience = audience.stored(),
            .payload = payload.dump(),
            .notes = notes.is_null() ? "" : notes.dump()};
}
const Audience physics = Audience::members("class-physics");
Json person(const char* id) {
    return {{"id", id}, {"name", std::string{"Name of "} + id}};
}
Json comment(const char* author) {
    return {{"by", person(author)},
            {"postId", "p1"},
            {"comment", {{"id", "c1"}, {"author", person(author)}, {"replyTo", "c0"}}}};
}

// "kind: whom, not whom"
std::vector<std::string> lines(const store::JournalEvent& from) {
    std::vector<std::string> all;
    for (const Notice& notice : notices_of(from)) {
        std::string line{to_string(notice.kind)};
        line += ":";
        for (const auto& user : notice.people) line += " " + user;
        line += notice.everybody ? " everybody," : ",";
        std::set<std::string> except(notice.except.begin(), notice.except.end());
        for (const auto& user : except) line += " not " + user;
        all.push_back(std::move(line));
    }
    return all;
}

TEST(Rules, MentionsInPostsAndComments) {
    const Json post{{"by", person("sue")}, {"post", {{"id", "p1"}, {"author", person("sue")}}}};
    const Json notes{{"author", "sue"}, {"mentioned", {"sam", "tim"}}};
    const auto created = event("post:created", physics, post, notes);
    EXPECT_THAT(lines(created), ElementsAre("mention: sam tim, not sue"));
    const auto notice = notices_of(created).front();
    EXPECT_EQ(notice.subject, "p1");
    EXPECT_EQ(notice.parent, "");
    EXPECT_EQ(notice.room, "class-physics");
    EXPECT_EQ(notice.target, (Json{{"post", "p1"}}));
    EXPECT_EQ(notice.actor, person("sue"));
    EXPECT_FALSE(notice.once);
    EXPECT_TRUE(notices_of(event("post:updated", physics, post, notes)).front().once);
    EXPECT_THAT(lines(event("post:created", physics, post, {{"mentioned", Json::array()}})),
                IsEmpty());
}

TEST(Rules, CommentsTellThePostsAuthorOnce) {
    EXPECT_THAT(lines(event("comment:created", physics, comment("sue"),
                            {{"author", "sue"}, {"postAuthor", "tim"}})),
                ElementsAre("comment: tim, not sue"));
    EXPECT_THAT(lines(event("comment:created", physics, comment("sue"),
                            {{"author", "sue"}, {"postAuthor", "tim"}, {"replyToAuthor", "sam"}})),
                ElementsAre("reply: sam, not sue", "comment: tim, not sam not sue"));
    // Of what is told to one already, the narrower is what he gets.
    EXPECT_THAT(lines(event("comment:created", physics, comment("sue"),
                            {{"author", "sue"},
                             {"postAuthor", "tim"},
                             {"replyToAuthor", "tim"},
                             {"mentioned", {"tim"}}})),
                ElementsAre("mention: tim, not sue", "reply: tim, not sue not tim",
                            "comment: tim, not sue not tim"));
    EXPECT_THAT(lines(event("comment:updated", physics, comment("sue"),
                            {{"author", "sue"}, {"postAuthor", "tim"}})),
                IsEmpty());
}

// Case 29: who it really was is in the notes alone; what people get has what the event shows.
TEST(Rules, WhoeverIsNotNamedIsNotNamedHere) {
    Json anonymous = comment("anonymous-7");
    anonymous["by"] = nullptr;
    const auto notices = notices_of(
        event("comment:created", physics, anonymous, {{"author", "sam"}, {"postAuthor", "tim"}}));
    ASSERT_EQ(notices.size(), 1U);
    EXPECT_EQ(notices[0].actor, person("anonymous-7"));
    EXPECT_EQ(notices[0].target.dump().find("sam"), std::string::npos);
    // Nor is he told of his own.
    const auto own = notices_of(
        event("comment:created", physics, anonymous, {{"author", "sam"}, {"postAuthor", "sam"}}));
    EXPECT_THAT(own.front().except, testing::Contains("sam"));
}

TEST(Rules, GradesTellTheStudentAndWhomTheEventNames) {
    const auto notices = notices_of(event("grade:updated", Audience::person("sam", {"gina"}),
                                          {{"by", person("tim")},
                                           {"grade",
                                            {{"id", "g1"},
                                             {"class", "physics"},
                                             {"item", "test"},
                                             {"score", 17.25},
                                             {"comment", "secret words"},
                                             {"student", person("sam")}}}}));
    ASSERT_EQ(notices.size(), 1U);
    EXPECT_THAT(notices[0].people, ElementsAre("gina", "sam"));
    EXPECT_EQ(notices[0].room, "class-physics");
    EXPECT_EQ(notices[0].target.dump().find("17"), std::string::npos);
    EXPECT_EQ(notices[0].target.dump().find("secret"), std::string::npos);
}

TEST(Rules, AnnouncementsTellTheirRoomAndMessagesTheOthers) {
    const Json announcement{{"by", person("tim")},
                            {"announcement", {{"id", "a1"}, {"title", "A test"}}}};
    EXPECT_THAT(lines(event("announcement:created", physics, announcement)),
                ElementsAre("announcement: everybody, not tim"));
    EXPECT_EQ(notices_of(event("announcement:created", Audience::members("class-physics/staff"),
                               announcement))
                  .front()
                  .room,
              "class-physics");
    EXPECT_THAT(lines(event("message:created", Audience::users("c", {"sam", "sue"}),
                            {{"by", person("sam")},
                             {"message",
                              {{"id", "m1"}, {"conversation", "c"}, {"author", person("sam")}}}})),
                ElementsAre("message: sam sue, not sam"));
}

TEST(Rules, StudySessionsInviteRemindAndTellOfTheirStart) {
    Json session{{"id", "s1"},
                 {"title", "Fractions"},
                 {"status", "planned"},
                 {"startsAt", "2026-11-23T12:00:00.000Z"},
                 {"host", person("sue")}};
    const auto of = [&](const char* type, const Json& by) {
        return event(type, physics, {{"by", by}, {"session", session}});
    };
    const auto what = [&](const char* type) {
        const auto notices = notices_of(of(type, person("sue")));
        return notices.empty() ? "nothing" : notices[0].target.at("what").get<std::string>();
    };
    EXPECT_THAT(lines(of("study:created", person("sue"))),
                ElementsAre("study: everybody, not sue"));
    EXPECT_THAT(lines(of("study:reminder", nullptr)), ElementsAre("study: everybody,"));
    EXPECT_EQ(what("study:created"), "invitation");
    EXPECT_EQ(what("study:updated"), "change");
    EXPECT_EQ(what("study:reminder"), "reminder");
    EXPECT_EQ(what("study:started"), "start");
    session["status"] = "live";
    EXPECT_EQ(what("study:updated"), "nothing");
    session["status"] = "planned";
    session["startsAt"] = nullptr;
    EXPECT_EQ(what("study:created"), "nothing");  // it begins when it is said to
    EXPECT_EQ(what("study:started"), "start");
    const auto ended = removal_of(of("study:ended", nullptr));
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->subject, "s1");
}

TEST(Rules, OfALiveClassItsRoomIsToldWhenItMatters) {
    Json live{{"id", "l1"},
              {"title", "Optics"},
              {"status", "scheduled"},
              {"startsAt", "2026-11-23T12:00:00.000Z"},
              {"host", person("tim")}};
    const auto of = [&](const char* type, const char* change = nullptr) {
        Json body{{"by", person("tim")}, {"live", live}};
        if (change != nullptr) body["change"] = change;
        return event(type, physics, body);
    };
    const auto what = [&](const char* type, const char* change = nullptr) {
        const auto notices = notices_of(of(type, change));
        return notices.empty() ? "nothing" : notices[0].target.at("what").get<std::string>();
    };
    EXPECT_THAT(lines(of("live:started")), ElementsAre("live: everybody, not tim"));
    EXPECT_THAT(lines(of("live:reminder")), ElementsAre("live: everybody,"));
    EXPECT_EQ(what("live:scheduled"), "invitation");
    EXPECT_EQ(what("live:changed", "plan"), "change");
    EXPECT_EQ(what("live:reminder"), "reminder");
    EXPECT_EQ(what("live:started"), "start");
    for (const char* change : {"preparing", "interrupted", "back"})
        EXPECT_EQ(what("live:changed", change), "nothing") << change;
    live["status"] = "recorded";
    EXPECT_EQ(what("live:changed", "recording"), "recording");
    live["status"] = "scheduled";
    live["startsAt"] = nullptr;
    EXPECT_EQ(what("live:scheduled"), "nothing");  // it begins when it is said to
    const auto without_time = removal_of(of("live:changed", "plan"));
    ASSERT_TRUE(without_time);
    EXPECT_EQ(without_time->subject, "l1");
    EXPECT_FALSE(removal_of(of("live:changed", "preparing")));
    live["status"] = "live";  // its start stays in the inbox, whatever its title
    EXPECT_FALSE(removal_of(of("live:changed", "plan")));
    live["status"] = "scheduled";
    live["startsAt"] = "2026-11-23T12:00:00.000Z";
    EXPECT_FALSE(removal_of(of("live:changed", "plan")));
    for (const char* type : {"live:ended", "live:cancelled"}) {
        const auto removal = removal_of(of(type));
        ASSERT_TRUE(removal) << type;
        EXPECT_EQ(removal->subject, "l1");
    }
}

TEST(Rules, ACallIsMissedByWhomItRangAt) {
    const auto missed = [&](const Json& room) {
        return event(
            "call:missed", Audience::people("call-c1", {"sam", "sue"}),
            {{"by", nullptr}, {"call", {{"id", "c1"}, {"host", person("sue")}, {"room", room}}}});
    };
    EXPECT_THAT(lines(missed(nullptr)), ElementsAre("call: sam sue, not sue"));
    const auto notice = notices_of(missed(nullptr)).front();
    EXPECT_EQ(notice.collapse, "call:sue");
    EXPECT_EQ(notice.target, (Json{{"call", "c1"}}));
    EXPECT_EQ(notices_of(missed("class-physics")).front().collapse, "call:class-physics");
}

TEST(Rules, WhatIsTakenBackIsRemoved) {
    const auto post = removal_of(event("post:deleted", physics, {{"postId", "p1"}}));
    ASSERT_TRUE(post);
    EXPECT_EQ(post->subject, "p1");
    EXPECT_TRUE(post->with_children);
    for (const auto& [type, field] :
         {std::pair{"comment:deleted", "commentId"}, std::pair{"grade:withdrawn", "gradeId"},
          std::pair{"announcement:withdrawn", "announcementId"},
          std::pair{"message:deleted", "messageId"}}) {
        const auto removal = removal_of(event(type, physics, {{field, "x"}}));
        ASSERT_TRUE(removal) << type;
        EXPECT_EQ(removal->subject, "x");
        EXPECT_FALSE(removal->with_children);
    }
    EXPECT_FALSE(removal_of(event("post:created", physics, {{"postId", "p1"}})));
}

// Case 57: an event that is not as it should be.
TEST(Rules, OfWhatIsNotUnderstoodNobodyIsTold) {
    const Json bad[] = {nullptr,
                        Json::array(),
                        7,
                        "text",
                        Json::object(),
                        {{"post", 7},
                         {"comment", {{"id", 7}}},
                         {"postId", {}},
                         {"grade", "x"},
                         {"announcement", Json::array()},
                         {"message", {{"id", "m"}}},
                         {"session", {{"id", 7}}},
                         {"live", {{"id", 7}}},
                         {"call", {{"id", "c1"}}}}};
    for (const char* type : {"post:created",
                             "post:updated",
                             "comment:created",
                             "comment:updated",
                             "grade:updated",
                             "announcement:created",
                             "message:created",
                             "post:deleted",
                             "comment:deleted",
                             "grade:withdrawn",
                             "announcement:withdrawn",
                             "message:deleted",
                             "study:created",
                             "study:updated",
                             "study:reminder",
                             "study:started",
                             "study:ended",
                             "live:scheduled",
                             "live:changed",
                             "live:reminder",
                             "live:started",
                             "live:ended",
                             "call:missed",
                             "no:type"}) {
        for (const Json& payload : bad) {
            for (const Json& notes : bad) {
                const auto from = event(type, physics, payload, notes);
                EXPECT_THAT(notices_of(from), IsEmpty()) << type << payload.dump();
                EXPECT_FALSE(removal_of(from)) << type << payload.dump();
            }
        }
        auto broken = event(type, physics, Json::object());
        broken.payload = "{";
        broken.notes = "[";
        EXPECT_THAT(notices_of(broken), IsEmpty());
        EXPECT_FALSE(removal_of(broken));
    }
}

TEST(Rules, MostEventsConcernNobody) {
    EXPECT_FALSE(concerns_anybody(event("post:created", physics, Json::object())));
    const Json nobody{{"author", "sue"}, {"mentioned", Json::array()}};
    const Json sam{{"author", "sue"}, {"mentioned", {"sam"}}};
    EXPECT_FALSE(concerns_anybody(event("post:created", physics, Json::object(), nobody)));
    EXPECT_TRUE(concerns_anybody(event("post:created", physics, Json::object(), sam)));
    EXPECT_TRUE(concerns_anybody(event("comment:created", physics, Json::object(), nobody)));
    EXPECT_FALSE(concerns_anybody(event("comment:updated", physics, Json::object(), nobody)));
    EXPECT_TRUE(concerns_anybody(event("grade:updated", physics, Json::object())));
    EXPECT_FALSE(concerns_anybody(event("reaction:changed", physics, Json::object())));
    for (const char* own : {"notification:created", "notification:read", "notification:removed",
                            "notification:seen", "notification:preferences"})
        EXPECT_FALSE(concerns_anybody(event(own, physics, Json::object(), Json::object())));
    EXPECT_TRUE(concerns_anybody(event("rooms:changed", physics, Json::object())));
}

}  // namespace
}  // namespace homeroom::features::notifications
