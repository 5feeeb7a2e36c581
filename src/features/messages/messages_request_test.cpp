// What the requests accept: fields, texts, pages, limits and keys.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "features/messages/test_messages.h"

namespace homeroom::features::messages {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

using MessagesRequest = MessagesFixture;

TEST_F(MessagesRequest, NameEveryFieldThatIsOfTheWrongType) {
    const Json message = school.send("sam", "sue");
    const std::string id = message.at("id"), conversation = message.at("conversation");
    const std::string group = school.group("sam", {"sue"});
    const Json number(5), yes(true), list = Json::array(), object = Json::object(), null(nullptr),
                                     text("x"), fraction(1.5);
    const std::vector<Json> not_required_text{number, yes, list, object, null, Json::array({"x"})};
    const std::vector<Json> not_to{null,
                                   number,
                                   list,
                                   text,
                                   object,
                                   Json{{"user", 5}},
                                   Json{{"user", null}},
                                   Json{{"conversation", list}},
                                   Json{{"room", "class-physics"}},
                                   Json{{"user", "sue"}, {"conversation", conversation}},
                                   Json{{"user", "sue"}, {"more", 1}}};
    const std::vector<Json> not_users{null,
                                      number,
                                      text,
                                      object,
                                      list,
                                      Json::array({5}),
                                      Json::array({nullptr}),
                                      Json::array({"sam"})};
    const std::vector<Json> not_limit{
        Json(0), Json(101), Json(-1),    fraction,         text,           Json("5"),
        yes,     list,      Json(1e300), Json(UINT64_MAX), Json(INT64_MIN)};
    const std::vector<Json> not_before{number, yes, list, object, text, Json("")};
    struct Case {
        std::string name;
        Json valid;
        std::string field;
        std::vector<Json> wrong;
    };
    const Json send{{"to", {{"user", "sue"}}}, {"text", "x"}};
    const Json update{{"message", id}, {"text", "x"}};
    const Json read{{"conversation", conversation}, {"upTo", id}};
    const Json create{{"users", {"sue"}}};
    const Json in_group{{"conversation", group}};
    const Json add{{"conversation", group}, {"users", {"tim"}}};
    const Json remove{{"conversation", group}, {"user", "sue"}};
    const Json block{{"user", "sue"}, {"on", true}};
    const std::vector<Case> cases{
        {"message:send", send, "to", not_to},
        {"message:send", send, "text", not_required_text},
        {"message:send", send, "text", {Json(""), Json(" \t\r\n"), Json(std::string("a\0b", 3))}},
        {"message:send", send, "key", {number, Json(""), Json(std::string(65, 'k'))}},
        {"message:update", update, "message", not_required_text},
        {"message:update", update, "text", not_required_text},
        {"message:delete", update, "message", not_required_text},
        {"message:read", read, "conversation", not_required_text},
        {"message:read", read, "upTo", not_required_text},
        {"message:list", in_group, "conversation", not_required_text},
        {"message:list", in_group, "before", not_before},
        {"message:list", in_group, "limit", not_limit},
        {"conversation:list", Json::object(), "before", not_before},
        {"conversation:list", Json::object(), "limit", not_limit},
        {"conversation:create", create, "users", not_users},
        {"conversation:create", create, "title", {number, list, object, Json(""), Json("  ")}},
        {"conversation:add", add, "conversation", not_required_text},
        {"conversation:add", add, "users", not_users},
        {"conversation:remove", remove, "conversation", not_required_text},
        {"conversation:remove", remove, "user", not_required_text},
        {"conversation:leave", in_group, "conversation", not_required_text},
        {"block:set", block, "user", not_required_text},
        {"block:set", block, "on", {null, number, text, list}},
        {"supervision:list", {{"room", "class-physics"}}, "room", not_required_text},
        {"supervision:read", in_group, "conversation", not_required_text},
    };
    school.events();
    for (const auto& [name, valid, field, wrong] : cases) {
        for (const Json& value : wrong) {
            Json body = valid;
            body[field] = value;
            EXPECT_EQ(school.outcome("sam", name, body), "invalid " + field)
                << name << " " << body.dump();
        }
        if (field == "key" || field == "title" || field == "before" || field == "limit") continue;
        Json body = valid;
        body.erase(field);
        EXPECT_EQ(school.outcome("sam", name, body), "invalid " + field) << name << " " << field;
    }
    EXPECT_THAT(school.events(), IsEmpty());
    EXPECT_EQ(school.count("SELECT count(*) FROM messages"), 1);
    EXPECT_EQ(school.count("SELECT count(*) FROM conversations"), 2);
}

TEST_F(MessagesRequest, TakeTheIdentityFromNowhereButTheToken) {
    const Json sent = school.must("sam", "message:send",
                                  {{"to", {{"user", "sue"}}},
                                   {"text", "x"},
                                   {"author", "tim"},
                                   {"by", "tim"},
                                   {"user", "tim"}});
    EXPECT_EQ(sent.at("message").at("author").at("id"), "sam");
}

TEST_F(MessagesRequest, LimitTheLengthOfTextsAndTitles) {
    const std::string text_max(limits::message_text_bytes_max, 'm');
    const std::string title_max(limits::conversation_title_bytes_max, 't');
    const std::string id_max(limits::identifier_bytes_max, 'i');
    const std::string id = school.send("sam", "sue").at("id");
    for (const std::string& more : {std::string{}, std::string{"x"}}) {
        const auto expect = [&](const char* field) {
            return more.empty() ? std::string{"ok"} : "too_large " + std::string{field};
        };
        EXPECT_EQ(school.outcome("sam", "message:send",
                                 {{"to", {{"user", "sue"}}}, {"text", text_max + more}}),
                  expect("text"));
        EXPECT_EQ(
            school.outcome("sam", "message:update", {{"message", id}, {"text", text_max + more}}),
            expect("text"));
        EXPECT_EQ(school.outcome("sam", "conversation:create",
                                 {{"users", {"sue"}}, {"title", title_max + more}}),
                  expect("title"));
    }
    EXPECT_EQ(
        school.outcome("sam", "message:send", {{"to", {{"user", id_max + "x"}}}, {"text", "x"}}),
        "too_large to");
    EXPECT_EQ(school.outcome("sam", "message:list", {{"conversation", id_max + "x"}}),
              "too_large conversation");
}

TEST_F(MessagesRequest, KeepATextExactlyAsItWasWritten) {
    const std::string odd =
        "  Grüße \"quoted\" \\ </script>\r\n\t\x01 \xF0\x9F\x8E\x93 '; DROP TABLE messages;--  ";
    const Json message = school.send("sam", "sue", odd);
    EXPECT_EQ(message.at("text"), odd);
    EXPECT_THAT(school.texts("sue", message.at("conversation")), ElementsAre(odd));
    EXPECT_EQ(Json::parse(school.events().at(0).payload).at("message").at("text"), odd);
}

TEST_F(MessagesRequest, LimitTheMembersOfAConversation) {
    auto records = campus::small_school();
    std::vector<std::string> others;
    for (std::size_t i = 0; i < limits::conversation_members_max; ++i) {
        others.push_back("s" + std::to_string(i));
        records.users.push_back(campus::user(others.back()));
        records.enrollments.push_back(campus::enrolled(others.back(), "physics"));
    }
    school.directory.load(records, campus::some_monday);
    const std::string last = others.back();
    EXPECT_EQ(school.outcome("sam", "conversation:create", {{"users", others}}), "too_large users");
    others.pop_back();
    const std::string group = school.group("sam", others);
    EXPECT_EQ(
        school.outcome("sam", "conversation:add", {{"conversation", group}, {"users", {last}}}),
        "too_large users");
    // Those who are in it already are no more.
    EXPECT_EQ(school.outcome("sam", "conversation:add",
                             {{"conversation", group}, {"users", {others.front()}}}),
              "ok");
    school.must("sam", "conversation:remove", {{"conversation", group}, {"user", others.front()}});
    EXPECT_EQ(
        school.outcome("sam", "conversation:add", {{"conversation", group}, {"users", {last}}}),
        "ok");
}

TEST_F(MessagesRequest, LimitHowManyConversationsOneMakes) {
    for (std::size_t i = 0; i < limits::conversations_created_per_minute_max; ++i)
        school.group("sam", {"sue"});
    for (const auto& [name, body] : std::vector<std::pair<std::string, Json>>{
             {"conversation:create", {{"users", {"sue"}}}},
             {"message:send", {{"to", {{"user", "sue"}}}, {"text", "x"}}}}) {
        const auto refused = school.call("sam", name, body);
        ASSERT_FALSE(refused.ok()) << name;
        EXPECT_EQ(refused.error().code, Code::rate_limited);
        ASSERT_TRUE(refused.error().retry_after.has_value());
        EXPECT_GT(refused.error().retry_after->count(), 0);
        EXPECT_LE(*refused.error().retry_after, std::chrono::minutes{1});
    }
    // Others, and what is there already, are not concerned.
    school.send("sue", "sam");
    EXPECT_EQ(school.outcome("sam", "message:send", {{"to", {{"user", "sue"}}}, {"text", "x"}}),
              "ok");
}

TEST_F(MessagesRequest, LimitHowManyPeopleOneBlocks) {
    for (std::size_t i = 0; i < limits::blocks_per_user_max; ++i)
        school.must("sam", "block:set", {{"user", "b" + std::to_string(i)}, {"on", true}});
    EXPECT_EQ(school.outcome("sam", "block:set", {{"user", "sue"}, {"on", true}}),
              "too_large user");
    EXPECT_EQ(school.outcome("sam", "block:set", {{"user", "b1"}, {"on", true}}), "ok");
    EXPECT_EQ(school.outcome("sam", "block:set", {{"user", "b1"}, {"on", false}}), "ok");
    EXPECT_EQ(school.outcome("sam", "block:set", {{"user", "sue"}, {"on", true}}), "ok");
}

TEST_F(MessagesRequest, GiveEveryMessageOnceFromNewestToOldest) {
    std::string conversation;
    std::vector<std::string> written;
    for (int i = 0; i < 45; ++i) {
        const Json message = school.send("sam", "sue");
        conversation = message.at("conversation");
        written.push_back(message.at("id"));
        school.send("sam", "tim");
    }
    std::ranges::reverse(written);
    for (const int limit : {0, 1, 7, 45, 100}) {
        std::vector<std::string> seen;
        Json request{{"conversation", conversation}};
        if (limit > 0) request["limit"] = limit;
        while (true) {
            const auto answer = school.must("sue", "message:list", request);
            const auto& messages = answer.at("messages");
            ASSERT_LE(messages.size(),
                      limit > 0 ? static_cast<std::size_t>(limit) : limits::messages_page_default);
            for (const auto& one : messages) seen.push_back(one.at("id"));
            if (answer.at("next").is_null()) break;
            request["before"] = answer.at("next");
            ASSERT_FALSE(messages.empty());
            ASSERT_LE(seen.size(), written.size());
        }
        EXPECT_EQ(seen, written) << limit;
    }
}

TEST_F(MessagesRequest, GiveEveryConversationOnceTheLastUsedFirst) {
    // Groups that nothing was written in share a place in the order.
    std::vector<std::string> quiet;
    for (int i = 0; i < 7; ++i) quiet.push_back(school.group("sue", {"sam"}));
    const std::string first = school.send("sam", "sue").at("conversation");
    const std::string second = school.send("tim", "sue").at("conversation");
    school.say("sam", first);
    for (const int limit : {1, 2, 4, 9, 100}) {
        std::vector<std::string> seen;
        Json request{{"limit", limit}};
        while (true) {
            const auto answer = school.must("sue", "conversation:list", request);
            for (const auto& one : answer.at("conversations")) seen.push_back(one.at("id"));
            if (answer.at("next").is_null()) break;
            request["before"] = answer.at("next");
            ASSERT_LE(seen.size(), 9U);
        }
        ASSERT_EQ(seen.size(), 9U) << limit;
        EXPECT_EQ(seen[0], first);
        EXPECT_EQ(seen[1], second);
        std::vector<std::string> rest(seen.begin() + 2, seen.end());
        EXPECT_THAT(rest, testing::UnorderedElementsAreArray(quiet)) << limit;
    }
}

}  // namespace
}  // namespace homeroom::features::messages
