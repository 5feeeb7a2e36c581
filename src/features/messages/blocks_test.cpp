// Blocks: nothing of the blocked reaches the blocker, and the blocked notices nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/messages/test_messages.h"

namespace homeroom::features::messages {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Blocks = MessagesFixture;

TEST_F(Blocks, LeaveAMessageToItsAuthorsOwnDevices) {
    const std::string conversation = school.send("sam", "sue", "before").at("conversation");
    block("sue", "sam");
    school.events();
    const Json message = school.send("sam", "sue", "hidden-words");
    EXPECT_EQ(message.at("conversation"), conversation);
    EXPECT_THAT(school.told(), ElementsAre("message:created: sam"));
    EXPECT_THAT(school.texts("sam", conversation), ElementsAre("before", "hidden-words"));
    EXPECT_THAT(school.texts("sue", conversation), ElementsAre("before"));
    EXPECT_EQ(school.unread("sue", conversation), 1);
    EXPECT_EQ(school.listed("sue", conversation).at("lastMessage").at("text"), "before");
    must_be_not_found("pia", conversation, message.at("id"));
    EXPECT_EQ(school.outcome("sue", "message:read",
                             {{"conversation", conversation}, {"upTo", message.at("id")}}),
              "not_found upTo");
    school.events();
    school.must("sam", "message:update", {{"message", message.at("id")}, {"text", "hidden-too"}});
    school.must("sam", "message:read",
                {{"conversation", conversation}, {"upTo", message.at("id")}});
    school.must("sam", "message:delete", {{"message", message.at("id")}});
    EXPECT_THAT(school.told(),
                ElementsAre("message:updated: sam", "message:read: sam", "message:deleted: sam"));
    EXPECT_THAT(school.replayed_text("sue"), Not(HasSubstr("hidden")));
    EXPECT_THAT(school.replayed_text("sam"), Not(HasSubstr("block:changed")));
    // She does not see later what was kept from her.
    school.send("sam", "sue", "hidden-still");
    block("sue", "sam", false);
    school.send("sam", "sue", "after");
    EXPECT_THAT(school.texts("sue", conversation), ElementsAre("before", "after"));
    EXPECT_THAT(school.replayed_text("sue"), Not(HasSubstr("hidden")));
}

TEST_F(Blocks, ShowTheBlockedNoDifference) {
    // sam writes to two people, one of whom blocks him; what he gets differs in ids and names
    // alone.
    block("sue", "sam");
    const auto everything = [&](const std::string& other) {
        Json all = Json::array();
        const Json message = school.send("sam", other, "hello");
        const std::string id = message.at("id"), conversation = message.at("conversation");
        all.push_back(message);
        all.push_back(school.listed("sam", conversation));
        all.push_back(school.must("sam", "message:list", {{"conversation", conversation}}));
        all.push_back(school.must("sam", "message:update", {{"message", id}, {"text", "x"}}));
        all.push_back(
            school.must("sam", "message:read", {{"conversation", conversation}, {"upTo", id}}));
        all.push_back(school.must("sam", "message:delete", {{"message", id}}));
        const std::string group = school.group("sam", {other, "tim"});
        all.push_back(school.listed("sam", group));
        all.push_back(
            school.must("sam", "conversation:remove", {{"conversation", group}, {"user", other}}));
        std::string text = all.dump();
        const auto blank = [&](const std::string& what, const std::string& by) {
            for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at))
                text.replace(at, what.size(), by);
        };
        blank(id, "ID");
        blank(conversation, "CONVERSATION");
        blank(group, "GROUP");
        blank("\"" + other + "\"", "\"OTHER\"");
        // Times, too: "2026-…Z".
        for (auto at = text.find("At\":\"20"); at != std::string::npos; at = text.find("At\":\"20"))
            text.replace(at, 5 + 24, "At\":TIME");
        return text;
    };
    EXPECT_EQ(everything("sue"), everything("ann"));
}

TEST_F(Blocks, HideAConversationThatTheBlockedHasBegun) {
    block("sue", "sam");
    const Json message = school.send("sam", "sue", "hidden");
    const std::string conversation = message.at("conversation");
    must_be_not_found("sue", conversation, message.at("id"));
    EXPECT_EQ(school.conversations_of("sue"), 0U);
    EXPECT_EQ(school.conversations_of("sam"), 1U);
    EXPECT_EQ(school.outcome("sue", "message:send", {{"to", {{"user", "sam"}}}, {"text", "x"}}),
              "forbidden to");
    block("sue", "sam", false);
    EXPECT_EQ(school.conversations_of("sue"), 0U);
    EXPECT_EQ(school.send("sue", "sam", "shown").at("conversation"), conversation);
    EXPECT_THAT(school.texts("sue", conversation), ElementsAre("shown"));
    EXPECT_THAT(school.texts("sam", conversation), ElementsAre("hidden", "shown"));
}

TEST_F(Blocks, LetAGroupsOtherMembersHearTheBlocked) {
    const std::string group = school.group("tim", {"sam", "sue"});
    block("sue", "sam");
    school.events();
    school.say("sam", group, "hidden");
    EXPECT_THAT(school.told(), ElementsAre("message:created: sam tim"));
    const std::string id = school.say("tim", group, "shown").at("id");
    EXPECT_THAT(school.texts("sue", group), ElementsAre("shown"));
    EXPECT_EQ(school.unread("sue", group), 1);
    school.events();
    school.must("sue", "message:read", {{"conversation", group}, {"upTo", id}});
    EXPECT_THAT(school.told(), ElementsAre("message:read: sam sue tim"));
    // He can't draw her into one of his own.
    const std::string his = school.group("sam", {"sue", "tim"});
    EXPECT_THAT(school.told(), ElementsAre("conversation:created: sam tim"));
    EXPECT_EQ(school.listed("sam", his).at("members").size(), 3U);
    const Json message = school.say("tim", his);
    EXPECT_THAT(school.told(), ElementsAre("message:created: sam tim"));
    must_be_not_found("sue", his, message.at("id"));
}

