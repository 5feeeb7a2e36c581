// Who is mentioned, who learns of it, and what stands beside the event for those who derive from
// it.
#include "features/feed/mentions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "features/feed/test_feed.h"

namespace homeroom::features::feed {
namespace {

using testing::HasSubstr;
using testing::Not;

class Mentioning : public FeedFixture {
protected:
    Json post(const std::string& author, Json mentions, Json visibility = nullptr) {
        return feed.must(author, "post:create",
                         {{"to", "class-physics"},
                          {"text", "look"},
                          {"visibility", std::move(visibility)},
                          {"mentions", std::move(mentions)}});
    }
    static Json people(std::initializer_list<const char*> ids) {
        Json list = Json::array();
        for (const char* id : ids) list.push_back(Json{{"id", id}, {"name", id}});
        return list;
    }
    Json notes_of_last() {
        const auto events = feed.events();
        return events.empty() ? Json() : Json::parse(events.back().notes);
    }
};

TEST_F(Mentioning, NamesThoseWhoSeeThePostAndHintsAtTheOthersToItsAuthorAlone) {
    const Json answer = post("sam", {"sue", "tom", "nobody", "tim", "sue"});
    EXPECT_EQ(answer.at("post").at("mentions"), people({"sue", "tim"}));
    EXPECT_EQ(answer.at("cannotSee"), Json({"tom", "nobody"}));
    const auto events = feed.events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_THAT(events[0].payload, Not(HasSubstr("tom")));
    EXPECT_THAT(events[0].payload, Not(HasSubstr("nobody")));
    EXPECT_EQ(Json::parse(events[0].notes),
              Json({{"author", "sam"}, {"mentioned", {"sue", "tim"}}}));
    EXPECT_FALSE(post("sam", {"sue"}).contains("cannotSee"));
    EXPECT_FALSE(post("sam", nullptr).at("post").contains("mentions"));
}

TEST_F(Mentioning, GoesByWhoSeesThisPostNotByWhoIsInTheRoom) {
    EXPECT_EQ(post("sam", {"sue", "tim"}, "staff").at("cannotSee"), Json({"sue"}));
    EXPECT_EQ(post("tim", {"sue", "sam"}, {{"users", {"sue"}}}).at("cannotSee"), Json({"sam"}));
}

// Else whoever mentions everybody learns who is there.
TEST_F(Mentioning, TellsNothingOfWhomTheAuthorIsNotShown) {
    const auto mention = [&](const std::string& author, Json ids) {
        return feed
            .must(author, "post:create", {{"to", "group-g"}, {"text", "look"}, {"mentions", ids}})
            .value("cannotSee", Json());
    };
    feed.directory.groups().apply(
        {.group = {.id = "g", .title = "Circle", .listed = false, .home = "class-physics"},
         .members = {
             {.user = "sue", .role = campus::GroupRole::owner}, {.user = "sam"}, {.user = "tim"}}});
    EXPECT_EQ(mention("sam", {"tim", "tom", "sue"}), Json({"tim", "tom"}));
    EXPECT_EQ(mention("sue", {"tim", "tom"}), Json({"tom"}));
    for (const char* user : {"tim", "tom"}) {
        EXPECT_EQ(
            feed.outcome("sam", "post:create",
                         {{"to", "group-g"}, {"text", "x"}, {"visibility", {{"users", {user}}}}}),
            "invalid visibility")
            << user;
    }
}

TEST_F(Mentioning, IsNewsOnceAndNotToTheAuthor) {
    const std::string id = post("sam", {"sam", "sue"}).at("post").at("id");
    EXPECT_EQ(notes_of_last().at("mentioned"), Json({"sue"}));
    feed.must("sam", "post:update", {{"post", id}, {"text", "x"}, {"mentions", {"sue", "tim"}}});
    EXPECT_EQ(notes_of_last().at("mentioned"), Json({"tim"}));
    feed.must("sam", "post:update", {{"post", id}, {"text", "y"}});
    EXPECT_EQ(notes_of_last().at("mentioned"), Json::array());
    EXPECT_EQ(feed.must("sue", "post:get", {{"post", id}}).at("post").at("mentions"),
              people({"sue", "tim"}));
    feed.must("sam", "post:update", {{"post", id}, {"text", "z"}, {"mentions", Json::array()}});
    EXPECT_FALSE(feed.must("sue", "post:get", {{"post", id}}).at("post").contains("mentions"));
}

TEST_F(Mentioning, InCommentsSaysWhoseTheyAnswer) {
    const auto post_id = feed.post("sam");
    const auto first = feed.comment("sue", post_id);
    feed.events();
    const Json answer = feed.must(
        "tim", "comment:create",
        {{"post", post_id}, {"text", "x"}, {"replyTo", first}, {"mentions", {"sam", "pat"}}});
    EXPECT_EQ(answer.at("comment").at("mentions"), people({"sam"}));
    EXPECT_EQ(answer.at("cannotSee"), Json({"pat"}));
    EXPECT_EQ(notes_of_last(), Json({{"author", "tim"},
                                     {"postAuthor", "sam"},
                                     {"replyToAuthor", "sue"},
                                     {"mentioned", {"sam"}}}));
}

TEST_F(Mentioning, RefusesWhatIsNoListOfIds) {
    const std::vector<Json> wrong{Json(5),           Json("sue"),
                                  Json::object(),    Json::array({5}),
                                  Json::array({""}), Json::array({std::string(256, 'x')})};
    for (const Json& mentions : wrong) {
        EXPECT_EQ(feed.outcome("sam", "post:create",
                               {{"to", "class-physics"}, {"text", "x"}, {"mentions", mentions}}),
                  "invalid mentions")
            << mentions.dump();
    }
    Json many = Json::array();
    for (std::size_t i = 0; i <= limits::mentions_max; ++i) many.push_back("u" + std::to_string(i));
    EXPECT_EQ(feed.outcome("sam", "post:create",
                           {{"to", "class-physics"}, {"text", "x"}, {"mentions", many}}),
              "too_large mentions");
}

}  // namespace
}  // namespace homeroom::features::feed
