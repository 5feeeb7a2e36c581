// Polls: what is counted, what is told and when, and that no name comes with it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "features/feed/polls/poll.h"
#include "features/feed/test_feed.h"

namespace homeroom::features::feed {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::chrono_literals;

class Polls : public FeedFixture {
protected:
    static Json draft(Json more = Json::object()) {
        Json poll{{"options", {"red", "green", "blue"}}};
        poll.update(more);
        return Json{{"to", "class-physics"}, {"text", "which?"}, {"poll", std::move(poll)}};
    }
    std::string ask(Json more = Json::object()) {
        return feed.must("sam", "post:create", draft(std::move(more))).at("post").at("id");
    }
    Json vote(const std::string& user, const std::string& post, Json options) {
        return feed.must(user, "poll:vote", {{"post", post}, {"options", std::move(options)}});
    }
    std::string outcome(const std::string& user, const std::string& post, Json options) {
        return feed.outcome(user, "poll:vote", {{"post", post}, {"options", std::move(options)}});
    }
    static std::vector<Json> votes_of(const Json& poll) {
        std::vector<Json> votes;
        for (const Json& option : poll.at("options")) votes.push_back(option.at("votes"));
        return votes;
    }
    Json read(const std::string& user, const std::string& post) {
        return feed.must(user, "post:get", {{"post", post}}).at("post");
    }
};

TEST_F(Polls, CountEachPersonOnceAndTakeVotesBack) {
    const auto post = ask();
    EXPECT_THAT(votes_of(vote("sam", post, {1}).at("poll")), ElementsAre(0, 1, 0));
    vote("sue", post, {1});
    vote("sue", post, {1});
    EXPECT_THAT(votes_of(vote("sue", post, {0}).at("poll")), ElementsAre(1, 1, 0));
    EXPECT_EQ(read("sue", post).at("poll").at("voters"), 2);
    EXPECT_EQ(read("sue", post).at("mine").at("votes"), Json::array({0}));
    EXPECT_EQ(read("tim", post).at("mine").at("votes"), Json::array());
    vote("sue", post, Json::array());
    EXPECT_THAT(votes_of(read("tim", post).at("poll")), ElementsAre(0, 1, 0));
    EXPECT_EQ(read("tim", post).at("poll").at("voters"), 1);
}

TEST_F(Polls, TellTheTalliesOfManyVotesAtOnceWithoutNames) {
    const auto post = ask();
    feed.events();
    for (const char* user : {"sam", "sue", "tim"}) vote(user, post, {2});
    EXPECT_THAT(feed.events(), IsEmpty());
    feed.pass(1s);
    feed.pass(1s);
    const auto events = feed.events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, "poll:changed");
    EXPECT_THAT(feed.viewers(events[0]), ElementsAre("sam", "sue", "tim"));
    const Json said = Json::parse(events[0].payload);
    EXPECT_EQ(said.at("by"), nullptr);
    EXPECT_THAT(votes_of(said.at("poll")), ElementsAre(0, 0, 3));
    // The next vote is told, too, and a replay has the last alone.
    vote("sue", post, {0});
    feed.pass(1s);
    EXPECT_THAT(feed.told(), ElementsAre("poll:changed: sam sue tim"));
    EXPECT_EQ(feed.count("SELECT count(*) FROM journal WHERE type = 'poll:changed' "
                         "AND kind <> 'forgotten'"),
              1);
}

