#include <algorithm>

#include "base/limits.h"
#include "campus/contract_json.h"
#include "campus/page.h"
#include "features/messages/blocks.h"
#include "features/messages/records.h"
#include "features/messages/requests.h"
#include "features/messages/view.h"
#include "store/journal.h"

namespace homeroom::features::messages {
namespace {

constexpr std::size_t seq_digits = 16;

Error gone() {
    return Error{Code::not_found, "there is no such conversation", "conversation"};
}

// A place in the list of conversations, which several may share by their last message's row; `next`
// gives it, `before` takes it.
struct Place {
    std::int64_t row = INT64_MAX;
    std::string conversation{};
};

std::string to_text(const Place& place) {
    return store::to_text(static_cast<store::Seq>(place.row)) + place.conversation;
}

Result<Place> requested_place(const Json& request) {
    TRY(const auto before, campus::optional_text(request, "before", limits::identifier_bytes_max));
    if (!before) return Place{};
    const auto row = store::seq_from_text(std::string_view{*before}.substr(0, seq_digits));
    if (!row) return Error{Code::invalid, "before is not a `next` of an earlier answer", "before"};
    return Place{static_cast<std::int64_t>(*row), before->substr(seq_digits)};
}

Result<std::vector<Place>> load_places(store::Database& db, std::string_view user,
                                       const Place& before, std::size_t limit) {
    auto select = db.statement(
        "SELECT active_row, conversation FROM conversation_members"
        " WHERE user = ?1 AND shown <> 0 AND (active_row, conversation) < (?2, ?3)"
        " ORDER BY active_row DESC, conversation DESC LIMIT ?4");
    select.bind_all(user, before.row, std::string_view{before.conversation},
                    static_cast<std::int64_t>(limit));
    std::vector<Place> places;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return places;
        places.push_back({select.number(0), std::string{select.text(1)}});
    }
}

// The last message of those that `member` has read which `self` may see: what is hidden from him is
// one that never was, and so is a mark on it. Of one that was deleted since nobody knows from whom
// it was hidden.
Result<Json> read_up_to(store::Database& db, const Conversation& conversation, const Member& member,
                        const Member& self) {
    if (member.read_row <= self.joined_row) return Json(nullptr);
    TRY(const bool seen, is_there_for(db, member.read_message, self.id));
    if (seen) return Json(member.read_message);
    TRY(const auto earlier, load_messages(db, {.conversation = conversation.id,
                                               .user = self.id,
                                               .joined_row = self.joined_row,
                                               .before = member.read_row,
                                               .limit = 1}));
    return earlier.empty() ? Json(nullptr) : Json(earlier.front().id);
}

// How far each has read, as far as this member may know: not what was before he came, nor of those
// whom he blocks.
Result<Json> members_json(store::Database& db, Json members, const Conversation& conversation,
                          const Member& self, const std::unordered_set<std::string>& blocked) {
    for (std::size_t i = 0; i < members.size(); ++i) {
        const Member& member = conversation.members[i];
        Json& read = members[i]["readUpTo"];
        if (blocked.contains(member.id)) continue;  // null
        TRY(read, read_up_to(db, conversation, member, self));
    }
    return members;
}

// As this member sees it.
Result<Json> own_conversation_view(ReadCall& call, const Conversation& conversation,
                                   const Member& self,
                                   const std::unordered_set<std::string>& blocked) {
    Json view = conversation_view(call.policy, call.directory, conversation);
    TRY(view["members"],
        members_json(call.db, std::move(view["members"]), conversation, self, blocked));
    TRY(const auto last, load_messages(call.db, {.conversation = conversation.id,
                                                 .user = self.id,
                                                 .joined_row = self.joined_row,
                                                 .limit = 1}));
    view["lastMessage"] = last.empty() ? Json(nullptr) : message_view(call.directory, last.front());
    TRY(view["unread"], count_unread(call.db, conversation, self));
    return view;
}

}  // namespace

