// Who may do what, and who hears of it.
#include "features/feed/feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/feed/test_feed.h"

namespace homeroom::features::feed {
namespace {

using campus::Edit;
using campus::Role;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class Feed : public FeedFixture {
protected:
    // Every request that concerns a post, a comment on it, or either's reactions.
    std::vector<std::pair<std::string, Json>> requests_about(const std::string& post,
                                                             const std::string& comment) {
        return {
            {"post:get", {{"post", post}}},
            {"post:update", {{"post", post}, {"text", "x"}}},
            {"post:delete", {{"post", post}}},
            {"comment:create", {{"post", post}, {"text", "x"}}},
            {"comment:update", {{"comment", comment}, {"text", "x"}}},
            {"comment:delete", {{"comment", comment}}},
            {"reaction:set", {{"target", {{"post", post}}}, {"kind", "like"}}},
            {"reaction:set", {{"target", {{"comment", comment}}}, {"kind", "like"}}},
        };
    }
    void must_be_not_found(const std::string& user, const std::string& post,
                           const std::string& comment) {
        for (const auto& [name, body] : requests_about(post, comment)) {
            const auto hidden = feed.call(user, name, body);
            ASSERT_FALSE(hidden.ok()) << name;
            EXPECT_EQ(hidden.error().code, Code::not_found) << name;
        }
        // The very same answer as for what never was.
        const auto unknown =
            requests_about("01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAV");
        const auto real = requests_about(post, comment);
        for (std::size_t i = 0; i < real.size(); ++i) {
            EXPECT_EQ(campus::to_ack(feed.call(user, real[i].first, real[i].second)),
                      campus::to_ack(feed.call(user, unknown[i].first, unknown[i].second)))
                << real[i].first;
        }
    }
};

TEST_F(Feed, ShowsAPostToTheRoomItIsIn) {
    const auto answer =
        feed.must("sam", "post:create", {{"to", "class-physics"}, {"text", "Hello"}});
    const auto& post = answer.at("post");
    EXPECT_EQ(post.at("room"), "class-physics");
    EXPECT_EQ(post.at("author"), Json({{"id", "sam"}, {"name", "sam"}}));
    EXPECT_EQ(post.at("text"), "Hello");
    EXPECT_EQ(post.at("visibility"), "everyone");
    EXPECT_EQ(post.at("attachments"), Json::array());
    EXPECT_EQ(post.at("editedAt"), nullptr);
    EXPECT_EQ(post.at("counts"), Json({{"comments", 0}, {"reactions", Json::object()}}));
    EXPECT_EQ(post.at("mine"), Json({{"reaction", nullptr}}));

    const auto events = feed.events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, "post:created");
    EXPECT_THAT(feed.viewers(events[0]), ElementsAre("sam", "sue", "tim"));
    const auto payload = Json::parse(events[0].payload);
    EXPECT_EQ(payload.at("post"), post);
    EXPECT_EQ(payload.at("room"), "class-physics");
    EXPECT_EQ(payload.at("by"), Json({{"id", "sam"}, {"name", "sam"}}));

