// Any sequence of messages, groups, readings, blocks and changes of the roster: what each reads,
// counts and is told, then and later, agrees with plain lists of them. Nothing extra, nothing
// missing.
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <set>

#include "base/test_draw.h"
#include "features/messages/test_messages.h"

namespace homeroom::features::messages {
namespace {

using test::below;
using Users = std::vector<std::string>;
using UserSet = std::set<std::string>;

// All of one course, except that sam comes and goes.
const Users people{"sam", "sue", "tim", "ann"};

struct MessageModel {
    std::string id{};
    std::string author{};
    std::string text{};
    UserSet told{};     // when it was written
    UserSet viewers{};  // after those who blocked its author later, and it was edited
    bool deleted = false;
};

struct ConversationModel {
    std::string id{};
    bool group = false;
    Users members{};
    UserSet shown{};
    std::map<std::string, std::size_t> joined{};  // he sees messages from this place on
    std::map<std::string, std::size_t> read{};    // and has read up to this one
    std::vector<MessageModel> messages{};

    bool is_in(const std::string& user) const { return shown.contains(user); }
    bool has(const std::string& user) const {
        return std::ranges::find(members, user) != members.end();
    }
    bool sees(const std::string& user, std::size_t place) const {
        const auto& message = messages[place];
        return is_in(user) && !message.deleted && message.viewers.contains(user) &&
               place >= joined.at(user);
    }
    UserSet who_sees(std::size_t place) const {
        UserSet users;
        for (const auto& user : shown) {
            if (sees(user, place)) users.insert(user);
        }
        return users;
    }
    // Also one to whom it is not shown.
    std::string owner() const { return members.empty() ? "" : members.front(); }
};

class Machine {
public:
    void step() {
        const auto user = *rc::gen::elementOf(people);
        const auto other = *rc::gen::elementOf(people);
        const auto what = below(20);
        if (what < 4) return write_to(user, other);
        if (what == 4 || conversations_.empty()) return make_group(user);
        if (what == 5) return set_block(user, other);
        if (what == 6 && user == "sam") return change_roster();
        auto& conversation = conversations_[below(conversations_.size())];
        if (what < 11) return write_in(user, conversation);
        // Mostly who may: what is refused teaches less.
        const bool rightly = below(4) > 0;
        const auto owner = rightly && conversation.group ? conversation.owner() : user;
        if (what == 11) return add(owner.empty() ? user : owner, conversation, other);
        if (what == 12) return take_out(owner.empty() ? user : owner, conversation, other);
        if (what == 13) return take_out(user, conversation, user);
        if (conversation.messages.empty()) return;
        const auto place = below(conversation.messages.size());
        const auto& author = rightly ? conversation.messages[place].author : user;
        if (what < 16) return update(author, conversation, place);
        if (what == 16) return remove(author, conversation, place);
        read(user, conversation, place);
    }

    void must_agree() {
        for (const auto& user : people) {
            std::size_t listed = 0;
            for (const auto& conversation : conversations_) {
                listed += conversation.is_in(user) ? 1U : 0U;
                must_agree(user, conversation);
            }
            RC_ASSERT(school_.conversations_of(user) == listed);
            must_replay(user);
        }
    }

private:
    bool may_write(const std::string& one, const std::string& other) const {
        return sam_is_there_ || (one != "sam" && other != "sam");
    }
    bool blocks(const std::string& one, const std::string& other) const {
        return blocks_.contains({one, other});
    }
    UserSet without_blockers_of(const std::string& author, const UserSet& users) const {
        UserSet rest;
        for (const auto& user : users) {
            if (!blocks(user, author)) rest.insert(user);
        }
        return rest;
    }

