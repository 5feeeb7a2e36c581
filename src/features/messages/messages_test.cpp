// Who may do what, and who hears of it.
#include "features/messages/messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "features/messages/test_messages.h"

namespace homeroom::features::messages {
namespace {

using campus::Edit;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

using Messages = MessagesFixture;

// --- Between two ---------------------------------------------------------------------------------

TEST_F(Messages, ReachTheOtherAndTheSendersOwnDevices) {
    const Json message = school.send("sam", "sue", "Hello");
    EXPECT_EQ(message.at("author"), Json({{"id", "sam"}, {"name", "sam"}}));
    EXPECT_EQ(message.at("text"), "Hello");
    EXPECT_EQ(message.at("editedAt"), nullptr);
    const std::string conversation = message.at("conversation");

    const auto events = school.events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, "message:created");
    EXPECT_THAT(school.viewers(events[0]), ElementsAre("sam", "sue"));
    EXPECT_THAT(campus::Audience::from_stored(events[0].audience).route(school.directory).rooms,
                UnorderedElementsAre("user-sam", "user-sue"));
    const auto payload = Json::parse(events[0].payload);
    EXPECT_EQ(payload.at("message"), message);
    EXPECT_EQ(payload.at("room"), "conversation-" + conversation);
    EXPECT_EQ(payload.at("by"), Json({{"id", "sam"}, {"name", "sam"}}));