Result<Json> list_messages(ReadCall& call, const Json& request) {
    TRY(const auto id,
        campus::required_text(request, "conversation", limits::identifier_bytes_max));
    TRY(const auto before, campus::requested_page(request));
    TRY(const auto limit,
        campus::requested_limit(request, limits::messages_page_default, limits::messages_page_max));
    TRY(const auto conversation,
        joined_conversation(call.db, call.directory, call.who.user, id, "conversation"));
    const Member& self = *conversation.find_shown(call.who.user);
    TRY(auto messages, load_messages(call.db, {.conversation = conversation.id,
                                               .user = self.id,
                                               .joined_row = self.joined_row,
                                               .before = before,
                                               .limit = limit + 1}));
    TRY(auto page, campus::make_page(messages, limit, [&](const Message& message) -> Result<Json> {
            return message_view(call.directory, message);
        }));
    if (!is_still_in(call.directory, conversation, self.id)) return gone();
    return Json{{"messages", std::move(page.views)}, {"next", std::move(page.next)}};
}

Result<Json> list_conversations(ReadCall& call, const Json& request) {
    TRY(const auto before, requested_place(request));
    TRY(const auto limit, campus::requested_limit(request, limits::conversations_page_default,
                                                  limits::conversations_page_max));
    TRY(auto places, load_places(call.db, call.who.user, before, limit + 1));
    TRY(const auto blocked, blocked_by(call.db, call.who.user));
    const bool more = places.size() > limit;
    if (more) places.pop_back();
    std::vector<Conversation> conversations;
    std::vector<Json> views;
    for (const Place& place : places) {
        TRY(auto conversation, joined_conversation(call.db, call.directory, call.who.user,
                                                   place.conversation, "conversation"));
        TRY(auto view, own_conversation_view(call, conversation,
                                             *conversation.find_shown(call.who.user), blocked));
        conversations.push_back(std::move(conversation));
        views.push_back(std::move(view));
    }
    // Behind everything that was read: he may have been removed meanwhile.
    Json shown = Json::array();
    for (std::size_t i = 0; i < views.size(); ++i) {
        if (is_still_in(call.directory, conversations[i], call.who.user))
            shown.push_back(std::move(views[i]));
    }
    return Json{{"conversations", std::move(shown)},
                {"next", more ? Json(to_text(places.back())) : Json(nullptr)}};
}

Result<Json> read_message(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto id,
        campus::required_text(request, "conversation", limits::identifier_bytes_max));
    TRY(const auto up_to, campus::required_text(request, "upTo", limits::identifier_bytes_max));
    TRY(const auto conversation,
        joined_conversation(db, call.directory, call.who.user, id, "conversation"));
    TRY(const auto found, visible_message(db, call.directory, call.who.user, up_to, "upTo"));
    const Message& message = found.message;
    if (message.conversation != conversation.id)
        return Error{Code::not_found, "there is no such message", "upTo"};
    Member self = *conversation.find_shown(call.who.user);
    // Devices tell it in any order: the furthest counts, and the same again is no news.
    const bool further = message.row > self.read_row;
    if (further) {
        self.read_row = message.row;
        self.read_message = message.id;
        TRY_OK(db.statement("UPDATE conversation_members SET read_row = ?, read_message = ?"
                            " WHERE conversation = ? AND user = ?")
                   .bind_all(self.read_row, std::string_view{self.read_message},
                             std::string_view{conversation.id}, std::string_view{self.id})
                   .run());
        TRY(auto viewers, viewers_of(db, conversation, message));
        TRY_OK(leave_out_blockers(db, self.id, viewers));
        TRY_OK(announce(
            call, "message:read", conversation, std::move(viewers), "",
            Json{{"conversation", conversation.id}, {"user", self.id}, {"upTo", message.id}}));
    }
    TRY(const auto unread, count_unread(db, conversation, self));
    return Json{{"conversation", conversation.id}, {"upTo", self.read_message}, {"unread", unread}};
}

}  // namespace homeroom::features::messages