    // Carries out a request; gives the answer, or null when the model says that it must be refused.
    Json expect(const std::string& user, const char* name, const Json& body, bool allowed) {
        auto result = school_.call(user, name, body);
        if (result.ok() != allowed) {
            RC_FAIL(user + " " + name + " " + body.dump() +
                    (allowed ? " was refused: " + result.error().message : " was allowed"));
        }
        if (!allowed) {
            RC_ASSERT(school_.events().empty());
            return nullptr;
        }
        return *result;
    }
    // Exactly these events, each to exactly these people.
    void must_be_told(const std::vector<std::pair<std::string, UserSet>>& expected) {
        std::vector<std::pair<std::string, UserSet>> told;
        for (const auto& event : school_.events()) {
            const auto viewers = school_.viewers(event);
            told.emplace_back(event.type, UserSet(viewers.begin(), viewers.end()));
        }
        std::vector<std::pair<std::string, UserSet>> wanted;
        for (const auto& one : expected) {
            if (!one.second.empty()) wanted.push_back(one);
        }
        RC_ASSERT(told == wanted);
    }

    ConversationModel* between(const std::string& one, const std::string& other) {
        for (auto& conversation : conversations_) {
            if (!conversation.group && conversation.has(one) && conversation.has(other))
                return &conversation;
        }
        return nullptr;
    }

    void written(ConversationModel& conversation, const std::string& user, const std::string& text,
                 const Json& answer) {
        if (!conversation.group) {
            for (const auto& member : conversation.members) {
                if (member == user || !blocks(member, user)) conversation.shown.insert(member);
            }
        }
        MessageModel message{.id = answer.at("message").at("id"), .author = user, .text = text};
        message.viewers = message.told = without_blockers_of(user, conversation.shown);
        must_be_told({{"message:created", message.told}});
        conversation.messages.push_back(std::move(message));
    }

    void write_to(const std::string& user, const std::string& other) {
        const std::string text = next_text();
        const bool allowed = user != other && may_write(user, other) && !blocks(user, other);
        const Json answer =
            expect(user, "message:send", {{"to", {{"user", other}}}, {"text", text}}, allowed);
        if (!allowed) return;
        ConversationModel* conversation = between(user, other);
        if (conversation == nullptr) {
            ConversationModel made{.id = answer.at("message").at("conversation"),
                                   .members = {user, other}};
            made.joined = {{user, 0}, {other, 0}};
            conversations_.push_back(std::move(made));
            conversation = &conversations_.back();
        }
        RC_ASSERT(answer.at("message").at("conversation") == conversation->id);
        written(*conversation, user, text, answer);
    }

    bool may_write_in(const std::string& user, const ConversationModel& conversation) const {
        return conversation.is_in(user) &&
               std::ranges::all_of(conversation.members, [&](const std::string& member) {
                   return member == user || (may_write(user, member) &&
                                             (conversation.group || !blocks(user, member)));
               });
    }

    void write_in(const std::string& user, ConversationModel& conversation) {
        const std::string text = next_text();
        const bool allowed = may_write_in(user, conversation);
        const Json answer =
            expect(user, "message:send",
                   {{"to", {{"conversation", conversation.id}}}, {"text", text}}, allowed);
        if (allowed) written(conversation, user, text, answer);
    }

    bool may_bring_in(const std::string& user, const Users& others, const Users& members) const {
        const auto mutual = [&](const std::string& one, const std::string& other) {
            return one == other || may_write(one, other);
        };
        return std::ranges::all_of(others, [&](const std::string& one) {
            return !blocks(user, one) && may_write(user, one) &&
                   std::ranges::all_of(others, [&](const auto& two) { return mutual(one, two); }) &&
                   std::ranges::all_of(members, [&](const auto& two) { return mutual(one, two); });
        });
    }

    void bring_in(const std::string& user, ConversationModel& conversation, const Users& others) {
        for (const auto& one : others) {
            conversation.members.push_back(one);
            conversation.joined[one] = conversation.messages.size();
            conversation.read.erase(one);
            if (!blocks(one, user)) conversation.shown.insert(one);
        }
    }