TEST_F(Polls, HideTheirTalliesUntilTheyAreClosed) {
    const auto post = ask({{"hidden", true}});
    EXPECT_THAT(votes_of(vote("sue", post, {0}).at("poll")),
                ElementsAre(nullptr, nullptr, nullptr));
    feed.events();
    feed.pass(1s);
    const Json told = Json::parse(feed.events().at(0).payload).at("poll");
    EXPECT_THAT(votes_of(told), ElementsAre(nullptr, nullptr, nullptr));
    EXPECT_EQ(told.at("voters"), 1);
    for (const char* user : {"sam", "tim"})
        EXPECT_THAT(votes_of(read(user, post).at("poll")), ElementsAre(nullptr, nullptr, nullptr));
    EXPECT_EQ(feed.outcome("sue", "poll:close", {{"post", post}}), "forbidden post");
    feed.must("sam", "poll:close", {{"post", post}});
    const Json closed = Json::parse(feed.events().at(0).payload).at("poll");
    EXPECT_THAT(votes_of(closed), ElementsAre(1, 0, 0));
    EXPECT_EQ(closed.at("closed"), true);
    EXPECT_EQ(outcome("tim", post, {1}), "conflict post");
}

TEST_F(Polls, CloseWhenTheirTimeHasCome) {
    const auto post = ask({{"closesAt", to_rfc3339(wall_now() + 1h)}});
    vote("sue", post, {0});
    feed.events();
    feed.pass(2h);
    const auto events = feed.events();
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(Json::parse(events.back().payload).at("poll").at("closed"), true);
    EXPECT_EQ(outcome("sue", post, {1}), "conflict post");
}

TEST_F(Polls, TakeOnlyWhatCanBeChosenByWhoMay) {
    const auto post = ask();
    const auto many = ask({{"multiple", true}});
    for (const Json& wrong : {Json(0), Json::array({3}), Json::array({-1}), Json::array({"red"}),
                              Json::array({0, 1}), Json::array({0, 0}), Json(nullptr)}) {
        EXPECT_EQ(outcome("sue", post, wrong), "invalid options") << wrong.dump();
    }
    EXPECT_EQ(outcome("sue", many, Json::array({2, 0})), "ok");
    EXPECT_EQ(outcome("sue", many, Json::array({1, 1})), "invalid options");
    EXPECT_EQ(outcome("tom", post, {0}), "not_found post");
    EXPECT_EQ(outcome("sue", feed.post("sam"), {0}), "conflict post");
    feed.must("tim", "feed:mute", {{"room", "class-physics"}, {"user", "sue"}});
    EXPECT_EQ(outcome("sue", post, {0}), "forbidden post");
}

TEST_F(Polls, AreWellFormed) {
    const auto create = [&](const Json& poll) {
        Json body = draft();
        body["poll"] = poll;
        return feed.outcome("sam", "post:create", body);
    };
    const std::vector<Json> wrong{
        Json(5),
        Json::object(),
        Json{{"options", {"one"}}},
        Json{{"options", {"one", "one"}}},
        Json{{"options", {"one", " "}}},
        Json{{"options", {"one", 2}}},
        Json{{"options", std::vector<std::string>(limits::poll_options_max + 1, "x")}},
        Json{{"options", {"one", "two"}}, {"multiple", 1}},
        Json{{"options", {"one", "two"}}, {"closesAt", to_rfc3339(wall_now() - 1h)}},
    };
    for (const Json& poll : wrong) EXPECT_EQ(create(poll), "invalid poll") << poll.dump();
    EXPECT_EQ(create({{"options", {"one", std::string(limits::poll_option_bytes_max + 1, 'x')}}}),
              "too_large poll");
    EXPECT_EQ(create(nullptr), "ok");
}

TEST_F(Polls, GoWithTheirPost) {
    const auto post = ask({{"closesAt", to_rfc3339(wall_now() + 1h)}});
    vote("sue", post, {0});
    feed.must("sam", "post:delete", {{"post", post}});
    feed.events();
    feed.pass(2h);
    EXPECT_THAT(feed.events(), IsEmpty());
    for (const char* sql : {"SELECT count(*) FROM polls", "SELECT count(*) FROM poll_options",
                            "SELECT count(*) FROM poll_votes", "SELECT count(*) FROM schedule"}) {
        EXPECT_EQ(feed.count(sql), 0) << sql;
    }
}

}  // namespace
}  // namespace homeroom::features::feed
