#include "features/documents/telling.h"

#include "campus/contract_json.h"
#include "features/documents/view.h"

namespace homeroom::features::documents {

using campus::Json;

std::string notes_of(const Document& document) {
    Json people = Json::object();
    for (const auto& [user, given] : document.access.people)
        people[user] = Json{{"role", to_string(given.role)}, {"moment", given.moment}};
    return Json{{"document", document.id},
                {"members", to_string(document.access.members)},
                {"people", std::move(people)},
                {"locked", document.access.is_locked},
                {"version", document.access.version}}
        .dump();
}

std::optional<Noted> noted(std::string_view notes) {
    const Json json = Json::parse(notes, nullptr, false);
    if (!json.is_object() || !json.contains("document")) return {};
    Noted told{.document = json.at("document")};
    if (!json.contains("members")) return told;
    told.access.members =
        role_from(json.at("members").get_ref<const std::string&>()).value_or(Role::none);
    for (const auto& [user, given] : json.at("people").items()) {
        const auto role = role_from(given.at("role").get_ref<const std::string&>());
        told.access.people.emplace(user, Given{role.value_or(Role::none), given.at("moment")});
    }
    told.access.version = json.at("version");
    told.access.is_locked = json.value("locked", false);
    return told;
}

namespace {

// An audience has one moment, and theirs is a later one. The relay is told by the first event.
Status publish(store::Transaction& transaction, const campus::Directory& directory,
               const Access& access, store::EventDraft draft) {
    draft.audience = audience_of(access).stored();
    TRY_OK(transaction.publish(draft));
    const auto latecomers = latecomers_of(directory, access);
    if (latecomers.empty()) return Ok{};
    draft.audience =
        campus::Audience::users(access.room, latecomers).at(transaction.moment()).stored();
    draft.notes.clear();
    return transaction.publish(draft);
}

}  // namespace

Status tell(store::Transaction& transaction, const campus::Directory& directory,
            const campus::Principal& who, const Document& document, std::string_view type) {
    return publish(transaction, directory, document.access,
                   {.type = std::string{type},
                    .by_json = campus::by_json(who),
                    .body = Json{{"doc", view_of(directory, document)}}.dump(),
                    .subject = document.id,
                    .notes = notes_of(document)});
}

Status tell_deleted(store::Transaction& transaction, const campus::Directory& directory,
                    const campus::Principal& who, const Document& document) {
    TRY_OK(campus::forget(transaction, document.id));
    return publish(transaction, directory, document.access,
                   {.type = "doc:deleted",
                    .by_json = campus::by_json(who),
                    .body = Json{{"docId", document.id}}.dump(),
                    .notes = Json{{"document", document.id}}.dump()});
}

}  // namespace homeroom::features::documents
