#include <algorithm>

#include "base/limits.h"
#include "campus/contact.h"
#include "campus/contract_json.h"
#include "campus/roster/room_name.h"
#include "features/messages/blocks.h"
#include "features/messages/opening.h"
#include "features/messages/records.h"
#include "features/messages/requests.h"
#include "features/messages/view.h"

namespace homeroom::features::messages {
namespace {

using campus::Contact;

// Distinct ids, not the caller's own.
Result<std::vector<std::string>> requested_users(const WriteCall& call, const Json& request) {
    const Error wrong{Code::invalid, "users must be a list of user ids", "users"};
    const auto found = request.find("users");
    if (found == request.end() || !found->is_array() || found->empty()) return wrong;
    if (found->size() >= limits::conversation_members_max) {
        return Error{Code::too_large,
                     "a conversation has at most " +
                         std::to_string(limits::conversation_members_max) + " members",
                     "users"};
    }
    std::vector<std::string> users;
    for (const Json& user : *found) {
        if (!user.is_string()) return wrong;
        const auto& id = user.get_ref<const std::string&>();
        if (id != call.who.user && std::ranges::find(users, id) == users.end()) users.push_back(id);
    }
    if (users.empty()) return Error{Code::invalid, "users names nobody but yourself", "users"};
    return users;
}

Result<std::string> requested_title(const Json& request) {
    TRY(const auto title,
        campus::optional_text(request, "title", limits::conversation_title_bytes_max));
    if (!title) return std::string{};
    return campus::required_words(request, "title", limits::conversation_title_bytes_max);
}

// Whether the caller may bring them together with those who are in it already.
Status check_company(const WriteCall& call, const std::vector<std::string>& users,
                     std::vector<std::string> members) {
    const auto& policy = call.policy.messages;
    for (const std::string& user : users) {
        switch (contact_between(policy, call.directory, call.who.user, user)) {
            case Contact::allowed: break;
            case Contact::refused:
                return Error{Code::forbidden, "your school does not let you write to all of them",
                             "users"};
            case Contact::stranger:
                return Error{Code::not_found, "users names somebody whom you may not write to",
                             "users"};
        }
        TRY(const bool blocked, is_blocked(call.transaction.db(), call.who.user, user));
        if (blocked) return Error{Code::forbidden, "you block one of them", "users"};
    }
    members.insert(members.end(), users.begin(), users.end());
    if (!may_all_write(policy, call.directory, members)) {
        return Error{Code::forbidden, "your school does not let all of them write to each other",
                     "users"};
    }
    if (!is_supervised_enough(policy, call.directory, members)) {
        return Error{
            Code::forbidden,
            "your school wants staff to be able to read this, and they have none in common",
            "users"};
    }
    return Ok{};
}

// Whoever blocks the caller becomes a member for everybody's eyes but his own.
Status bring_in(WriteCall& call, Conversation& conversation,
                const std::vector<std::string>& users) {
    for (const std::string& user : users) {
        TRY(const bool blocked, is_blocked(call.transaction.db(), user, call.who.user));
        TRY_OK(add_member(call, conversation, user, !blocked));
    }
    call.conversations.push_back(conversation.members_now());
    return Ok{};
}

Result<Conversation> requested_group(const WriteCall& call, const Json& request) {
    TRY(const auto id,
        campus::required_text(request, "conversation", limits::identifier_bytes_max));
    TRY(auto conversation, joined_conversation(call.transaction.db(), call.directory, call.who.user,
                                               id, "conversation"));
    if (!conversation.group) {
        return Error{Code::conflict, "a conversation between two has no other members",
                     "conversation"};
    }
    return conversation;
}

Status require_owner(const WriteCall& call, const Conversation& conversation) {
    // The caller himself is in it and on the roster, so there is one.
    if (conversation.owner(call.directory)->id == call.who.user) return Ok{};
    return Error{Code::forbidden, "only its owner may change who is in this conversation",
                 "conversation"};
}

Json changed_view(const WriteCall& call, const Conversation& conversation) {
    return Json{{"conversation", conversation_view(call.policy, call.directory, conversation)}};
}

// From this commit on he is not in it; he is told so, and the others who is.
Result<Json> take_out(WriteCall& call, Conversation conversation, const std::string& user) {
    const bool shown = conversation.find_shown(user) != nullptr;
    TRY_OK(call.transaction.db()
               .statement("DELETE FROM conversation_members WHERE conversation = ? AND user = ?")
               .bind_all(std::string_view{conversation.id}, std::string_view{user})
               .run());
    std::erase_if(conversation.members, [&](const Member& member) { return member.id == user; });
    call.conversations.push_back(conversation.members_now());
    TRY_OK(announce(call, "conversation:changed", conversation, conversation.shown_to(), "",
                    changed_view(call, conversation)));
    const Json left{{"conversation", conversation.id}};
    if (!shown) return left;
    TRY_OK(call.transaction.publish(
        {.type = "conversation:left",
         .audience =
             campus::Audience::members(campus::room_name(campus::RoomKind::user, user)).stored(),
         .by_json = campus::by_json(call.who),
         .body = left.dump()}));
    return left;
}

}  // namespace

Result<Json> create_conversation(WriteCall& call, const Json& request) {
    TRY(const auto users, requested_users(call, request));
    TRY(auto title, requested_title(request));
    TRY_OK(check_company(call, users, {call.who.user}));
    TRY_OK(allow_opening(call));
    TRY(auto conversation, open_conversation(call, "", std::move(title)));
    TRY_OK(bring_in(call, conversation, users));
    Json answer = changed_view(call, conversation);
    TRY_OK(
        announce(call, "conversation:created", conversation, conversation.shown_to(), "", answer));
    return answer;
}

Result<Json> add_members(WriteCall& call, const Json& request) {
    TRY(auto users, requested_users(call, request));
    TRY(auto conversation, requested_group(call, request));
    TRY_OK(require_owner(call, conversation));
    std::erase_if(users,
                  [&](const std::string& user) { return conversation.find(user) != nullptr; });
    if (users.empty()) return changed_view(call, conversation);
    if (conversation.members.size() + users.size() > limits::conversation_members_max) {
        return Error{Code::too_large,
                     "a conversation has at most " +
                         std::to_string(limits::conversation_members_max) + " members",
                     "users"};
    }
    TRY_OK(check_company(call, users, conversation.ids()));
    auto earlier = conversation.shown_to();
    TRY_OK(bring_in(call, conversation, users));
    auto added = conversation.shown_to();
    added.erase(added.begin(), added.begin() + static_cast<std::ptrdiff_t>(earlier.size()));
    Json answer = changed_view(call, conversation);
    TRY_OK(announce(call, "conversation:created", conversation, std::move(added), "", answer));
    TRY_OK(announce(call, "conversation:changed", conversation, std::move(earlier), "", answer));
    return answer;
}

Result<Json> remove_member(WriteCall& call, const Json& request) {
    TRY(const auto user, campus::required_text(request, "user", limits::identifier_bytes_max));
    TRY(auto conversation, requested_group(call, request));
    if (user != call.who.user) TRY_OK(require_owner(call, conversation));
    if (conversation.find(user) == nullptr)
        return Error{Code::not_found, "there is no such member", "user"};
    return take_out(call, std::move(conversation), user);
}

Result<Json> leave_conversation(WriteCall& call, const Json& request) {
    TRY(auto conversation, requested_group(call, request));
    return take_out(call, std::move(conversation), call.who.user);
}

}  // namespace homeroom::features::messages
