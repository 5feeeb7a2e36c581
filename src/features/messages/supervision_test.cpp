// What the staff of a class may read of its students' conversations.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/messages/test_messages.h"

namespace homeroom::features::messages {
namespace {

using campus::Edit;
using testing::ElementsAre;
using testing::IsEmpty;

class SupervisedMessages : public MessagesFixture {
protected:
    SupervisedMessages() { school.restart({.supervised = SchoolPolicy::Supervised::students}); }
    std::vector<std::string> supervised(const std::string& user,
                                        const std::string& room = "class-physics") {
        std::vector<std::string> ids;
        const Json answer = school.must(user, "supervision:list", {{"room", room}});
        for (const auto& one : answer.at("conversations")) ids.push_back(one.at("id"));
        return ids;
    }
};

TEST_F(SupervisedMessages, OfStudentsCanBeReadByTheStaffOfTheirClass) {
    block("sue", "sam");
    const Json message = school.send("sam", "sue", "unkind");
    const std::string conversation = message.at("conversation");
    EXPECT_EQ(school.listed("sam", conversation).at("supervised"), true);
    EXPECT_THAT(supervised("tim"), ElementsAre(conversation));
    EXPECT_THAT(supervised("ann", "course-science"), ElementsAre(conversation));
    EXPECT_THAT(supervised("ann", "class-chemistry"), IsEmpty());  // sam is not in it
    const Json read = school.must("tim", "supervision:read", {{"conversation", conversation}});
    EXPECT_EQ(read.at("messages").at(0).at("text"), "unkind");
    // To read is all they may, and nobody else that.
    EXPECT_THAT(school.texts("tim", conversation), ElementsAre("not_found"));
    for (const char* other : {"sam", "sue", "pia", "tom"}) {
        EXPECT_EQ(school.outcome(other, "supervision:read", {{"conversation", conversation}}),
                  "not_found conversation");
        EXPECT_EQ(school.outcome(other, "supervision:list", {{"room", "class-physics"}}),
                  "not_found room");
    }
    EXPECT_EQ(school.outcome("tim", "supervision:read", {{"conversation", unknown_id}}),
              "not_found conversation");
}

TEST_F(SupervisedMessages, AreThoseOfStudentsAmongThemselvesAlone) {
    const std::string with_staff = school.send("sam", "ann").at("conversation");
    const std::string group = school.group("sam", {"sue", "tim"});
    EXPECT_THAT(supervised("tim"), IsEmpty());
    EXPECT_EQ(school.listed("sam", group).at("supervised"), false);
    EXPECT_EQ(school.outcome("tim", "supervision:read", {{"conversation", with_staff}}),
              "not_found conversation");
    // Without their teacher they are among themselves.
    school.must("tim", "conversation:leave", {{"conversation", group}});
    EXPECT_THAT(supervised("tim"), ElementsAre(group));
}

// What is passed over is none of theirs, and neither is its id.
TEST_F(SupervisedMessages, AreInPagesThatNameNoOther) {
    const std::string ours = school.send("sam", "sue").at("conversation");
    const std::string with_staff = school.send("sam", "ann").at("conversation");
    Json request{{"room", "class-physics"}, {"limit", 1}};
    Json page = school.must("tim", "supervision:list", request);
    std::vector<std::string> ids;
    for (int pages = 0; pages < 9; ++pages) {
        EXPECT_EQ(page.dump().find(with_staff), std::string::npos);
        for (const auto& one : page.at("conversations")) ids.push_back(one.at("id"));
        if (page.at("next").is_null()) break;
        EXPECT_NE(page.at("next"), ours) << "a place, whosever it is";
        request["before"] = page.at("next");
        page = school.must("tim", "supervision:list", request);
    }
    EXPECT_THAT(ids, ElementsAre(ours));
    EXPECT_EQ(school.outcome("tim", "supervision:list",
                             {{"room", "class-physics"}, {"before", with_staff}}),
              "invalid before");
}

// Some hundreds are looked at for a page.
TEST_F(SupervisedMessages, AreInPagesOfWhichSomeHaveNone) {
    const std::string ours = school.send("sam", "sue").at("conversation");
    std::promise<bool> done;
    ASSERT_TRUE(school.store->submit(
        {.work = [](store::Transaction& transaction) -> Status {
             auto insert = transaction.db().statement(
                 "INSERT INTO conversation_members (conversation, user, name, shown, joined_row,"
                 " active_row) VALUES (?, 'sam', 'sam', 1, 0, 0)");
             for (std::size_t i = 0; i <= limits::conversations_looked_at_max; ++i) {
                 const std::string id = "Z" + std::to_string(10'000 + i);  // newer than ours
                 insert.bind(1, std::string_view{id});
                 TRY_OK(insert.run());
             }
             return Ok{};
         },
         .done = [&](const Status& status) { done.set_value(status.ok()); }}));
    ASSERT_TRUE(done.get_future().get());
    const Json page = school.must("tim", "supervision:list", {{"room", "class-physics"}});
    EXPECT_THAT(page.at("conversations"), IsEmpty());
    ASSERT_TRUE(page.at("next").is_string());
    EXPECT_EQ(page.at("next").get<std::string>().find("Z1"), std::string::npos);
    EXPECT_EQ(school
                  .must("tim", "supervision:list",
                        {{"room", "class-physics"}, {"before", page.at("next")}})
                  .at("conversations")
                  .at(0)
                  .at("id"),
              ours);
}

TEST_F(SupervisedMessages, StopWhereNoStaffCouldReadThem) {
    school.restart({.institution = true, .supervised = SchoolPolicy::Supervised::students});
    school.directory.apply(Edit{}.put(campus::affiliated("pat", "north")));
    EXPECT_EQ(school.outcome("sam", "message:send", {{"to", {{"user", "pat"}}}, {"text", "x"}}),
              "forbidden to");
    EXPECT_EQ(school.outcome("sam", "conversation:create", {{"users", {"pat"}}}),
              "forbidden users");
    school.restart({.institution = true});
    EXPECT_EQ(school.outcome("sam", "message:send", {{"to", {{"user", "pat"}}}, {"text", "x"}}),
              "ok");
}

TEST_F(SupervisedMessages, AreSoAsLongAsTheSchoolSaysSo) {
    const std::string conversation = school.send("sam", "sue").at("conversation");
    school.restart({});
    EXPECT_EQ(school.listed("sam", conversation).at("supervised"), false);
    EXPECT_THAT(supervised("tim"), IsEmpty());
    EXPECT_EQ(school.outcome("tim", "supervision:read", {{"conversation", conversation}}),
              "not_found conversation");
    school.restart({.supervised = SchoolPolicy::Supervised::students});
    EXPECT_THAT(supervised("tim"), ElementsAre(conversation));
    school.directory.apply(Edit{}.put(campus::enrolled("tim", "physics")));  // as a student
    EXPECT_EQ(school.outcome("tim", "supervision:read", {{"conversation", conversation}}),
              "not_found conversation");
}

}  // namespace
}  // namespace homeroom::features::messages