TEST_F(Blocks, AreNotToldByWhoLeadsAGroupNext) {
    // sue came before tim. Were she passed over because it is not shown to her, they would know.
    block("sue", "sam");
    const std::string group = school.group("sam", {"sue", "tim"});
    school.must("sam", "conversation:leave", {{"conversation", group}});
    EXPECT_EQ(school.listed("tim", group).at("owner"), "sue");
    EXPECT_EQ(
        school.outcome("tim", "conversation:add", {{"conversation", group}, {"users", {"ann"}}}),
        "forbidden conversation");
    const Json message = school.say("tim", group);
    must_be_not_found("sue", group, message.at("id"));
    EXPECT_THAT(school.replay("sue"), testing::SizeIs(1)) << "her own block:changed";
}

TEST_F(Blocks, KeepHowFarTheBlockedHasRead) {
    const Json message = school.send("sue", "sam");
    const std::string conversation = message.at("conversation");
    const auto read_by_sam = [&](const std::string& user) {
        const Json view = school.listed(user, conversation);
        for (const Json& member : view.at("members")) {
            if (member.at("id") == "sam") return member.at("readUpTo");
        }
        return Json("not there");
    };
    block("sue", "sam");
    school.events();
    school.must("sam", "message:read",
                {{"conversation", conversation}, {"upTo", message.at("id")}});
    EXPECT_THAT(school.told(), ElementsAre("message:read: sam"));
    EXPECT_EQ(read_by_sam("sam"), message.at("id"));
    EXPECT_EQ(read_by_sam("sue"), Json(nullptr));
    block("sue", "sam", false);
    EXPECT_EQ(read_by_sam("sue"), message.at("id"));
}

// Nor when it is gone.
TEST_F(Blocks, HideThatTheirAuthorHasReadWhatIsHiddenAndDeleted) {
    const Json shown = school.send("sam", "sue");
    const std::string conversation = shown.at("conversation");
    block("sue", "sam");
    const Json hidden = school.say("sam", conversation, "hidden");
    school.must("sam", "message:read", {{"conversation", conversation}, {"upTo", hidden.at("id")}});
    block("sue", "sam", false);
    for (const bool deleted : {false, true}) {
        if (deleted) school.must("sam", "message:delete", {{"message", hidden.at("id")}});
        const std::string view = school.listed("sue", conversation).dump();
        EXPECT_EQ(view.find(hidden.at("id").get<std::string>()), std::string::npos) << deleted;
    }
}

// Others' read marks, too, are not on what never was.
TEST_F(Blocks, HideThatOthersHaveReadWhatIsHidden) {
    const std::string group = school.group("tim", {"sam", "sue"});
    const auto read_by_tim = [&](const std::string& user) {
        return school.listed(user, group).at("members").at(0).at("readUpTo");
    };
    block("sue", "sam");
    const Json first = school.say("sam", group, "hidden");
    school.must("tim", "message:read", {{"conversation", group}, {"upTo", first.at("id")}});
    EXPECT_EQ(read_by_tim("sam"), first.at("id"));
    EXPECT_EQ(read_by_tim("sue"), Json(nullptr));
    const Json shown = school.say("tim", group, "shown");
    const Json last = school.say("sam", group, "hidden again");
    school.must("tim", "message:read", {{"conversation", group}, {"upTo", last.at("id")}});
    EXPECT_EQ(read_by_tim("sam"), last.at("id"));
    EXPECT_EQ(read_by_tim("sue"), shown.at("id"));
    block("sue", "sam", false);
    EXPECT_EQ(read_by_tim("sue"), shown.at("id"));
}

TEST_F(Blocks, TakeAwayWhatTheBlockedEdits) {
    const Json message = school.send("sam", "sue", "kind words");
    block("sue", "sam");
    school.events();
    school.must("sam", "message:update", {{"message", message.at("id")}, {"text", "hidden"}});
    EXPECT_THAT(school.told(), ElementsAre("message:deleted: sue", "message:updated: sam"));
    EXPECT_THAT(school.texts("sue", message.at("conversation")), IsEmpty());
    EXPECT_THAT(school.replayed_text("sue"), Not(HasSubstr("hidden")));
}

TEST_F(Blocks, AreToldToWhoMadeThemAlone) {
    const Json set{{"user", "sam"}, {"on", true}};
    EXPECT_EQ(school.must("sue", "block:set", set), set);
    EXPECT_THAT(school.told(), ElementsAre("block:changed: sue"));
    EXPECT_EQ(school.must("sue", "block:set", set), set);
    EXPECT_THAT(school.told(), IsEmpty());
    EXPECT_EQ(school.must("sue", "block:list", Json::object()), Json({{"users", {"sam"}}}));
    EXPECT_EQ(school.must("sam", "block:list", Json::object()), Json({{"users", Json::array()}}));
    // Whether there is such a person is not said.
    EXPECT_EQ(school.outcome("sue", "block:set", {{"user", "nobody"}, {"on", true}}), "ok");
    EXPECT_EQ(school.outcome("sue", "block:set", {{"user", "sue"}, {"on", true}}), "invalid user");
    EXPECT_EQ(school.outcome("sue", "block:set", {{"user", "a b"}, {"on", true}}), "invalid user");
}

}  // namespace
}  // namespace homeroom::features::messages
