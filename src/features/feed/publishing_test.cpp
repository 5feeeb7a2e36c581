// Posts for later: who sees them until their time comes, and what becomes of them then.
#include "features/feed/publishing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "features/feed/test_feed.h"

namespace homeroom::features::feed {
namespace {

using campus::Edit;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

class Publishing : public FeedFixture {
protected:
    std::string later(const std::string& author, Json visibility = nullptr,
                      std::chrono::milliseconds wait = 1h) {
        return feed
            .must(author, "post:create",
                  {{"to", "class-physics"},
                   {"text", "later"},
                   {"visibility", std::move(visibility)},
                   {"publishAt", to_rfc3339(wall_now() + wait)}})
            .at("post")
            .at("id");
    }
    std::vector<std::string> waiting(const std::string& user) {
        std::vector<std::string> ids;
        const Json answer =
            feed.must(user, "feed:list", {{"room", "class-physics"}, {"only", "scheduled"}});
        for (const auto& one : answer.at("posts")) ids.push_back(one.at("id"));
        return ids;
    }
    Json read(const std::string& user, const std::string& id) {
        return feed.must(user, "post:get", {{"post", id}}).at("post");
    }
};

TEST_F(Publishing, UntilItsTimeAPostIsItsAuthorsAndTheStaffs) {
    const auto post = later("sam");
    const auto for_sue = later("tim", {{"users", {"sue"}}});
    EXPECT_THAT(feed.told(), ElementsAre("post:scheduled: sam tim", "post:scheduled: tim"));
    EXPECT_THAT(waiting("sam"), ElementsAre(post));
    EXPECT_THAT(waiting("tim"), ElementsAre(for_sue, post));
    EXPECT_THAT(waiting("sue"), IsEmpty());
    for (const char* user : {"sam", "sue", "tim"}) EXPECT_THAT(feed.feed_of(user), IsEmpty());
    EXPECT_EQ(feed.outcome("sue", "post:get", {{"post", post}}), "not_found post");
    EXPECT_EQ(read("tim", post).at("state"), "scheduled");
    feed.must("sam", "post:update", {{"post", post}, {"text", "edited"}});
    EXPECT_THAT(feed.told(), ElementsAre("post:updated: sam tim"));
    EXPECT_EQ(feed.outcome("tim", "comment:create", {{"post", post}, {"text", "x"}}),
              "conflict post");
    EXPECT_EQ(feed.outcome("sam", "reaction:set", {{"target", {{"post", post}}}, {"kind", "a"}}),
              "conflict target");
    feed.must("sam", "post:delete", {{"post", post}});
    EXPECT_THAT(feed.told(), ElementsAre("post:deleted: sam tim"));
    feed.pass(2h);
    EXPECT_THAT(feed.told(), ElementsAre("post:created: sue tim"));
}

TEST_F(Publishing, ComesOnceAsTheNewestOfAll) {
    const auto post = later("sam");
    const auto between = feed.post("sue");
    feed.events();
    feed.pass(2h);
    feed.pass(2h);
    const auto events = feed.events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, "post:created");
    EXPECT_THAT(feed.viewers(events[0]), ElementsAre("sam", "sue", "tim"));
    const Json said = Json::parse(events[0].payload);
    EXPECT_EQ(said.at("by"), Json({{"id", "sam"}, {"name", "sam"}}));
    EXPECT_EQ(said.at("post").at("state"), "published");
    EXPECT_NE(said.at("post").at("publishedAt"), nullptr);
    EXPECT_THAT(feed.feed_of("sue"), ElementsAre(post, between));
    EXPECT_THAT(waiting("tim"), IsEmpty());
    const auto next = feed.post("sue");
    EXPECT_THAT(feed.feed_of("sue"), ElementsAre(next, post, between));
    EXPECT_EQ(feed.outcome("sam", "post:update",
                           {{"post", post}, {"text", "x"}, {"publishAt", to_rfc3339(wall_now())}}),
              "conflict publishAt");
}

TEST_F(Publishing, NoPlaceInTheFeedIsUsedTwice) {
    const auto post = later("sam");
    feed.pass(2h);
    const auto page = feed.must("sue", "feed:list", {{"room", "class-physics"}, {"limit", 1}});
    feed.must("sam", "post:delete", {{"post", post}});
    const auto after = feed.post("sue");
    const auto rows = feed.count("SELECT max(row) FROM posts");
    EXPECT_GT(rows, 2);
    EXPECT_THAT(feed.feed_of("sue"), ElementsAre(after));
}

TEST_F(Publishing, AtOnceWhenItsTimeIsTakenAwayOrPast) {
    const auto post = later("sam");
    feed.must("sam", "post:update", {{"post", post}, {"text", "now"}, {"publishAt", nullptr}});
    const auto past = later("sam", nullptr, -1h);
    EXPECT_THAT(feed.told(), ElementsAre("post:scheduled: sam tim", "post:created: sam sue tim",
                                         "post:created: sam sue tim"));
    EXPECT_THAT(feed.feed_of("sue"), ElementsAre(past, post));
    feed.pass(2h);
    EXPECT_THAT(feed.told(), IsEmpty());
}

TEST_F(Publishing, HoldsThePostOfWhoHasLeftOrIsMuted) {
    const auto left = later("sam");
    const auto muted = later("sue");
    feed.must("tim", "feed:mute", {{"room", "class-physics"}, {"user", "sue"}});
    feed.directory.apply(Edit{}.remove_enrollment("sam|physics"));
    feed.events();
    feed.pass(2h);
    EXPECT_THAT(feed.told(),
                testing::UnorderedElementsAre("post:updated: tim", "post:updated: sue tim"));
    EXPECT_EQ(read("tim", left).at("state"), "held");
    EXPECT_EQ(read("sue", muted).at("state"), "held");
    EXPECT_THAT(feed.feed_of("tim"), IsEmpty());
    EXPECT_EQ(feed.outcome("sam", "post:get", {{"post", left}}), "not_found post");
}

TEST_F(Publishing, TellsOfAMentionWhenItIsSeen) {
    feed.must("sam", "post:create",
              {{"to", "class-physics"},
               {"text", "x"},
               {"mentions", {"sue", "tim"}},
               {"publishAt", to_rfc3339(wall_now() + 1h)}});
    EXPECT_EQ(feed.events().at(0).notes, "");
    feed.directory.apply(Edit{}.remove_enrollment("sue|physics"));
    feed.pass(2h);
    const auto events = feed.events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(Json::parse(events[0].notes).at("mentioned"), Json({"tim"}));
}

TEST_F(Publishing, LetsAsManyWaitAsTheLimitAllows) {
    for (std::int64_t i = 0; i < limits::posts_scheduled_max; ++i) later("sam");
    EXPECT_EQ(
        feed.outcome(
            "sam", "post:create",
            {{"to", "class-physics"}, {"text", "x"}, {"publishAt", to_rfc3339(wall_now() + 1h)}}),
        "too_large publishAt");
    later("sue");
}

}  // namespace
}  // namespace homeroom::features::feed
