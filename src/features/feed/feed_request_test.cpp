// What the feed's requests accept: fields, texts, visibility, reactions, pages and keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "features/feed/test_feed.h"

namespace homeroom::features::feed {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::IsEmpty;

class FeedRequest : public FeedFixture {
protected:
    static std::string repeated(std::string_view text, std::size_t count) {
        std::string result;
        for (std::size_t i = 0; i < count; ++i) result += text;
        return result;
    }
    Json create(Json body) {
        Json request{{"to", "class-physics"}, {"text", "x"}};
        request.update(body);
        return request;
    }
};

// --- Types ---------------------------------------------------------------------------------------

TEST_F(FeedRequest, NamesEveryFieldThatIsOfTheWrongType) {
    const auto post = feed.post("sam");
    const auto comment = feed.comment("sam", post);
    const Json number(5), yes(true), list = Json::array(), object = Json::object(), null(nullptr),
                                     text("x"), fraction(1.5);
    const std::vector<Json> not_text{number, yes, list, object, fraction, Json::array({"x"})};
    std::vector<Json> not_required_text = not_text;
    not_required_text.push_back(null);
    const std::vector<Json> not_visibility{number,
                                           yes,
                                           list,
                                           object,
                                           text,
                                           Json(""),
                                           Json::array({"everyone"}),
                                           Json{{"users", null}},
                                           Json{{"users", list}},
                                           Json{{"users", "sue"}},
                                           Json{{"users", object}},
                                           Json{{"users", Json::array({5})}},
                                           Json{{"users", Json::array({nullptr})}},
                                           Json{{"users", Json::array({"tom"})}},
                                           Json{{"users", Json::array({"nobody"})}},
                                           Json{{"users", Json::array({"sue"})}, {"staff", true}}};
    const std::vector<Json> not_target{null,
                                       number,
                                       yes,
                                       list,
                                       text,
                                       object,
                                       Json{{"post", 5}},
                                       Json{{"post", null}},
                                       Json{{"comment", list}},
                                       Json{{"post", post}, {"comment", comment}},
                                       Json{{"user", "sam"}},
                                       Json{{"post", post}, {"more", 1}}};
    const std::vector<Json> not_kind{number,
                                     yes,
                                     list,
                                     object,
                                     Json(""),
                                     Json("LIKE"),
                                     Json("__proto__"),
                                     Json("1a"),
                                     Json("a b"),
                                     Json("é"),
                                     Json("-a"),
                                     Json(repeated("a", limits::reaction_kind_bytes_max + 1))};
    const std::vector<Json> not_limit{
        Json(0), Json(101), Json(-1),    fraction,         text,           Json("5"),
        yes,     list,      Json(1e300), Json(UINT64_MAX), Json(INT64_MIN)};
    const std::vector<Json> not_before{number,
                                       yes,
                                       list,
                                       object,
                                       text,
                                       Json(""),
                                       Json("000000000000001"),
                                       Json("-000000000000001")};

    struct Case {
        std::string name;
        Json valid;
        std::string field;
        std::vector<Json> wrong;
    };
    const Json new_post{{"to", "class-physics"}, {"text", "x"}};
    const Json change_post{{"post", post}, {"text", "x"}};
    const Json change_comment{{"comment", comment}, {"text", "x"}};
    const Json like{{"target", {{"post", post}}}, {"kind", "like"}};
    const Json list_room{{"room", "class-physics"}};
    const Json one_post{{"post", post}};
    const Json one_comment{{"comment", comment}};
    std::vector<Case> cases{
        {"post:create", new_post, "to", not_required_text},
        {"post:create", new_post, "text", not_required_text},
        {"post:create", new_post, "visibility", not_visibility},
        {"post:create",
         new_post,
         "attachments",
         {number, yes, object, text, Json::array({object})}},
        {"post:create", new_post, "publishAt", {number, yes, object, list, text}},
        {"post:update", change_post, "post", not_required_text},
        {"post:update", change_post, "text", not_required_text},
        {"post:delete", one_post, "post", not_required_text},
        {"comment:create", change_post, "post", not_required_text},
        {"comment:create", change_post, "text", not_required_text},
        {"comment:create", change_post, "replyTo", not_text},
        {"comment:update", change_comment, "comment", not_required_text},
        {"comment:update", change_comment, "text", not_required_text},
        {"comment:delete", one_comment, "comment", not_required_text},
        {"reaction:set", like, "target", not_target},
        {"reaction:set", like, "kind", not_kind},
        {"feed:list", list_room, "room", not_required_text},
        {"feed:list", list_room, "before", not_before},
        {"feed:list", list_room, "limit", not_limit},
        {"post:get", one_post, "post", not_required_text},
        {"post:get", one_post, "before", not_before},
    };
    for (const auto& [name, valid] :
         std::vector<std::pair<std::string, Json>>{{"post:create", new_post},
                                                   {"post:update", change_post},
                                                   {"post:delete", one_post},
                                                   {"comment:create", change_post},
                                                   {"comment:update", change_comment},
                                                   {"comment:delete", one_comment},
                                                   {"reaction:set", like}}) {
        cases.push_back({name, valid, "key", not_text});
        cases.push_back({name, valid, "key", {Json(""), Json(repeated("k", 65))}});
    }
    feed.events();
    for (const auto& [name, valid, field, wrong] : cases) {
        for (const Json& value : wrong) {
            Json body = valid;
            body[field] = value;
            EXPECT_EQ(feed.outcome("sam", name, body), "invalid " + field)
                << name << " " << body.dump();
        }
    }
    EXPECT_THAT(feed.events(), IsEmpty());
    EXPECT_EQ(feed.count("SELECT count(*) FROM posts"), 1);
    EXPECT_EQ(feed.count("SELECT count(*) FROM comments"), 1);
}

TEST_F(FeedRequest, NamesEveryFieldThatIsMissing) {
    const auto post = feed.post("sam");
    const auto comment = feed.comment("sam", post);
    struct Case {
        const char* name;
        Json body;
        const char* field;
    };
    const Case cases[] = {
        {"post:create", {{"text", "x"}}, "to"},
        {"post:create", {{"to", "class-physics"}}, "text"},
        {"post:update", {{"text", "x"}}, "post"},
        {"post:update", {{"post", post}}, "text"},
        {"post:delete", Json::object(), "post"},
        {"comment:create", {{"text", "x"}}, "post"},
        {"comment:create", {{"post", post}}, "text"},
        {"comment:update", {{"text", "x"}}, "comment"},
        {"comment:update", {{"comment", comment}}, "text"},
        {"comment:delete", Json::object(), "comment"},
        {"reaction:set", {{"kind", "like"}}, "target"},
        {"reaction:set", {{"target", {{"post", post}}}}, "kind"},
        {"feed:list", Json::object(), "room"},
        {"post:get", Json::object(), "post"},
    };
    for (const auto& [name, body, field] : cases) {
        EXPECT_EQ(feed.outcome("sam", name, body), std::string{"invalid "} + field) << name;
    }
}

TEST_F(FeedRequest, TakesNullForAbsentAndIgnoresWhatItDoesNotKnow) {
    const Json body{{"to", "class-physics"},  {"text", "x"},          {"visibility", nullptr},
                    {"attachments", nullptr}, {"publishAt", nullptr}, {"key", nullptr},
                    {"surprise", {1, 2}}};
    const auto post = feed.must("sam", "post:create", body).at("post").at("id").get<std::string>();
    EXPECT_EQ(feed.outcome("sam", "post:create", create({{"attachments", Json::array()}})), "ok");
    EXPECT_EQ(feed.outcome("sam", "comment:create",
                           {{"post", post}, {"text", "x"}, {"replyTo", nullptr}}),
              "ok");
    EXPECT_EQ(feed.outcome("sam", "feed:list",
                           {{"room", "class-physics"}, {"before", nullptr}, {"limit", nullptr}}),
              "ok");
    EXPECT_EQ(feed.outcome("sam", "post:get", {{"post", post}, {"before", nullptr}}), "ok");
}

TEST_F(FeedRequest, RefusesIdsThatAreTooLong) {
    const std::string long_id(limits::identifier_bytes_max + 100, 'x');
    EXPECT_EQ(feed.outcome("sam", "post:create", {{"to", long_id}, {"text", "x"}}), "too_large to");
    EXPECT_EQ(feed.outcome("sam", "post:get", {{"post", long_id}}), "too_large post");
    EXPECT_EQ(feed.outcome("sam", "feed:list", {{"room", "class-" + long_id}}), "too_large room");
    const Json about{{"target", {{"post", long_id}}}, {"kind", "like"}};
    EXPECT_EQ(feed.outcome("sam", "reaction:set", about), "too_large target");
}

// --- Texts ---------------------------------------------------------------------------------------

TEST_F(FeedRequest, KeepsATextExactlyAsItWasWritten) {
    const std::string odd =
        "  Grüße \"quoted\" \\ </script>\r\n\t\x01 \xF0\x9F\x8E\x93 \xE2\x80\xAE'; DROP TABLE "
        "posts;--  ";
    const auto post = feed.must("sam", "post:create", create({{"text", odd}})).at("post");
    EXPECT_EQ(post.at("text"), odd);
    const auto read = feed.must("sue", "post:get", {{"post", post.at("id")}});
    EXPECT_EQ(read.at("post").at("text"), odd);
    EXPECT_EQ(Json::parse(feed.events().at(0).payload).at("post").at("text"), odd);
}

TEST_F(FeedRequest, LimitsTheLengthOfTexts) {
    const auto post = feed.post("sam");
    const auto comment = feed.comment("sam", post);
    const std::string post_max(limits::post_text_bytes_max, 'p');
    const std::string comment_max(limits::comment_text_bytes_max, 'c');
    for (const auto& [more, expected] :
         std::vector<std::pair<std::string, std::string>>{{"", "ok"}, {"x", "too_large text"}}) {
        EXPECT_EQ(feed.outcome("sam", "post:create", create({{"text", post_max + more}})),
                  expected);
        EXPECT_EQ(feed.outcome("sam", "post:update", {{"post", post}, {"text", post_max + more}}),
                  expected);
        EXPECT_EQ(
            feed.outcome("sam", "comment:create", {{"post", post}, {"text", comment_max + more}}),
            expected);
        EXPECT_EQ(feed.outcome("sam", "comment:update",
                               {{"comment", comment}, {"text", comment_max + more}}),
                  expected);
    }
}

TEST_F(FeedRequest, RefusesTextsWithoutContent) {
    const auto post = feed.post("sam");
    const auto comment = feed.comment("sam", post);
    for (const std::string& text :
         {std::string{}, std::string{" \t\r\n\v\f "}, std::string("a\0b", 3)}) {
        EXPECT_EQ(feed.outcome("sam", "post:create", create({{"text", text}})), "invalid text");
        EXPECT_EQ(feed.outcome("sam", "post:update", {{"post", post}, {"text", text}}),
                  "invalid text");
        EXPECT_EQ(feed.outcome("sam", "comment:create", {{"post", post}, {"text", text}}),
                  "invalid text");
        EXPECT_EQ(feed.outcome("sam", "comment:update", {{"comment", comment}, {"text", text}}),
                  "invalid text");
    }
}

TEST_F(FeedRequest, LetsACommentAnswerOneOnTheSamePostOnly) {
    const auto post = feed.post("sam");
    const auto first = feed.comment("sam", post);
    const auto elsewhere = feed.comment("sam", feed.post("sam"));
    const auto reply =
        feed.must("sue", "comment:create", {{"post", post}, {"text", "x"}, {"replyTo", first}});
    EXPECT_EQ(reply.at("comment").at("replyTo"), first);
    for (const std::string& other : {elsewhere, std::string{"nothing"}, std::string{}}) {
        EXPECT_EQ(feed.outcome("sue", "comment:create",
                               {{"post", post}, {"text", "x"}, {"replyTo", other}}),
                  "not_found replyTo");
    }
}

TEST_F(FeedRequest, SaysWhatIsMineAndNobodyElses) {
    const auto post = feed.post("sam");
    const auto comment = feed.comment("sue", post);
    feed.must("sue", "reaction:set", {{"target", {{"post", post}}}, {"kind", "wow"}});
    feed.must("sue", "reaction:set", {{"target", {{"comment", comment}}}, {"kind", "like"}});
    const auto hers = feed.must("sue", "post:get", {{"post", post}});
    EXPECT_EQ(hers.at("post").at("mine"), Json({{"reaction", "wow"}}));
    EXPECT_EQ(hers.at("comments").at(0).at("mine"), Json({{"reaction", "like"}}));
    const auto his = feed.must("sam", "post:get", {{"post", post}});
    EXPECT_EQ(his.at("post").at("mine"), Json({{"reaction", nullptr}}));
    EXPECT_EQ(his.at("post").at("counts").at("reactions"), Json({{"wow", 1}}));
    const auto updated = feed.must("sam", "post:update", {{"post", post}, {"text", "y"}});
    EXPECT_EQ(updated.at("post").at("mine"), Json({{"reaction", nullptr}}));
    const auto hers_updated =
        feed.must("sue", "comment:update", {{"comment", comment}, {"text", "y"}});
    EXPECT_EQ(hers_updated.at("comment").at("mine"), Json({{"reaction", "like"}}));
}

// --- Visibility ----------------------------------------------------------------------------------

TEST_F(FeedRequest, NamesAsManyPeopleAsTheLimitAllows) {
    auto records = campus::small_school();
    Json names = Json::array();
    for (std::size_t i = 0; i <= limits::visibility_users_max; ++i) {
        const std::string id = "s" + std::to_string(i);
        records.users.push_back(campus::user(id));
        records.enrollments.push_back(campus::enrolled(id, "physics"));
        names.push_back(id);
    }
    feed.directory.load(records, campus::some_monday);
    EXPECT_EQ(feed.outcome("sam", "post:create", create({{"visibility", {{"users", names}}}})),
              "too_large visibility");
    names.erase(0);
    EXPECT_EQ(feed.outcome("sam", "post:create", create({{"visibility", {{"users", names}}}})),
              "ok");
    EXPECT_EQ(feed.feed_of("s0").size(), 0U);
    EXPECT_EQ(feed.feed_of("s200").size(), 1U);
}

TEST_F(FeedRequest, TellsNoDifferenceBetweenSomebodyElsewhereAndNobody) {
    const auto refusal = [&](const char* user) {
        return campus::to_ack(
            feed.call("sam", "post:create", create({{"visibility", {{"users", {user}}}}})));
    };
    EXPECT_EQ(refusal("tom"), refusal("nobody"));
    EXPECT_EQ(refusal("dan"), refusal("nobody"));
}

// Else members could be told from others, and no post would be there to show that somebody tried.
TEST_F(FeedRequest, SaysWhoIsNotInTheRoomOnlyWhenNothingElseIsWrong) {
    const std::vector<Json> faults{{{"poll", 1}},
                                   {{"mentions", 1}},
                                   {{"attachments", {"x"}}},
                                   {{"publishAt", "x"}},
                                   {{"anonymous", true}}};
    for (const Json& fault : faults) {
        const auto refusal = [&](const char* user) {
            Json request = create({{"visibility", {{"users", {user}}}}});
            request.update(fault);
            const auto answer = feed.call("sam", "post:create", request);
            EXPECT_FALSE(answer.ok()) << fault.dump();
            return campus::to_ack(answer);
        };
        EXPECT_EQ(refusal("sue"), refusal("nobody")) << fault.dump();
    }
}

// --- Reactions -----------------------------------------------------------------------------------

TEST_F(FeedRequest, TakesEveryLowerCaseWordAsAReaction) {
    const auto post = feed.post("sam");
    const Json target{{"post", post}};
    for (const std::string& kind :
         {std::string{"like"}, std::string{"a"}, std::string{"thumbs-up_2"},
          std::string{"constructor"}, repeated("z", limits::reaction_kind_bytes_max)}) {
        const auto answer = feed.must("sam", "reaction:set", {{"target", target}, {"kind", kind}});
        EXPECT_EQ(answer.at("counts"), Json({{kind, 1}}));
        EXPECT_EQ(answer.at("target"), target);
        EXPECT_EQ(answer.at("postId"), post);
    }
}

TEST_F(FeedRequest, LimitsTheKindsOfReactionToOneTarget) {
    auto records = campus::small_school();
    for (std::size_t i = 0; i <= limits::reaction_kinds_per_target_max; ++i) {
        const std::string id = "s" + std::to_string(i);
        records.users.push_back(campus::user(id));
        records.enrollments.push_back(campus::enrolled(id, "physics"));
    }
    feed.directory.load(records, campus::some_monday);
    const auto post = feed.post("sam");
    const auto react = [&](std::size_t who, const std::string& kind) {
        return feed.outcome("s" + std::to_string(who), "reaction:set",
                            {{"target", {{"post", post}}}, {"kind", kind}});
    };
    const auto max = limits::reaction_kinds_per_target_max;
    for (std::size_t i = 0; i < max; ++i) EXPECT_EQ(react(i, "kind-" + std::to_string(i)), "ok");
    feed.events();
    EXPECT_EQ(react(max, "one-more"), "too_large kind");
    EXPECT_THAT(feed.events(), IsEmpty());
    EXPECT_EQ(react(max, "kind-0"), "ok");
    EXPECT_EQ(react(1, "another"), "ok");  // his old one goes
    EXPECT_EQ(feed.must("sam", "post:get", {{"post", post}})
                  .at("post")
                  .at("counts")
                  .at("reactions")
                  .size(),
              max);
}

// --- Pages ---------------------------------------------------------------------------------------

TEST_F(FeedRequest, GivesEveryPostOnceFromNewestToOldest) {
    std::vector<std::string> written;
    for (int i = 0; i < 45; ++i) {
        written.push_back(feed.post("sam"));
        feed.post("sam", "class-physics", {{"users", {"tim"}}});  // not for sue
    }
    std::ranges::reverse(written);
    for (const int limit : {0, 1, 7, 45, 100}) {
        std::vector<std::string> seen;
        Json request{{"room", "class-physics"}};
        if (limit > 0) request["limit"] = limit;
        while (true) {
            const auto answer = feed.must("sue", "feed:list", request);
            const auto& posts = answer.at("posts");
            ASSERT_LE(posts.size(),
                      limit > 0 ? static_cast<std::size_t>(limit) : limits::feed_page_default);
            for (const auto& one : posts) seen.push_back(one.at("id"));
            if (answer.at("next").is_null()) break;
            request["before"] = answer.at("next");
            ASSERT_LE(seen.size(), written.size());
            ASSERT_FALSE(posts.empty());
        }
        EXPECT_EQ(seen, written) << limit;
    }
}

TEST_F(FeedRequest, GivesTheLastCommentsInTheOrderInWhichTheyWereWritten) {
    const auto post = feed.post("sam");
    std::vector<std::string> written;
    for (std::size_t i = 0; i < limits::comments_page_max + 2; ++i)
        written.push_back(feed.comment("sue", post));
    const auto last = feed.must("sam", "post:get", {{"post", post}});
    ASSERT_EQ(last.at("comments").size(), limits::comments_page_max);
    EXPECT_EQ(last.at("comments").at(0).at("id"), written[2]);
    EXPECT_EQ(last.at("comments").back().at("id"), written.back());
    EXPECT_EQ(last.at("post").at("counts").at("comments"), written.size());
    const auto first = feed.must("sam", "post:get", {{"post", post}, {"before", last.at("next")}});
    ASSERT_EQ(first.at("comments").size(), 2U);
    EXPECT_EQ(first.at("comments").at(0).at("id"), written[0]);
    EXPECT_EQ(first.at("next"), nullptr);
}

// --- Keys ----------------------------------------------------------------------------------------

TEST_F(FeedRequest, DoesNothingTwiceUnderOneKey) {
    const auto first = feed.must("sam", "post:create", create({{"key", "k"}}));
    EXPECT_EQ(feed.must("sam", "post:create", create({{"key", "k"}})), first);
    EXPECT_EQ(feed.must("sam", "post:create", create({{"key", "k"}, {"text", "another"}})), first);
    EXPECT_EQ(feed.events().size(), 1U);
    EXPECT_EQ(feed.feed_of("sam").size(), 1U);

    const std::string post = first.at("post").at("id");
    const Json comment{{"post", post}, {"text", "x"}, {"key", "k"}};
    EXPECT_EQ(feed.must("sam", "comment:create", comment),
              feed.must("sam", "comment:create", comment));
    EXPECT_EQ(feed.must("sam", "post:get", {{"post", post}}).at("comments").size(), 1U);
    const Json removal{{"post", post}, {"key", "d"}};
    EXPECT_EQ(feed.must("sam", "post:delete", removal), feed.must("sam", "post:delete", removal));
}

TEST_F(FeedRequest, KeepsKeysOfUsersAndRequestsApart) {
    const auto his = feed.must("sam", "post:create", create({{"key", "k"}}));
    const auto hers = feed.must("sue", "post:create", create({{"key", "k"}}));
    EXPECT_NE(his, hers);
    EXPECT_EQ(feed.feed_of("sam").size(), 2U);
    EXPECT_NE(feed.must("sam", "post:create", create({{"key", "K"}})), his);
}

TEST_F(FeedRequest, DoesNotRememberAKeyOfWhatFailed) {
    EXPECT_EQ(feed.outcome("sam", "post:create", create({{"key", "k"}, {"text", ""}})),
              "invalid text");
    EXPECT_EQ(feed.outcome("sam", "post:create", create({{"key", "k"}})), "ok");
    EXPECT_EQ(feed.feed_of("sam").size(), 1U);
}

TEST_F(FeedRequest, CountsTheCharactersOfAKey) {
    for (const std::string& character :
         {std::string{"k"}, std::string{"é"}, std::string{"\xF0\x9F\x8E\x93"}}) {
        EXPECT_EQ(feed.outcome("sam", "post:create", create({{"key", repeated(character, 64)}})),
                  "ok");
        EXPECT_EQ(feed.outcome("sam", "post:create", create({{"key", repeated(character, 65)}})),
                  "invalid key")
            << character;
    }
}

}  // namespace
}  // namespace homeroom::features::feed