    EXPECT_THAT(school.texts("sue", conversation), ElementsAre("Hello"));
    const Json view = school.listed("sue", conversation);
    EXPECT_EQ(view.at("kind"), "direct");
    EXPECT_EQ(view.at("lastMessage"), message);
    EXPECT_EQ(view.at("unread"), 1);
    EXPECT_EQ(view.at("supervised"), false);
    must_be_not_found("tim", conversation, message.at("id"));
    must_be_not_found("pia", conversation, message.at("id"));
    EXPECT_EQ(school.conversations_of("tim"), 0U);
}

TEST_F(Messages, BetweenTwoAreInOneConversationWhoeverBegins) {
    const std::string conversation = school.send("sam", "sue", "1").at("conversation");
    EXPECT_EQ(school.send("sue", "sam", "2").at("conversation"), conversation);
    school.say("sam", conversation, "3");
    EXPECT_THAT(school.texts("sue", conversation), ElementsAre("1", "2", "3"));
    EXPECT_EQ(school.conversations_of("sam"), 1U);
}

TEST_F(Messages, GoToNobodyWhomTheSchoolKeepsApart) {
    const auto send = [&](const char* from, const char* to) {
        return school.outcome(from, "message:send", {{"to", {{"user", to}}}, {"text", "x"}});
    };
    for (const char* other : {"pat", "pia", "dan", "nobody", "user with spaces"})
        EXPECT_EQ(send("sam", other), "not_found to") << other;
    EXPECT_EQ(send("sam", "sam"), "invalid to");
    EXPECT_EQ(school.count("SELECT count(*) FROM conversations"), 0);
    EXPECT_THAT(school.events(), IsEmpty());
    school.restart({.peers = false});
    EXPECT_EQ(send("sam", "sue"), "forbidden to");
    EXPECT_EQ(send("sam", "tim"), "ok");
}

TEST_F(Messages, CanBeReadButNotAnsweredWhenNoClassIsSharedAnyMore) {
    const Json message = school.send("sam", "sue", "before");
    const std::string conversation = message.at("conversation");
    school.directory.apply(Edit{}.remove_enrollment("sam|physics"));
    const Json more{{"to", {{"conversation", conversation}}}, {"text", "after"}};
    EXPECT_EQ(school.outcome("sam", "message:send", more), "forbidden to");
    EXPECT_EQ(school.outcome("sue", "message:send", more), "forbidden to");
    EXPECT_EQ(school.outcome("sue", "message:send", {{"to", {{"user", "sam"}}}, {"text", "x"}}),
              "forbidden to");
    EXPECT_EQ(
        school.outcome("sam", "message:update", {{"message", message.at("id")}, {"text", "x"}}),
        "forbidden message");
    EXPECT_THAT(school.texts("sam", conversation), ElementsAre("before"));
    EXPECT_THAT(school.texts("sue", conversation), ElementsAre("before"));
    EXPECT_EQ(school.outcome("sam", "message:delete", {{"message", message.at("id")}}), "ok");
}

TEST_F(Messages, ObeyANewPolicyInOldConversationsToo) {
    const std::string conversation = school.send("sam", "sue", "before").at("conversation");
    const Json more{{"to", {{"conversation", conversation}}}, {"text", "after"}};
    school.restart({.peers = false});
    EXPECT_EQ(school.outcome("sam", "message:send", more), "forbidden to");
    EXPECT_THAT(school.texts("sam", conversation), ElementsAre("before"));
    school.restart({});
    EXPECT_EQ(school.outcome("sam", "message:send", more), "ok");
}

TEST_F(Messages, AreChangedAndDeletedByTheirAuthor) {
    const Json message = school.send("sam", "sue", "secret-one");
    const std::string id = message.at("id"), conversation = message.at("conversation");
    school.events();
    const Json edited = school.must("sam", "message:update", {{"message", id}, {"text", "two"}});
    EXPECT_EQ(edited.at("message").at("text"), "two");
    EXPECT_NE(edited.at("message").at("editedAt"), nullptr);
    EXPECT_THAT(school.told(), ElementsAre("message:updated: sam sue"));
    EXPECT_EQ(school.outcome("sue", "message:update", {{"message", id}, {"text", "x"}}),
              "forbidden message");
    EXPECT_EQ(school.outcome("sue", "message:delete", {{"message", id}}), "forbidden message");

    EXPECT_EQ(school.must("sam", "message:delete", {{"message", id}, {"key", "d"}}),
              Json({{"conversation", conversation}, {"messageId", id}}));
    EXPECT_THAT(school.told(), ElementsAre("message:deleted: sam sue"));
    EXPECT_THAT(school.texts("sue", conversation), IsEmpty());
    EXPECT_EQ(school.unread("sue", conversation), 0);
    // Not in the journal either.
    EXPECT_THAT(school.replayed_text("sue"), Not(HasSubstr("secret-one")));
    EXPECT_THAT(school.replayed_text("sue"), HasSubstr("message:deleted"));
    must_be_not_found("pia", conversation, id);
}

TEST_F(Messages, AreNotGivenBackForTheirKeyOnceTheyAreDeleted) {
    const Json send{{"to", {{"user", "sue"}}}, {"text", "once"}, {"key", "k"}};
    const Json first = school.must("sam", "message:send", send);
    EXPECT_EQ(school.must("sam", "message:send", send), first);
    EXPECT_EQ(school.count("SELECT count(*) FROM messages"), 1);
    school.must("sam", "message:delete", {{"message", first.at("message").at("id")}});
    EXPECT_EQ(school.outcome("sam", "message:send", send), "not_found key");
}

// --- Reading -------------------------------------------------------------------------------------

TEST_F(Messages, AreUnreadUntilSomeDeviceSaysSo) {
    const std::string conversation = school.send("sam", "sue", "1").at("conversation");
    const std::string second = school.send("sam", "sue", "2").at("id");
    const std::string third = school.send("sam", "sue", "3").at("id");
    school.send("sue", "sam", "4");
    EXPECT_EQ(school.unread("sue", conversation), 3);
    EXPECT_EQ(school.unread("sam", conversation), 1);
    school.events();

    const auto read = [&](const std::string& up_to) {
        return school.must("sue", "message:read",
                           {{"conversation", conversation}, {"upTo", up_to}});
    };
    EXPECT_EQ(read(second).at("unread"), 1);
    const auto events = school.events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].type, "message:read");
    EXPECT_THAT(school.viewers(events[0]), ElementsAre("sam", "sue"));
    const auto payload = Json::parse(events[0].payload);
    EXPECT_EQ(payload.at("conversation"), conversation);
    EXPECT_EQ(payload.at("user"), "sue");
    EXPECT_EQ(payload.at("upTo"), second);

    EXPECT_EQ(read(third).at("unread"), 0);
    // Another device, late.
    EXPECT_EQ(read(second), Json({{"conversation", conversation}, {"upTo", third}, {"unread", 0}}));
    EXPECT_THAT(school.told(), ElementsAre("message:read: sam sue"));
    const Json members = school.listed("sam", conversation).at("members");
    EXPECT_EQ(members.at(0), Json({{"id", "sam"}, {"name", "sam"}, {"readUpTo", nullptr}}));
    EXPECT_EQ(members.at(1), Json({{"id", "sue"}, {"name", "sue"}, {"readUpTo", third}}));
}

TEST_F(Messages, AreReadWhereTheyAre) {
    const std::string conversation = school.send("sam", "sue").at("conversation");
    const std::string elsewhere = school.send("sam", "tim").at("id");
    const std::string her_own = school.send("sue", "tim").at("id");
    for (const std::string& other : {elsewhere, her_own, unknown_id}) {
        EXPECT_EQ(school.outcome("sue", "message:read",
                                 {{"conversation", conversation}, {"upTo", other}}),
                  "not_found upTo");
    }
}

