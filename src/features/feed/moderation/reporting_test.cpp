// Reports and their queue, the former texts of what was changed, endorsed answers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "features/feed/test_feed.h"

namespace homeroom::features::feed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Reporting : public FeedFixture {
protected:
    Json report(const std::string& user, const Json& target, Json reason = nullptr) {
        return feed.must(user, "report:create",
                         {{"target", target}, {"reason", std::move(reason)}});
    }
    Json queue(const char* state = "open") {
        return feed.must("tim", "report:list", {{"room", "class-physics"}, {"state", state}})
            .at("reports");
    }
};

TEST_F(Reporting, TellsTheStaffWhatIsWrongAndNotWhoSaysSo) {
    const auto post = feed.post("sam");
    feed.events();
    const Json target{{"post", post}};
    const Json first = report("sue", target, "rude");
    report("sue", target, "rude, again");
    const auto events = feed.events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, "report:created");
    EXPECT_THAT(feed.viewers(events[0]), ElementsAre("tim"));
    EXPECT_THAT(events[0].payload, Not(HasSubstr("sue")));
    EXPECT_EQ(report("sam", target), first);
    EXPECT_THAT(feed.told(), ElementsAre("report:updated: tim"));
    const Json one = queue().at(0);
    EXPECT_EQ(one.at("text"), "a post");
    EXPECT_EQ(one.at("author").at("id"), "sam");
    EXPECT_EQ(one.at("reporters"), 2);
    EXPECT_EQ(one.at("reasons"), Json({"rude"}));
    EXPECT_THAT(one.dump(), Not(HasSubstr("sue")));
}

TEST_F(Reporting, IsForWhoSeesItAndTheQueueForTheStaff) {
    const auto post = feed.post("tim", "class-physics", {{"users", {"sue"}}});
    EXPECT_EQ(feed.outcome("sam", "report:create", {{"target", {{"post", post}}}}),
              "not_found target");
    report("sue", {{"post", post}});
    const std::string id = queue().at(0).at("id");
    const Json list{{"room", "class-physics"}};
    EXPECT_EQ(feed.outcome("sue", "report:list", list), "forbidden room");
    EXPECT_EQ(feed.outcome("tom", "report:list", list), "not_found room");
    const Json resolve{{"report", id}, {"outcome", "dismissed"}};
    for (const char* user : {"sue", "tom"})
        EXPECT_EQ(feed.outcome(user, "report:resolve", resolve), "not_found report");
    EXPECT_EQ(feed.outcome("tim", "report:resolve", {{"report", id}, {"outcome", "burn"}}),
              "invalid outcome");
}

TEST_F(Reporting, EndsWithTheThingRemovedOrKeptAndItsCopyGone) {
    const auto post = feed.post("sam");
    const auto comment = feed.comment("sam", post);
    report("sue", {{"comment", comment}}, "spam");
    report("sue", {{"post", post}});
    feed.events();
    const std::string of_post = queue().at(0).at("id");
    const std::string of_comment = queue().at(1).at("id");
    feed.must("tim", "report:resolve", {{"report", of_comment}, {"outcome", "removed"}});
    feed.must("tim", "report:resolve", {{"report", of_post}, {"outcome", "dismissed"}});
    EXPECT_THAT(feed.told(), ElementsAre("comment:deleted: sam sue tim", "report:updated: tim",
                                         "report:updated: tim"));
    EXPECT_THAT(queue(), IsEmpty());
    const Json closed = queue("closed");
    EXPECT_EQ(closed.at(0).at("state"), "dismissed");
    EXPECT_EQ(closed.at(1).at("state"), "removed");
    EXPECT_EQ(closed.at(1).at("text"), nullptr);
    EXPECT_EQ(closed.at(1).at("resolvedBy").at("id"), "tim");
    EXPECT_EQ(feed.count("SELECT count(*) FROM report_reasons"), 0);
    EXPECT_EQ(feed.outcome("tim", "report:resolve", {{"report", of_post}, {"outcome", "removed"}}),
              "conflict report");
    EXPECT_THAT(feed.feed_of("sue"), ElementsAre(post));
}

