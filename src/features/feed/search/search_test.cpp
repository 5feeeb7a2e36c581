// Search: it finds words, of what the searcher may see at this moment and of nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "features/feed/search/index.h"
#include "features/feed/test_feed.h"

namespace homeroom::features::feed {
namespace {

using campus::Edit;
using campus::Role;
using testing::ElementsAre;
using testing::IsEmpty;

class Searching : public FeedFixture {
protected:
    std::string say(const std::string& author, const std::string& text, Json more = {}) {
        Json body{{"to", "class-physics"}, {"text", text}};
        if (more.is_object()) body.update(more);
        return feed.must(author, "post:create", body).at("post").at("id");
    }
    // The ids found, newest first.
    std::vector<std::string> find(const std::string& user, const std::string& query,
                                  Json room = nullptr) {
        std::vector<std::string> ids;
        const Json answer =
            feed.must(user, "feed:search", {{"query", query}, {"room", std::move(room)}});
        for (const Json& one : answer.at("results")) {
            const bool post = one.contains("post");
            ids.push_back(one.at(post ? "post" : "comment").at("id"));
        }
        return ids;
    }
};

TEST_F(Searching, FindsAllTheWordsInPostsAndComments) {
    const auto post = say("sam", "The Überprüfung of gravity, on Monday");
    const auto comment =
        feed.must("sue", "comment:create", {{"post", post}, {"text", "Gravity is heavy"}})
            .at("comment")
            .at("id")
            .get<std::string>();
    EXPECT_THAT(find("tim", "gravity"), ElementsAre(comment, post));
    EXPECT_THAT(find("tim", "GRAVITY monday"), ElementsAre(post));
    EXPECT_THAT(find("tim", "uberpruf"), ElementsAre(post));
    EXPECT_THAT(find("tim", "gravity friday"), IsEmpty());
    EXPECT_THAT(find("tim", "gravity", "class-physics"), ElementsAre(comment, post));
    EXPECT_THAT(find("tim", "gravity", "course-science"), IsEmpty());
}

TEST_F(Searching, TakesNothingInItForAnOperator) {
    const auto post = say("sam", "one NOT two text:three (four) \"five\" six* near");
    for (const char* query : {"one OR nothing", "NOT nothing", "text:nothing", "NEAR(one nothing)"})
        EXPECT_THAT(find("sue", query), IsEmpty()) << query;
    for (const char* query :
         {"NOT", "text:three", "(four)", "\"five\"", "six*", "\"", "^one", "one\"two", "- + *",
          "* * *", "'; DROP TABLE posts;--", "\u2014", "\u20ac one", "\u2026 \u2026", "6162"}) {
        find("sue", query);  // no error
    }
    EXPECT_THAT(find("sue", "\"five\" (four"), ElementsAre(post));
    const std::vector<std::string> rooms{"ab", "c"};
    EXPECT_EQ(to_match("  a \"b\"  ** c", rooms),
              "text : (\"a\" AND \"\"\"b\"\"\" AND \"c\" *) AND room : (\"6162\" OR \"63\")");
    EXPECT_EQ(to_match("** --", rooms), "");
    EXPECT_EQ(to_match("a", {}), "");
}

TEST_F(Searching, FindsOnlyWhatTheSearcherMaySeeNow) {
    const auto open = say("sam", "secret open");
    const auto staff = say("sam", "secret staff", {{"visibility", "staff"}});
    const auto some = say("tim", "secret some", {{"visibility", {{"users", {"sue"}}}}});
    say("sam", "secret later", {{"publishAt", to_rfc3339(wall_now() + std::chrono::hours{1})}});
    feed.comment("sam", staff);
    EXPECT_THAT(find("sue", "secret"), ElementsAre(some, open));
    EXPECT_THAT(find("sam", "secret"), ElementsAre(staff, open));
    EXPECT_THAT(find("tim", "secret"), ElementsAre(some, staff, open));
    EXPECT_THAT(find("tom", "secret"), IsEmpty());
    EXPECT_EQ(feed.outcome("tom", "feed:search", {{"query", "x"}, {"room", "class-physics"}}),
              "not_found room");
    feed.directory.apply(Edit{}.put(campus::enrolled("tim", "physics", Role::student)));
    EXPECT_THAT(find("tim", "secret"), ElementsAre(some, open));
    feed.directory.apply(Edit{}.remove_enrollment("sue|physics"));
    EXPECT_THAT(find("sue", "secret"), IsEmpty());
}

TEST_F(Searching, FollowsWhatIsChangedPublishedAndDeleted) {
    const auto post = say("sam", "before");
    const auto comment = feed.comment("sam", post);
    const auto later =
        say("sam", "before", {{"publishAt", to_rfc3339(wall_now() + std::chrono::hours{1})}});
    feed.must("sam", "post:update", {{"post", post}, {"text", "behind"}});
    feed.must("sam", "comment:update", {{"comment", comment}, {"text", "behind, too"}});
    EXPECT_THAT(find("sue", "before"), IsEmpty());
    EXPECT_THAT(find("sue", "behind"), ElementsAre(comment, post));
    feed.pass(std::chrono::hours{2});
    EXPECT_THAT(find("sue", "before"), ElementsAre(later));
    feed.must("sam", "comment:delete", {{"comment", comment}});
    EXPECT_THAT(find("sue", "behind"), ElementsAre(post));
    feed.comment("sue", post);
    feed.must("sam", "post:delete", {{"post", post}});
    EXPECT_THAT(find("sue", "behind"), IsEmpty());
    EXPECT_THAT(find("sue", "comment"), IsEmpty());
    EXPECT_EQ(feed.count("SELECT count(*) FROM feed_texts"), 1);
}

TEST_F(Searching, KeepsNoWordOfWhatWasDeleted) {
    say("sam", "something kept");
    const auto post = say("sam", "unforgettable");
    feed.must("sue", "comment:create", {{"post", post}, {"text", "indelible"}});
    feed.must("sam", "post:update", {{"post", post}, {"text", "ineffaceable"}});
    feed.must("sam", "post:delete", {{"post", post}});
    if (store::on_postgres()) {
        EXPECT_EQ(feed.count("SELECT count(*) FROM feed_search"), 1) << "a row goes with its words";
        return;
    }
    for (const char* sql :
         {"SELECT count(*) FROM feed_search_data WHERE instr(block, 'forgettable') > 0",
          "SELECT count(*) FROM feed_search_data WHERE instr(block, 'delible') > 0",
          "SELECT count(*) FROM feed_search_data WHERE instr(block, 'effaceable') > 0"}) {
        EXPECT_EQ(feed.count(sql), 0) << sql;
    }
    EXPECT_THAT(find("sue", "kept"), testing::SizeIs(1));
}

TEST_F(Searching, GivesEachFindOnceOverItsPages) {
    std::vector<std::string> said;
    for (int i = 0; i < 25; ++i) {
        said.push_back(say("sam", "again"));
        say("sam", "again", {{"visibility", "staff"}});
    }
    std::ranges::reverse(said);
    std::vector<std::string> found;
    Json request{{"query", "again"}, {"limit", 7}};
    while (true) {
        const Json answer = feed.must("sue", "feed:search", request);
        for (const Json& one : answer.at("results")) found.push_back(one.at("post").at("id"));
        if (answer.at("next").is_null()) break;
        request["before"] = answer.at("next");
        ASSERT_LE(found.size(), said.size());
    }
    EXPECT_EQ(found, said);
}

TEST_F(Searching, DoesNotFindAnAnonymousAuthor) {
    say("sam", "a question", {{"anonymous", true}});
    EXPECT_THAT(find("tim", "sam"), IsEmpty());
    EXPECT_EQ(feed.must("tim", "feed:search", {{"query", "question"}}).dump().find("\"sam\""),
              std::string::npos);
}

}  // namespace
}  // namespace homeroom::features::feed
