// Pinned and locked posts, muted students, slow rooms.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "features/feed/test_feed.h"

namespace homeroom::features::feed {
namespace {

using campus::Edit;
using campus::Role;
using testing::ElementsAre;
using testing::IsEmpty;

class Moderation : public FeedFixture {
protected:
    std::string steer(const std::string& user, const char* name, const std::string& post,
                      bool on = true) {
        return feed.outcome(user, name, {{"post", post}, {"on", on}});
    }
    std::string mute(const std::string& user, const std::string& whom, Json until = nullptr) {
        return feed.outcome(
            user, "feed:mute",
            {{"room", "class-physics"}, {"user", whom}, {"until", std::move(until)}});
    }
    std::string write(const std::string& user) {
        return feed.outcome(user, "post:create", {{"to", "class-physics"}, {"text", "x"}});
    }
    // Who is told that he types there: nobody; or the names of those.
    std::vector<std::string> told_of_typing(const std::string& user, const std::string& post) {
        std::promise<std::vector<std::string>> told;
        EXPECT_TRUE(feed.store->submit_read([&](Result<store::Database*> db) {
            const auto readers = readers_of_post(**db, feed.directory, user, post);
            std::vector<std::string> names;
            if (readers.ok() && *readers) {
                names = feed.directory.members_of("class-physics");
                std::erase_if(names, [&](const std::string& one) {
                    return !(*readers)->admits(one, feed.directory);
                });
            }
            told.set_value(std::move(names));
        }));
        return told.get_future().get();
    }
    std::vector<std::string> pinned(const std::string& user) {
        std::vector<std::string> ids;
        const Json answer =
            feed.must(user, "feed:list", {{"room", "class-physics"}, {"only", "pinned"}});
        for (const auto& one : answer.at("posts")) ids.push_back(one.at("id"));
        return ids;
    }
};

TEST_F(Moderation, IsForTheStaffOfTheRoom) {
    const auto post = feed.post("sam");
    for (const char* name : {"post:pin", "post:lock"}) {
        EXPECT_EQ(steer("sam", name, post), "forbidden post");
        EXPECT_EQ(steer("tom", name, post), "not_found post");
        EXPECT_EQ(steer("tim", name, post), "ok");
        EXPECT_EQ(feed.outcome("tim", name, {{"post", post}}), "invalid on");
    }
    EXPECT_EQ(mute("sam", "sue"), "forbidden room");
    EXPECT_EQ(mute("tom", "sue"), "not_found room");
    for (const char* name : {"feed:slow", "feed:mutes"}) {
        const Json body{{"room", "class-physics"}, {"seconds", 5}};
        EXPECT_EQ(feed.outcome("sam", name, body), "forbidden room");
        EXPECT_EQ(feed.outcome("tom", name, body), "not_found room");
    }
}

TEST_F(Moderation, NobodyIsToldThatSomebodyTypesWhoMayNotWrite) {
    const auto post = feed.post("sue");
    EXPECT_FALSE(told_of_typing("sam", post).empty());
    EXPECT_EQ(mute("tim", "sam"), "ok");
    EXPECT_THAT(told_of_typing("sam", post), IsEmpty());
    EXPECT_FALSE(told_of_typing("sue", post).empty());
    feed.must("tim", "feed:unmute", {{"room", "class-physics"}, {"user", "sam"}});
    EXPECT_FALSE(told_of_typing("sam", post).empty());
    EXPECT_EQ(steer("tim", "post:lock", post), "ok");
    EXPECT_THAT(told_of_typing("sam", post), IsEmpty());
    EXPECT_FALSE(told_of_typing("tim", post).empty());
}

TEST_F(Moderation, PinsAndTellsOnceWhoSeesThePost) {
    const auto first = feed.post("sam");
    const auto second = feed.post("sam", "class-physics", "staff");
    feed.post("sue");
    feed.events();
    steer("tim", "post:pin", first);
    steer("tim", "post:pin", first);
    steer("tim", "post:pin", second);
    EXPECT_THAT(feed.told(), ElementsAre("post:updated: sam sue tim", "post:updated: sam tim"));
    EXPECT_THAT(pinned("tim"), ElementsAre(second, first));
    EXPECT_THAT(pinned("sue"), ElementsAre(first));
    steer("tim", "post:pin", first, false);
    EXPECT_THAT(pinned("sue"), IsEmpty());
}

TEST_F(Moderation, PinsAsManyAsTheLimitAllows) {
    for (std::int64_t i = 0; i < limits::pinned_posts_max; ++i)
        EXPECT_EQ(steer("tim", "post:pin", feed.post("sam")), "ok");
    EXPECT_EQ(steer("tim", "post:pin", feed.post("sam")), "too_large post");
}

TEST_F(Moderation, ALockedPostIsTheStaffsAlone) {
    const auto post = feed.post("sam");
    const auto comment = feed.comment("sue", post);
    steer("tim", "post:lock", post);
    feed.events();
    EXPECT_EQ(feed.outcome("sue", "comment:create", {{"post", post}, {"text", "x"}}),
              "forbidden post");
    EXPECT_EQ(feed.outcome("sue", "comment:update", {{"comment", comment}, {"text", "x"}}),
              "forbidden comment");
    EXPECT_EQ(feed.outcome("sam", "post:update", {{"post", post}, {"text", "x"}}),
              "forbidden post");
    EXPECT_EQ(
        feed.outcome("sue", "reaction:set", {{"target", {{"comment", comment}}}, {"kind", "like"}}),
        "forbidden target");
    EXPECT_THAT(feed.events(), IsEmpty());
    EXPECT_EQ(feed.outcome("tim", "comment:create", {{"post", post}, {"text", "x"}}), "ok");
    EXPECT_EQ(feed.outcome("sue", "comment:delete", {{"comment", comment}}), "ok");
    steer("tim", "post:lock", post, false);
    EXPECT_EQ(feed.outcome("sue", "comment:create", {{"post", post}, {"text", "x"}}), "ok");
}

TEST_F(Moderation, AMutedStudentReadsAndTakesBackButDoesNotWrite) {
    const auto post = feed.post("sam");
    feed.events();
    EXPECT_EQ(mute("tim", "sam"), "ok");
    EXPECT_THAT(feed.told(), ElementsAre("feed:muted: sam tim"));
    EXPECT_EQ(write("sam"), "forbidden to");
    EXPECT_EQ(feed.outcome("sam", "comment:create", {{"post", post}, {"text", "x"}}),
              "forbidden post");
    EXPECT_EQ(feed.outcome("sam", "reaction:set", {{"target", {{"post", post}}}, {"kind", "like"}}),
              "forbidden target");
    EXPECT_EQ(feed.outcome("sam", "post:create", {{"to", "course-science"}, {"text", "x"}}), "ok");
    EXPECT_EQ(feed.must("sam", "feed:settings", {{"room", "class-physics"}}).at("muted"),
              Json({{"until", nullptr}}));
    EXPECT_EQ(feed.must("tim", "feed:mutes", {{"room", "class-physics"}}).at("muted").size(), 1U);
    EXPECT_EQ(feed.outcome("sam", "post:delete", {{"post", post}}), "ok");
    EXPECT_EQ(write("sue"), "ok");
    // Not even by leaving and coming back.
    feed.directory.apply(Edit{}.remove_enrollment("sam|physics"));
    feed.directory.apply(Edit{}.put(campus::enrolled("sam", "physics")));
    EXPECT_EQ(write("sam"), "forbidden to");
    feed.events();
    const Json back{{"room", "class-physics"}, {"user", "sam"}};
    feed.must("tim", "feed:unmute", back);
    feed.must("tim", "feed:unmute", back);
    EXPECT_THAT(feed.told(), ElementsAre("feed:unmuted: sam tim"));
    EXPECT_EQ(write("sam"), "ok");
}

TEST_F(Moderation, AMuteEndsByItself) {
    const auto in = [](std::chrono::milliseconds wait) { return to_rfc3339(wall_now() + wait); };
    EXPECT_EQ(mute("tim", "sam", in(std::chrono::milliseconds{300})), "ok");
    EXPECT_EQ(write("sam"), "forbidden to");
    std::this_thread::sleep_for(std::chrono::milliseconds{320});
    EXPECT_EQ(write("sam"), "ok");
    EXPECT_EQ(feed.must("sam", "feed:settings", {{"room", "class-physics"}}).at("muted"), nullptr);
    for (const Json& wrong : {Json(in(std::chrono::hours{-1})), Json("soon"), Json(5)})
        EXPECT_EQ(mute("tim", "sam", wrong), "invalid until");
}

TEST_F(Moderation, MutesStudentsOfTheRoomOnly) {
    feed.directory.apply(Edit{}.put(campus::enrolled("ann", "physics", Role::teacher)));
    EXPECT_EQ(mute("tim", "ann"), "conflict user");
    EXPECT_EQ(mute("tim", "tom"), "not_found user");
    EXPECT_EQ(mute("tim", "nobody"), "not_found user");
}

TEST_F(Moderation, ASlowRoomGivesEachHisTurn) {
    const Json slow{{"room", "class-physics"}, {"seconds", 3600}};
    feed.must("tim", "feed:slow", slow);
    feed.must("tim", "feed:slow", slow);
    EXPECT_THAT(feed.told(), ElementsAre("feed:slowed: sam sue tim"));
    const auto post = feed.post("sam");
    const auto again = feed.call("sam", "comment:create", {{"post", post}, {"text", "x"}});
    ASSERT_FALSE(again.ok());
    EXPECT_EQ(again.error().code, Code::rate_limited);
    ASSERT_TRUE(again.error().retry_after.has_value());
    EXPECT_LE(*again.error().retry_after, std::chrono::seconds{3600});
    EXPECT_GT(*again.error().retry_after, std::chrono::seconds{3500});
    // What is refused for another reason takes no turn.
    EXPECT_EQ(feed.outcome("sue", "post:create", {{"to", "class-physics"}, {"text", ""}}),
              "invalid text");
    EXPECT_EQ(write("sue"), "ok");
    EXPECT_EQ(write("tim"), "ok");
    EXPECT_EQ(write("tim"), "ok");
    EXPECT_EQ(feed.must("sam", "feed:settings", {{"room", "class-physics"}}).at("slowSeconds"),
              3600);
    feed.must("tim", "feed:slow", {{"room", "class-physics"}, {"seconds", 0}});
    EXPECT_EQ(write("sam"), "ok");
    EXPECT_EQ(write("sam"), "ok");
    for (const Json& wrong : {Json(nullptr), Json(-1), Json(limits::slow_seconds_max + 1)}) {
        EXPECT_EQ(feed.outcome("tim", "feed:slow", {{"room", "class-physics"}, {"seconds", wrong}}),
                  "invalid seconds");
    }
}

// A report has the words of what it is about, and is for the staff of the room where it is.
TEST_F(Moderation, TakesReportsAlongWithAThread) {
    feed.directory.apply(Edit{}.put(campus::enrolled("ann", "chemistry", Role::teacher)));
    feed.directory.apply(Edit{}.put(campus::enrolled("tim", "chemistry", Role::teacher)));
    const auto id = feed.post("sam");
    const std::string comment =
        feed.must("sue", "comment:create", {{"post", id}, {"text", "rude"}}).at("comment").at("id");
    for (const Json& target : {Json{{"post", id}}, Json{{"comment", comment}}})
        feed.must("sue", "report:create", {{"target", target}, {"reason", "rude"}});
    feed.must("tim", "post:move", {{"post", id}, {"to", "class-chemistry"}});
    EXPECT_EQ(feed.count("SELECT count(*) FROM journal WHERE type LIKE 'report:%'"
                         " AND kind <> 'forgotten'"),
              0)
        << "a replay would show it to the staff of the old room";
    EXPECT_EQ(feed.must("ann", "report:list", {{"room", "class-chemistry"}}).at("reports").size(),
              2U);
}

// What is one step for the writer is a step that has an end.
TEST_F(Moderation, MovesNoThreadWithoutEnd) {
    feed.directory.apply(Edit{}.put(campus::enrolled("tim", "chemistry", Role::teacher)));
    const auto id = feed.post("sam");
    std::string last;
    for (int i = 0; i <= 1'000; ++i)
        last = feed.must("sue", "comment:create",
                         {{"post", id}, {"text", "a comment"}, {"mentions", {"sam"}}})
                   .at("comment")
                   .at("id");
    const Json to{{"post", id}, {"to", "class-chemistry"}};
    EXPECT_EQ(feed.outcome("tim", "post:move", to), "too_large post");
    EXPECT_THAT(feed.feed_of("sam"), ElementsAre(id));
    feed.must("tim", "comment:delete", {{"comment", last}});
    EXPECT_EQ(feed.outcome("tim", "post:move", to), "ok");
    EXPECT_THAT(feed.feed_of("sam"), IsEmpty());
    EXPECT_EQ(feed.count("SELECT count(*) FROM comments WHERE mentions IS NOT NULL"), 0)
        << "sam is not in chemistry";
}

}  // namespace
}  // namespace homeroom::features::feed