    const std::string id = post.at("id");
    EXPECT_THAT(feed.feed_of("sue"), ElementsAre(id));
    EXPECT_EQ(feed.outcome("tom", "feed:list", {{"room", "class-physics"}}), "not_found room");
    must_be_not_found("tom", id, feed.comment("sue", id));
}

TEST_F(Feed, HasOnlyTheRoomsThatAreMadeForIt) {
    const std::pair<const char*, const char*> rooms[] = {
        {"class-physics", "ok"},
        {"course-science", "ok"},
        {"institution-north", "ok"},
        {"class-physics/staff", "forbidden"},
        {"course-science/staff", "forbidden"},
        {"user-tim", "forbidden"},
        {"global", "forbidden"},
        {"user-sam", "not_found"},
        {"class-art", "not_found"},
        {"class-nowhere", "not_found"},
        {"institution-north/staff", "not_found"},
        {"group-1", "not_found"},
        {"", "not_found"},
        {"physics", "not_found"},
    };
    for (const auto& [room, expected] : rooms) {
        const std::string code = expected;
        EXPECT_EQ(feed.outcome("tim", "post:create", {{"to", room}, {"text", "x"}}),
                  code == "ok" ? code : code + " to")
            << room;
        EXPECT_EQ(feed.outcome("tim", "feed:list", {{"room", room}}),
                  code == "ok" ? code : code + " room")
            << room;
    }
}

TEST_F(Feed, LetsOnlyTheAuthorChangeAndOnlyHimAndTheStaffDelete) {
    const auto post = feed.post("sam");
    const auto comment = feed.comment("sam", post);
    for (const char* user : {"sue", "tim"}) {
        EXPECT_EQ(feed.outcome(user, "post:update", {{"post", post}, {"text", "x"}}),
                  "forbidden post");
        EXPECT_EQ(feed.outcome(user, "comment:update", {{"comment", comment}, {"text", "x"}}),
                  "forbidden comment");
    }
    EXPECT_EQ(feed.outcome("sue", "post:delete", {{"post", post}}), "forbidden post");
    EXPECT_EQ(feed.outcome("sue", "comment:delete", {{"comment", comment}}), "forbidden comment");
    EXPECT_EQ(feed.outcome("tim", "comment:delete", {{"comment", comment}}), "ok");
    EXPECT_EQ(feed.outcome("tim", "post:delete", {{"post", post}}), "ok");
    const auto own = feed.post("sam");
    const auto own_comment = feed.comment("sam", own);
    EXPECT_EQ(feed.outcome("sam", "comment:delete", {{"comment", own_comment}}), "ok");
    EXPECT_EQ(feed.outcome("sam", "post:delete", {{"post", own}}), "ok");
    EXPECT_THAT(feed.feed_of("sue"), IsEmpty());
}

TEST_F(Feed, ShowsAStaffPostToTheStaffAndItsAuthor) {
    const auto post = feed.post("sam", "class-physics", "staff");
    EXPECT_THAT(feed.feed_of("sam"), ElementsAre(post));
    EXPECT_THAT(feed.feed_of("tim"), ElementsAre(post));
    EXPECT_THAT(feed.feed_of("sue"), IsEmpty());
    const auto comment = feed.comment("tim", post);
    feed.must("tim", "reaction:set", {{"target", {{"comment", comment}}}, {"kind", "like"}});
    feed.must("tim", "reaction:set", {{"target", {{"post", post}}}, {"kind", "like"}});
    feed.must("tim", "comment:update", {{"comment", comment}, {"text", "again"}});
    feed.must("tim", "comment:delete", {{"comment", comment}});
    feed.must("sam", "post:update", {{"post", post}, {"text", "again"}});
    const auto second = feed.comment("sam", post);
    must_be_not_found("sue", post, second);
    feed.must("sam", "post:delete", {{"post", post}});
    const auto events = feed.events();
    EXPECT_EQ(events.size(), 9U);
    for (const auto& event : events)
        EXPECT_THAT(feed.viewers(event), ElementsAre("sam", "tim")) << event.type;
}

TEST_F(Feed, ShowsAPostForSomePeopleToThemAndItsAuthor) {
    const auto post = feed.post("tim", "class-physics", {{"users", {"sue", "sue"}}});
    EXPECT_EQ(feed.must("sue", "post:get", {{"post", post}}).at("post").at("visibility"),
              Json({{"users", {"sue"}}}));
    EXPECT_THAT(feed.feed_of("tim"), ElementsAre(post));
    EXPECT_THAT(feed.feed_of("sue"), ElementsAre(post));
    EXPECT_THAT(feed.feed_of("sam"), IsEmpty());
    must_be_not_found("sam", post, feed.comment("sue", post));
    for (const auto& event : feed.events())
        EXPECT_THAT(feed.viewers(event), ElementsAre("sue", "tim"));
}

TEST_F(Feed, HidesAPostFromOtherStaffThanNamed) {
    feed.directory.apply(Edit{}.put(campus::enrolled("ann", "physics", Role::teacher)));
    const auto post = feed.post("sam", "class-physics", {{"users", {"sue"}}});
    must_be_not_found("tim", post, feed.comment("sam", post));
    EXPECT_THAT(feed.feed_of("ann"), IsEmpty());
}

TEST_F(Feed, IsClosedToWhoeverLeftTheRoomTheAuthorIncluded) {
    const auto everyone = feed.post("sam");
    const auto staff = feed.post("sam", "class-physics", "staff");
    const auto some = feed.post("tim", "class-physics", {{"users", {"sam"}}});
    const auto comment = feed.comment("sam", everyone);
    feed.directory.apply(Edit{}.remove_enrollment("sam|physics"));
    for (const auto& post : {everyone, staff, some}) must_be_not_found("sam", post, comment);
    for (const auto& event : feed.events())
        EXPECT_THAT(feed.viewers(event), Not(testing::Contains("sam")));
    // And open again to him who is back.
    feed.directory.apply(Edit{}.put(campus::enrolled("sam", "physics")));
    EXPECT_THAT(feed.feed_of("sam"), ElementsAre(some, staff, everyone));
}

TEST_F(Feed, IsClosedToTheDisabled) {
    const auto post = feed.post("sam");
    EXPECT_EQ(feed.outcome("dan", "post:create", {{"to", "class-physics"}, {"text", "x"}}),
              "not_found to");
    must_be_not_found("dan", post, feed.comment("sam", post));
}

TEST_F(Feed, TakesStaffPostsFromWhoeverIsStaffNoLonger) {
    const auto post = feed.post("sam", "class-physics", "staff");
    feed.directory.apply(Edit{}.put(campus::enrolled("tim", "physics", Role::student)));
    EXPECT_THAT(feed.feed_of("tim"), IsEmpty());
    EXPECT_EQ(feed.outcome("tim", "post:get", {{"post", post}}), "not_found post");
    EXPECT_EQ(feed.outcome("tim", "post:delete", {{"post", feed.post("sam")}}), "forbidden post");
}

TEST_F(Feed, TellsOfEveryChangeOnce) {
    const auto post = feed.post("sam");
    const auto comment = feed.comment("sue", post);
    feed.events();

    feed.must("sam", "post:update", {{"post", post}, {"text", "new"}});
    feed.must("sue", "comment:update", {{"comment", comment}, {"text", "newer"}});
    feed.must("tim", "reaction:set", {{"target", {{"comment", comment}}}, {"kind", "like"}});
    feed.must("tim", "reaction:set", {{"target", {{"comment", comment}}}, {"kind", "like"}});
    feed.must("tim", "reaction:set", {{"target", {{"comment", comment}}}, {"kind", nullptr}});
    feed.must("tim", "reaction:set", {{"target", {{"comment", comment}}}, {"kind", nullptr}});
    feed.must("tim", "comment:delete", {{"comment", comment}});
    feed.must("tim", "post:delete", {{"post", post}});
    const auto events = feed.events();
    std::vector<std::string> types;
    for (const auto& event : events) {
        types.push_back(event.type);
        EXPECT_THAT(feed.viewers(event), ElementsAre("sam", "sue", "tim"));
    }
    ASSERT_THAT(types, ElementsAre("post:updated", "comment:updated", "reaction:changed",
                                   "reaction:changed", "comment:deleted", "post:deleted"));
    const auto said = [&](std::size_t i) { return Json::parse(events[i].payload); };
    EXPECT_EQ(said(0).at("post").at("text"), "new");
    EXPECT_FALSE(said(0).at("post").contains("mine"));
    EXPECT_NE(said(0).at("post").at("editedAt"), nullptr);
    EXPECT_EQ(said(1).at("postId"), post);
    EXPECT_EQ(said(1).at("comment").at("text"), "newer");
    EXPECT_EQ(said(2).at("target"), Json({{"comment", comment}}));
    EXPECT_EQ(said(2).at("postId"), post);
    EXPECT_EQ(said(2).at("counts"), Json({{"like", 1}}));
    EXPECT_EQ(said(2).at("kind"), "like");
    EXPECT_EQ(said(2).at("by").at("id"), "tim");
    EXPECT_EQ(said(3).at("counts"), Json::object());
    EXPECT_EQ(said(3).at("kind"), nullptr);
    EXPECT_EQ(said(4).at("commentId"), comment);
    EXPECT_EQ(said(4).at("postId"), post);
    EXPECT_EQ(said(5).at("postId"), post);
}

TEST_F(Feed, ErasesWithAPostEverythingThatHungOnIt) {
    const auto kept = feed.post("sam");
    const auto kept_comment = feed.comment("sue", kept);
    feed.must("sue", "reaction:set", {{"target", {{"comment", kept_comment}}}, {"kind", "like"}});
    const auto post = feed.post("tim", "class-physics", {{"users", {"sam", "sue"}}});
    const auto comment = feed.comment("sue", post);
    feed.must("sam", "reaction:set", {{"target", {{"post", post}}}, {"kind", "like"}});
    feed.must("sam", "reaction:set", {{"target", {{"comment", comment}}}, {"kind", "like"}});
    feed.must("tim", "post:delete", {{"post", post}});
    EXPECT_EQ(feed.count("SELECT count(*) FROM posts"), 1);
    EXPECT_EQ(feed.count("SELECT count(*) FROM post_viewers"), 0);
    EXPECT_EQ(feed.count("SELECT count(*) FROM comments"), 1);
    EXPECT_EQ(feed.count("SELECT count(*) FROM reactions"), 1);
    EXPECT_EQ(feed.count("SELECT count(*) FROM reaction_counts"), 1);
    must_be_not_found("tim", post, comment);
}

TEST_F(Feed, JournalsNothingForWhatItRefuses) {
    feed.outcome("tom", "post:create", {{"to", "class-physics"}, {"text", "x"}});
    feed.outcome("sam", "post:create", {{"to", "class-physics"}, {"text", " "}});
    EXPECT_THAT(feed.events(), IsEmpty());
    EXPECT_EQ(feed.count("SELECT count(*) FROM posts"), 0);
}

}  // namespace
}  // namespace homeroom::features::feed
