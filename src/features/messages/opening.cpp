#include "features/messages/opening.h"

#include <algorithm>

#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "campus/contact.h"
#include "campus/roster/room_name.h"
#include "features/messages/blocks.h"

namespace homeroom::features::messages {
namespace {

using campus::Contact;
using campus::WriteCall;

constexpr auto opening_period = std::chrono::minutes{1};

Error blocked_by_himself(const char* field) {
    return Error{Code::forbidden, "you block this person", field};
}

// One error for somebody who is not there and somebody of whom the caller may not know.
Error unreachable(const char* field) {
    return Error{Code::not_found, "there is nobody of this id whom you may write to", field};
}

Error refused(const char* field) {
    return Error{Code::forbidden, "your school does not let you write to this person", field};
}

// It says who, because the others can go on once he is taken out.
Error refused_in_group(const campus::Directory& directory, const Member& member,
                       const char* field) {
    const auto person = directory.person(member.id);
    return Error{Code::forbidden,
                 "your school does not let you write to " + (person ? person->name : member.name) +
                     " any more, who is in this conversation",
                 field};
}

Status show(store::Database& db, const Conversation& conversation, std::string_view user) {
    return db
        .statement("UPDATE conversation_members SET shown = 1 WHERE conversation = ? AND user = ?")
        .bind_all(std::string_view{conversation.id}, user)
        .run();
}

Member* find_member(Conversation& conversation, std::string_view user) {
    const auto found = std::ranges::find(conversation.members, user, &Member::id);
    return found == conversation.members.end() ? nullptr : &*found;
}

}  // namespace

Status allow_opening(const WriteCall& call) {
    const auto now = wall_now();
    auto select = call.transaction.db().statement(
        "SELECT count(*), min(created_ms) FROM conversations"
        " WHERE creator = ? AND created_ms > ?");
    select.bind_all(std::string_view{call.who.user},
                    std::int64_t{(now - opening_period).time_since_epoch().count()});
    TRY([[maybe_unused]] const bool row, select.step());
    if (select.number(0) < static_cast<std::int64_t>(limits::conversations_created_per_minute_max))
        return Ok{};
    const auto oldest = std::chrono::milliseconds{select.number(1)};
    return Error{Code::rate_limited, "too many new conversations; wait a little", "",
                 oldest + opening_period - now.time_since_epoch()};
}

Result<Conversation> open_conversation(WriteCall& call, std::string_view pair, std::string title) {
    Conversation conversation{
        .id = make_ulid(wall_now()), .group = pair.empty(), .title = std::move(title)};
    TRY_OK(call.transaction.db()
               .statement("INSERT INTO conversations (id, pair, title, creator, created_ms)"
                          " VALUES (?, NULLIF(?, ''), ?, ?, ?)")
               .bind_all(std::string_view{conversation.id}, pair,
                         std::string_view{conversation.title}, std::string_view{call.who.user},
                         std::int64_t{wall_now().time_since_epoch().count()})
               .run());
    TRY_OK(add_member(call, conversation, call.who.user, true));
    return conversation;
}

Status add_member(WriteCall& call, Conversation& conversation, const std::string& user,
                  bool shown) {
    auto& db = call.transaction.db();
    TRY(const auto last_row, last_message_row(db));
    const auto person = call.directory.person(user);
    Member member{.id = user,
                  .name = person ? person->name : user,
                  .shown = shown,
                  .joined_row = last_row,
                  .active_row = last_row,
                  .since = call.transaction.moment()};
    TRY_OK(db.statement("INSERT INTO conversation_members"
                        " (conversation, user, name, shown, joined_row, active_row, since)"
                        " VALUES (?, ?, ?, ?, ?, ?, ?)")
               .bind_all(std::string_view{conversation.id}, std::string_view{user},
                         std::string_view{member.name}, std::int64_t{shown}, last_row, last_row,
                         static_cast<std::int64_t>(member.since))
               .run());
    conversation.members.push_back(std::move(member));
    return Ok{};
}

Result<Conversation> conversation_with(WriteCall& call, const std::string& other,
                                       const char* field) {
    auto& db = call.transaction.db();
    const std::string& self = call.who.user;
    if (other == self) return Error{Code::invalid, "this is you yourself", field};
    TRY(auto existing, load_conversation_between(db, self, other));
    const bool acquainted = existing && existing->find_shown(self) != nullptr;
    switch (contact_between(call.policy.messages, call.directory, self, other)) {
        case Contact::allowed: break;
        case Contact::refused: return refused(field);
        case Contact::stranger: return acquainted ? refused(field) : unreachable(field);
    }
    if (existing) {
        // He takes up by himself what he had not seen while he blocked the other.
        find_member(*existing, self)->shown = true;
        TRY_OK(show(db, *existing, self));
        return std::move(*existing);
    }
    TRY_OK(allow_opening(call));
    TRY(auto opened, open_conversation(call, pair_of(self, other), ""));
    // It is shown to the other with the first message that he may see.
    TRY_OK(add_member(call, opened, other, false));
    return opened;
}

Status require_may_write(const Writer& writer, const Conversation& conversation,
                         const char* field) {
    const auto& [db, directory, school, self] = writer;
    const auto& policy = school.messages;
    for (const Member& member : conversation.members) {
        if (member.id == self) continue;
        // In a group those who are not there now stand in nobody's way; alone they do.
        const bool absent = !directory.is_member(member.id, "global");
        if (absent && conversation.group) continue;
        if (contact_between(policy, directory, self, member.id) != Contact::allowed) {
            return conversation.group ? refused_in_group(directory, member, field) : refused(field);
        }
        if (conversation.group) continue;
        TRY(const bool blocked, is_blocked(db, self, member.id));
        if (blocked) return blocked_by_himself(field);
    }
    if (is_supervised_enough(policy, directory, conversation.ids())) return Ok{};
    return Error{Code::forbidden,
                 "your school wants staff to be able to read this, and you have none in common",
                 field};
}

Status require_may_write(const WriteCall& call, const Conversation& conversation,
                         const char* field) {
    return require_may_write(
        Writer{call.transaction.db(), call.directory, call.policy, call.who.user}, conversation,
        field);
}

}  // namespace homeroom::features::messages
