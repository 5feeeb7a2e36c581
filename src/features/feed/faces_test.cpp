// Pseudonyms: stable in a thread, another in the next, and no way from one to the person.
#include "features/feed/faces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/feed/test_feed.h"

namespace homeroom::features::feed {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Faces : public FeedFixture {
protected:
    Json ask(FeedUnderTest& at, const std::string& author = "sam", Json visibility = nullptr) {
        return at.must(author, "post:create",
                       {{"to", "class-physics"},
                        {"text", "why?"},
                        {"visibility", std::move(visibility)},
                        {"anonymous", true}});
    }
    Json ask() { return ask(feed); }
    Json comment(const std::string& author, const Json& post, bool anonymous = false) {
        Json body{{"post", post.at("id")}, {"text", "because"}};
        if (anonymous) body["anonymous"] = true;
        return feed.must(author, "comment:create", body).at("comment");
    }
};

TEST_F(Faces, NoEventOfTheThreadHasTheNameOfWhoAsked) {
    const Json post = ask().at("post");
    const std::string id = post.at("id");
    const Json face = post.at("author");
    EXPECT_THAT(face.at("id").get<std::string>(), testing::StartsWith("~"));
    EXPECT_EQ(post.at("mine"), Json({{"reaction", nullptr}, {"author", true}}));
    const std::string own = comment("sam", post).at("id");
    const std::string answer = comment("tim", post).at("id");
    const auto like = [&](const char* kind, const std::string& what) {
        feed.must("sam", "reaction:set", {{"target", {{"comment", what}}}, {"kind", kind}});
    };
    like("like", answer);
    like("wow", own);
    feed.must("sam", "post:update", {{"post", id}, {"text", "but why?"}});
    feed.must("sam", "comment:update", {{"comment", own}, {"text", "so?"}});
    feed.must("sam", "comment:delete", {{"comment", own}});
    feed.must("sam", "post:delete", {{"post", id}});
    const auto events = feed.events();
    EXPECT_EQ(events.size(), 9U);
    for (const auto& event : events) {
        EXPECT_THAT(event.payload, Not(HasSubstr("sam"))) << event.type;
        if (event.payload == "{}" || event.type == "comment:created") continue;
        EXPECT_EQ(Json::parse(event.payload).at("by"), face) << event.type;
    }
    EXPECT_EQ(feed.count("SELECT count(*) FROM pseudonyms"), 0);
}

// Only staff can do it: by a pseudonym it would tell that whoever has it is staff.
TEST_F(Faces, StaffActByTheirNamesAlsoWhereTheyHaveAPseudonym) {
    const Json post = ask(feed, "tim").at("post");
    const std::string answer = comment("sue", post).at("id");
    feed.events();
    feed.must("tim", "post:pin", {{"post", post.at("id")}, {"on", true}});
    feed.must("tim", "post:lock", {{"post", post.at("id")}, {"on", true}});
    feed.must("tim", "comment:delete", {{"comment", answer}});
    const auto events = feed.events();
    ASSERT_EQ(events.size(), 3U);
    for (const auto& event : events)
        EXPECT_EQ(Json::parse(event.payload).at("by").at("id"), "tim") << event.type;
    feed.must("tim", "post:update", {{"post", post.at("id")}, {"text", "so, why?"}});
    for (const auto& event : feed.events())
        EXPECT_EQ(Json::parse(event.payload).at("by"), post.at("author")) << event.type;
}

TEST_F(Faces, NoReadHasItEither) {
    const Json post = ask().at("post");
    comment("sam", post);
    for (const char* user : {"sue", "tim"}) {
        const Json read = feed.must(user, "post:get", {{"post", post.at("id")}});
        EXPECT_THAT(read.dump(), Not(HasSubstr("sam"))) << user;
        EXPECT_EQ(read.at("comments").at(0).at("author"), post.at("author"));
        EXPECT_THAT(feed.must(user, "feed:list", {{"room", "class-physics"}}).dump(),
                    Not(HasSubstr("sam")));
    }
    const Json own = feed.must("sam", "post:get", {{"post", post.at("id")}});
    EXPECT_EQ(own.at("post").at("mine").at("author"), true);
    EXPECT_EQ(own.at("comments").at(0).at("mine").at("author"), true);
}

TEST_F(Faces, AreOthersInAnotherThreadAndForAnotherPerson) {
    const Json first = ask().at("post");
    const Json second = ask().at("post");
    EXPECT_NE(first.at("author").at("id"), second.at("author").at("id"));
    const Json one = comment("sue", first, true);
    const Json two = comment("sue", first);
    EXPECT_EQ(one.at("author"), two.at("author"));
    EXPECT_NE(one.at("author").at("id"), first.at("author").at("id"));
    EXPECT_NE(one.at("author").at("name"), first.at("author").at("name"));
}

TEST_F(Faces, AreOneInAThread) {
    const Json post = ask().at("post");
    EXPECT_EQ(feed.outcome("sam", "comment:create",
                           {{"post", post.at("id")}, {"text", "x"}, {"anonymous", false}}),
              "conflict anonymous");
    const Json hide{{"post", post.at("id")}, {"text", "x"}, {"anonymous", true}};
    comment("tim", post);
    EXPECT_EQ(feed.outcome("tim", "comment:create", hide), "conflict anonymous");
    feed.must("sue", "reaction:set", {{"target", {{"post", post.at("id")}}}, {"kind", "like"}});
    EXPECT_EQ(feed.outcome("sue", "comment:create", hide), "conflict anonymous");
    const auto open = feed.post("sue");
    EXPECT_EQ(
        feed.outcome("sue", "comment:create", {{"post", open}, {"text", "x"}, {"anonymous", true}}),
        "conflict anonymous");
}

TEST_F(Faces, AreShownToTheStaffWhereTheSchoolSaysSo) {
    FeedUnderTest open{campus::small_school(), {.feed = {.anonymous_names = true}}};
    const std::string id = ask(open).at("post").at("id");
    const Json identity{{"id", "sam"}, {"name", "sam"}};
    EXPECT_EQ(open.must("tim", "post:get", {{"post", id}}).at("post").at("identity"), identity);
    EXPECT_FALSE(open.must("sue", "post:get", {{"post", id}}).at("post").contains("identity"));
    for (const auto& event : open.events()) EXPECT_THAT(event.payload, Not(HasSubstr("sam")));
}

TEST_F(Faces, AreNotToBeHadWhereTheSchoolOrThePostSaysNo) {
    FeedUnderTest closed{campus::small_school(), {.feed = {.anonymous = false}}};
    const Json body{{"to", "class-physics"}, {"text", "x"}, {"anonymous", true}};
    EXPECT_EQ(closed.outcome("sam", "post:create", body), "forbidden anonymous");
    Json some = body;
    some["visibility"] = Json{{"users", {"tim"}}};
    EXPECT_EQ(feed.outcome("sam", "post:create", some), "invalid anonymous");
    some["anonymous"] = 1;
    EXPECT_EQ(feed.outcome("sam", "post:create", some), "invalid anonymous");
    EXPECT_THAT(feed.events(), IsEmpty());
}

TEST_F(Faces, LeaveTheTrueAuthorToWhatIsDerivedFromTheEvent) {
    const Json post = ask().at("post");
    comment("tim", post);
    const auto events = feed.events();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(Json::parse(events[0].notes).at("author"), "sam");
    EXPECT_EQ(Json::parse(events[1].notes).at("postAuthor"), "sam");
}

}  // namespace
}  // namespace homeroom::features::feed
