#include "features/messages/view.h"

#include "campus/contact.h"
#include "campus/contract_json.h"

namespace homeroom::features::messages {

using campus::Json;
Json message_view(const campus::Directory& directory, const Message& message) {
    return Json{{"id", message.id},
                {"conversation", message.conversation},
                {"author", campus::person_json(directory, message.author, message.author_name)},
                {"text", message.text},
                {"createdAt", message.created_at},
                {"editedAt", campus::text_or_null(message.edited_at)}};
}

Json conversation_view(const campus::SchoolPolicy& policy, const campus::Directory& directory,
                       const Conversation& conversation) {
    Json members = Json::array();
    for (const Member& member : conversation.members)
        members.push_back(campus::person_json(directory, member.id, member.name));
    const Member* owner = conversation.owner(directory);
    return Json{
        {"id", conversation.id},
        {"kind", conversation.group ? "group" : "direct"},
        {"title", campus::text_or_null(conversation.title)},
        {"owner", owner == nullptr ? Json(nullptr) : Json(owner->id)},
        {"members", std::move(members)},
        {"supervised", !supervising_rooms(policy.messages, directory, conversation.ids()).empty()}};
}

campus::Audience audience_of(const Conversation& conversation, std::vector<std::string> users) {
    return conversation.group ? campus::Audience::users(conversation.room(), std::move(users))
                              : campus::Audience::people(conversation.room(), std::move(users));
}

Status announce(campus::WriteCall& call, std::string_view type, const Conversation& conversation,
                std::vector<std::string> users, const std::string& subject, const Json& body) {
    if (users.empty()) return Ok{};
    call.about = subject;
    return call.transaction.publish(
        {.type = std::string{type},
         .audience =
             audience_of(conversation, std::move(users)).at(call.transaction.moment()).stored(),
         .by_json = campus::by_json(call.who),
         .body = body.dump(),
         .subject = subject});
}

}  // namespace homeroom::features::messages