TEST_F(Reporting, KeepsTheCopyOfWhatItsAuthorDeletes) {
    const auto post = feed.post("sam");
    report("sue", {{"post", post}});
    feed.must("sam", "post:delete", {{"post", post}});
    EXPECT_EQ(queue().at(0).at("text"), "a post");
    EXPECT_EQ(feed.outcome("tim", "report:resolve",
                           {{"report", queue().at(0).at("id")}, {"outcome", "removed"}}),
              "ok");
}

TEST_F(Reporting, OfAnAnonymousQuestionShowsThePseudonym) {
    const Json post = feed.must("sam", "post:create",
                                {{"to", "class-physics"}, {"text", "x"}, {"anonymous", true}})
                          .at("post");
    report("sue", {{"post", post.at("id")}});
    EXPECT_EQ(queue().at(0).at("author"), post.at("author"));
}

class History : public FeedFixture {
protected:
    std::vector<std::string> texts(const std::string& user, const Json& target) {
        std::vector<std::string> list;
        const Json answer = feed.must(user, "feed:history", {{"target", target}});
        for (const auto& one : answer.at("versions")) list.push_back(one.at("text"));
        return list;
    }
};

TEST_F(History, IsTheStaffsAndGoesWithTheThing) {
    const auto post = feed.post("sam");
    const auto comment = feed.comment("sue", post);
    for (const char* text : {"second", "second", "third"})
        feed.must("sam", "post:update", {{"post", post}, {"text", text}});
    feed.must("sue", "comment:update", {{"comment", comment}, {"text", "other"}});
    EXPECT_THAT(texts("tim", {{"post", post}}), ElementsAre("second", "a post"));
    EXPECT_THAT(texts("tim", {{"comment", comment}}), ElementsAre("a comment"));
    const Json request{{"target", {{"post", post}}}};
    EXPECT_EQ(feed.outcome("sam", "feed:history", request), "forbidden target");
    EXPECT_EQ(feed.outcome("tom", "feed:history", request), "not_found target");
    feed.must("sam", "post:delete", {{"post", post}});
    EXPECT_EQ(feed.outcome("tim", "feed:history", request), "not_found target");
    EXPECT_EQ(feed.count("SELECT count(*) FROM versions"), 0);
}

TEST_F(History, KeepsTheLastOfMany) {
    const auto post = feed.post("sam");
    for (std::int64_t i = 0; i < limits::versions_kept_max + 5; ++i)
        feed.must("sam", "post:update", {{"post", post}, {"text", std::to_string(i)}});
    EXPECT_EQ(feed.count("SELECT count(*) FROM versions"), limits::versions_kept_max);
    EXPECT_EQ(texts("tim", {{"post", post}}).front(),
              std::to_string(limits::versions_kept_max + 3));
}

TEST_F(FeedFixture, StaffEndorseAnAnswerForThoseWhoSeeThePost) {
    const auto post = feed.post("sam", "class-physics", "staff");
    const auto comment = feed.comment("sam", post);
    feed.events();
    const Json endorse{{"comment", comment}, {"on", true}};
    EXPECT_EQ(feed.outcome("sam", "comment:endorse", endorse), "forbidden comment");
    EXPECT_EQ(feed.outcome("sue", "comment:endorse", endorse), "not_found comment");
    const Json view = feed.must("tim", "comment:endorse", endorse).at("comment");
    EXPECT_EQ(view.at("endorsed"), Json({{"id", "tim"}, {"name", "tim"}}));
    feed.must("tim", "comment:endorse", endorse);
    EXPECT_THAT(feed.told(), ElementsAre("comment:updated: sam tim"));
    feed.must("tim", "comment:endorse", {{"comment", comment}, {"on", false}});
    EXPECT_FALSE(
        feed.must("sam", "post:get", {{"post", post}}).at("comments").at(0).contains("endorsed"));
}

TEST_F(FeedFixture, NobodyEndorsesAndIsAnonymousInOneThread) {
    const Json post = feed.must("tim", "post:create",
                                {{"to", "class-physics"}, {"text", "x"}, {"anonymous", true}})
                          .at("post");
    const auto comment = feed.comment("sam", post.at("id"));
    EXPECT_EQ(feed.outcome("tim", "comment:endorse", {{"comment", comment}, {"on", true}}),
              "conflict comment");
}

}  // namespace
}  // namespace homeroom::features::feed