// --- Groups --------------------------------------------------------------------------------------

TEST_F(Messages, OfAGroupReachItsMembers) {
    const Json made = school
                          .must("sam", "conversation:create",
                                {{"users", {"sue", "tim"}}, {"title", "the project"}})
                          .at("conversation");
    EXPECT_EQ(made.at("kind"), "group");
    EXPECT_EQ(made.at("title"), "the project");
    EXPECT_EQ(made.at("owner"), "sam");
    EXPECT_EQ(made.at("members").size(), 3U);
    const std::string group = made.at("id");
    EXPECT_THAT(school.told(), ElementsAre("conversation:created: sam sue tim"));
    const Json message = school.say("tim", group);
    EXPECT_THAT(school.told(), ElementsAre("message:created: sam sue tim"));
    EXPECT_EQ(school.unread("sue", group), 1);
    must_be_not_found("ann", group, message.at("id"));
}

TEST_F(Messages, OfAGroupAreForWhoWasInItThenAndIsNow) {
    const std::string group = school.group("sam", {"sue"});
    const std::string before = school.say("sue", group, "before-ann").at("id");
    school.events();
    school.must("sam", "conversation:add", {{"conversation", group}, {"users", {"ann"}}});
    EXPECT_THAT(school.told(),
                ElementsAre("conversation:created: ann", "conversation:changed: sam sue"));
    school.say("sue", group, "with-ann");
    EXPECT_THAT(school.texts("ann", group), ElementsAre("with-ann"));
    EXPECT_EQ(school.unread("ann", group), 1);
    EXPECT_EQ(school.outcome("ann", "message:read", {{"conversation", group}, {"upTo", before}}),
              "not_found upTo");
    // What happens to an older message is none of hers either.
    school.events();
    school.must("sue", "message:update", {{"message", before}, {"text", "still-before-ann"}});
    school.must("sam", "message:read", {{"conversation", group}, {"upTo", before}});
    EXPECT_THAT(school.told(), ElementsAre("message:updated: sam sue", "message:read: sam sue"));
    EXPECT_THAT(school.replayed_text("ann"), Not(HasSubstr("before-ann")));
    EXPECT_THAT(school.replayed_text("ann"), HasSubstr("with-ann"));

    school.must("ann", "conversation:leave", {{"conversation", group}});
    EXPECT_THAT(school.told(),
                ElementsAre("conversation:changed: sam sue", "conversation:left: ann"));
    const Json after = school.say("sue", group, "without-ann");
    EXPECT_THAT(school.told(), ElementsAre("message:created: sam sue"));
    EXPECT_THAT(school.replayed_text("ann"), Not(HasSubstr("with-ann")));
    EXPECT_EQ(school.conversations_of("ann"), 0U);
    must_be_not_found("ann", group, after.at("id"));

    // Back again: from then on.
    school.must("sam", "conversation:add", {{"conversation", group}, {"users", {"ann"}}});
    school.say("sue", group, "ann-again");
    EXPECT_THAT(school.texts("ann", group), ElementsAre("ann-again"));
    EXPECT_THAT(school.replayed_text("ann"), Not(HasSubstr("without-ann")));
}

TEST_F(Messages, OfSomebodyWhoHasLeftAreNotHisAnyMore) {
    const std::string group = school.group("sam", {"sue", "tim"});
    const std::string id = school.say("sue", group, "mine").at("id");
    school.must("sam", "conversation:remove", {{"conversation", group}, {"user", "sue"}});
    EXPECT_EQ(school.outcome("sue", "message:update", {{"message", id}, {"text", "x"}}),
              "not_found message");
    EXPECT_EQ(school.outcome("sue", "message:delete", {{"message", id}}), "not_found message");
    EXPECT_THAT(school.texts("tim", group), ElementsAre("mine"));
}

TEST_F(Messages, AreNotForTheDisabledAndTheDeleted) {
    const std::string group = school.group("sam", {"sue", "tim"});
    school.say("tim", group, "one");
    school.directory.apply(Edit{}.put(campus::disabled_user("sue")));
    EXPECT_THAT(school.texts("sue", group), ElementsAre("not_found"));
    EXPECT_THAT(school.replay("sue"), IsEmpty());
    school.events();
    school.say("tim", group, "two");
    EXPECT_THAT(school.told(), ElementsAre("message:created: sam tim"));
    school.directory.apply(Edit{}.remove_user("sue"));
    EXPECT_THAT(school.replay("sue"), IsEmpty());
    // The name that she had.
    EXPECT_EQ(school.listed("sam", group).at("members").at(1).at("name"), "sue");
}