    void make_group(const std::string& user) {
        Users others;
        for (const auto& one : people) {
            if (one != user && *rc::gen::arbitrary<bool>()) others.push_back(one);
        }
        if (others.empty()) return;
        const bool allowed = may_bring_in(user, others, {user});
        const Json answer = expect(user, "conversation:create", {{"users", others}}, allowed);
        if (!allowed) return;
        ConversationModel made{.id = answer.at("conversation").at("id"), .group = true};
        bring_in(user, made, {user});
        bring_in(user, made, others);
        must_be_told({{"conversation:created", made.shown}});
        conversations_.push_back(std::move(made));
    }

    void add(const std::string& user, ConversationModel& conversation, const std::string& other) {
        if (user == other) return;
        const bool is_owner =
            conversation.group && conversation.is_in(user) && conversation.owner() == user;
        const bool there = conversation.has(other);
        // Not each with each of those who are in it already: all of them with all, as it is now.
        bool allowed = is_owner;
        if (allowed && !there) {
            Users all = conversation.members;
            all.push_back(other);
            allowed = may_bring_in(user, {other}, conversation.members);
            for (const auto& one : all) {
                for (const auto& two : all)
                    allowed = allowed && (one == two || may_write(one, two));
            }
        }
        expect(user, "conversation:add", {{"conversation", conversation.id}, {"users", {other}}},
               allowed);
        if (!allowed || there) return;
        const UserSet earlier = conversation.shown;
        bring_in(user, conversation, {other});
        UserSet added;
        if (conversation.is_in(other)) added.insert(other);
        must_be_told({{"conversation:created", added}, {"conversation:changed", earlier}});
    }

    void take_out(const std::string& user, ConversationModel& conversation,
                  const std::string& other) {
        const bool allowed = conversation.group && conversation.is_in(user) &&
                             (user == other || conversation.owner() == user) &&
                             conversation.has(other);
        expect(user, "conversation:remove", {{"conversation", conversation.id}, {"user", other}},
               allowed);
        if (!allowed) return;
        const bool was_shown = conversation.shown.erase(other) > 0;
        std::erase(conversation.members, other);
        must_be_told({{"conversation:changed", conversation.shown},
                      {"conversation:left", was_shown ? UserSet{other} : UserSet{}}});
    }

    void update(const std::string& user, ConversationModel& conversation, std::size_t place) {
        auto& message = conversation.messages[place];
        const std::string text = next_text();
        const bool allowed = conversation.sees(user, place) && message.author == user &&
                             may_write_in(user, conversation);
        expect(user, "message:update", {{"message", message.id}, {"text", text}}, allowed);
        if (!allowed) return;
        message.text = text;
        const UserSet before = conversation.who_sees(place);
        // Also those who are not in it now: whoever comes back finds it gone.
        for (const auto& member : conversation.members) {
            if (blocks(member, user)) message.viewers.erase(member);
        }
        const UserSet after = conversation.who_sees(place);
        UserSet lost;
        std::ranges::set_difference(before, after, std::inserter(lost, lost.end()));
        must_be_told({{"message:deleted", lost}, {"message:updated", after}});
    }

    void remove(const std::string& user, ConversationModel& conversation, std::size_t place) {
        auto& message = conversation.messages[place];
        const bool allowed = conversation.sees(user, place) && message.author == user;
        const UserSet viewers = conversation.who_sees(place);
        expect(user, "message:delete", {{"message", message.id}}, allowed);
        if (!allowed) return;
        message.deleted = true;
        must_be_told({{"message:deleted", viewers}});
    }

    void read(const std::string& user, ConversationModel& conversation, std::size_t place) {
        const bool allowed = conversation.sees(user, place);
        const Json answer =
            expect(user, "message:read",
                   {{"conversation", conversation.id}, {"upTo", conversation.messages[place].id}},
                   allowed);
        if (!allowed) return;
        auto& up_to = conversation.read[user];
        const bool further = place + 1 > up_to;
        up_to = std::max(up_to, place + 1);
        const auto told = without_blockers_of(user, conversation.who_sees(place));
        must_be_told({{"message:read", further ? told : UserSet{}}});
        RC_ASSERT(answer.at("unread") == unread(user, conversation));
        RC_ASSERT(answer.at("upTo") == conversation.messages[up_to - 1].id);
    }