TEST_F(Messages, LetOnlyTheOwnerChangeAGroup) {
    const std::string group = school.group("sam", {"sue", "tim"});
    EXPECT_EQ(
        school.outcome("sue", "conversation:add", {{"conversation", group}, {"users", {"ann"}}}),
        "forbidden conversation");
    EXPECT_EQ(
        school.outcome("sue", "conversation:remove", {{"conversation", group}, {"user", "tim"}}),
        "forbidden conversation");
    EXPECT_EQ(
        school.outcome("sam", "conversation:remove", {{"conversation", group}, {"user", "ann"}}),
        "not_found user");
    EXPECT_EQ(
        school.outcome("sue", "conversation:remove", {{"conversation", group}, {"user", "sue"}}),
        "ok");
    school.must("sam", "conversation:leave", {{"conversation", group}});
    EXPECT_EQ(school.listed("tim", group).at("owner"), "tim");
    EXPECT_EQ(
        school.outcome("tim", "conversation:add", {{"conversation", group}, {"users", {"sue"}}}),
        "ok");
    const std::string two = school.send("sam", "sue").at("conversation");
    EXPECT_EQ(school.outcome("sam", "conversation:leave", {{"conversation", two}}),
              "conflict conversation");
    EXPECT_EQ(
        school.outcome("sam", "conversation:add", {{"conversation", two}, {"users", {"tim"}}}),
        "conflict conversation");
}

TEST_F(Messages, LetTheNextOneLeadAGroupWhoseOwnerIsNotThere) {
    const std::string group = school.group("sam", {"sue", "tim"});
    campus::User sam = campus::user("sam");
    sam.enabled = false;
    school.directory.apply(Edit{}.put(sam));
    EXPECT_EQ(school.listed("tim", group).at("owner"), "sue");
    EXPECT_EQ(
        school.outcome("sue", "conversation:remove", {{"conversation", group}, {"user", "sam"}}),
        "ok");
    EXPECT_EQ(
        school.outcome("tim", "conversation:add", {{"conversation", group}, {"users", {"ann"}}}),
        "forbidden conversation");
}

TEST_F(Messages, BringNobodyTogetherWhomTheSchoolKeepsApart) {
    const auto create = [&](Json users) {
        return school.outcome("sue", "conversation:create", {{"users", std::move(users)}});
    };
    EXPECT_EQ(create({"sam", "pat"}), "not_found users");
    EXPECT_EQ(create({"sam", "nobody"}), "not_found users");
    EXPECT_EQ(create({"sam", "dan"}), "not_found users");
    // She may write to both, they not to each other.
    school.directory.apply(Edit{}.put(campus::enrolled("sue", "art")));
    EXPECT_EQ(create({"sam", "pat"}), "forbidden users");
    EXPECT_EQ(create({"pat", "tom"}), "ok");
}

TEST_F(Messages, OfAGroupStopWhenOneOfItMayNotBeWrittenToAnyMore) {
    const std::string group = school.group("sam", {"sue", "tim"});
    school.directory.apply(Edit{}
                               .remove_enrollment("sue|physics")
                               .remove_enrollment("sue|chemistry")
                               .put(campus::enrolled("sue", "art")));
    const Json more{{"to", {{"conversation", group}}}, {"text", "x"}};
    const auto refused = school.call("sam", "message:send", more);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, Code::forbidden);
    EXPECT_THAT(refused.error().message, testing::HasSubstr("write to sue any more"));
    EXPECT_EQ(school.outcome("sue", "message:send", more), "forbidden to");
    school.must("sam", "conversation:remove", {{"conversation", group}, {"user", "sue"}});
    EXPECT_EQ(school.outcome("tim", "message:send", more), "ok");
}

TEST_F(Messages, KnowWhoIsInAGroupAfterARestart) {
    const std::string one = school.group("sam", {"sue"});
    const std::string other = school.group("tim", {"sue", "ann"});
    school.must("sue", "conversation:leave", {{"conversation", other}});
    campus::Directory fresh;
    school.load_into(fresh);
    const auto is_in = [&](const std::string& group, const char* user) {
        return fresh.conversations().contains(campus::conversation_room(group), user);
    };
    EXPECT_TRUE(is_in(one, "sam") && is_in(one, "sue"));
    EXPECT_TRUE(is_in(other, "tim") && is_in(other, "ann"));
    EXPECT_FALSE(is_in(other, "sue") || is_in(one, "tim"));
}

}  // namespace
}  // namespace homeroom::features::messages