    void set_block(const std::string& user, const std::string& other) {
        if (user == other) return;
        const bool on = !blocks(user, other);
        expect(user, "block:set", {{"user", other}, {"on", on}}, true);
        must_be_told({{"block:changed", {user}}});
        if (on) {
            blocks_.emplace(user, other);
        } else {
            blocks_.erase({user, other});
        }
    }

    void change_roster() {
        sam_is_there_ = !sam_is_there_;
        if (sam_is_there_) {
            school_.directory.apply(campus::Edit{}.put(campus::enrolled("sam", "physics")));
        } else {
            school_.directory.apply(campus::Edit{}.remove_enrollment("sam|physics"));
        }
    }

    std::int64_t unread(const std::string& user, const ConversationModel& conversation) const {
        std::int64_t count = 0;
        const auto read = conversation.read.find(user);
        const std::size_t from = read == conversation.read.end() ? 0 : read->second;
        for (std::size_t place = from; place < conversation.messages.size(); ++place) {
            if (conversation.sees(user, place) && conversation.messages[place].author != user)
                ++count;
        }
        return count;
    }

    void must_agree(const std::string& user, const ConversationModel& conversation) {
        if (!conversation.is_in(user)) {
            RC_ASSERT(school_.texts(user, conversation.id) == Users{"not_found"});
            return;
        }
        Users texts;
        for (std::size_t place = 0; place < conversation.messages.size(); ++place) {
            if (conversation.sees(user, place)) texts.push_back(conversation.messages[place].text);
        }
        RC_ASSERT(school_.texts(user, conversation.id) == texts);
        const Json view = school_.listed(user, conversation.id);
        RC_ASSERT(view.at("unread") == unread(user, conversation));
        RC_ASSERT(view.at("members").size() == conversation.members.size());
        if (conversation.group) RC_ASSERT(view.at("owner") == conversation.owner());
        RC_ASSERT(view.at("lastMessage").is_null() == texts.empty());
        if (!texts.empty()) RC_ASSERT(view.at("lastMessage").at("text") == texts.back());
    }

    // Of all messages that were ever written, a client that was away gets those that were told to
    // him since he came (the last time), if he is in their conversation now, and no word of the
    // others.
    void must_replay(const std::string& user) {
        UserSet expected;
        for (const auto& conversation : conversations_) {
            if (!conversation.is_in(user)) continue;
            for (auto place = conversation.joined.at(user); place < conversation.messages.size();
                 ++place) {
                const auto& message = conversation.messages[place];
                if (!message.deleted && message.told.contains(user)) expected.insert(message.id);
            }
        }
        UserSet replayed;
        for (const auto& event : school_.replay(user)) {
            if (event.type != "message:created") continue;
            replayed.insert(Json::parse(event.payload).at("message").at("id"));
        }
        RC_ASSERT(replayed == expected);
    }

    std::string next_text() { return "text " + std::to_string(++texts_); }

    MessagesUnderTest school_{};
    std::vector<ConversationModel> conversations_{};
    std::set<std::pair<std::string, std::string>> blocks_{};
    bool sam_is_there_ = true;
    int texts_ = 0;
};

TEST(MessagesModel, AgreesAfterAnySequenceOfRequests) {
    EXPECT_TRUE(rc::check("what each reads, counts and is told is what was written to him", [] {
        Machine machine;
        const int steps = *rc::gen::inRange(1, 100);
        for (int i = 0; i < steps; ++i) machine.step();
        machine.must_agree();
    }));
}

}  // namespace
}  // namespace homeroom::features::messages
