#include "features/documents/view.h"

#include "campus/contract_json.h"

namespace homeroom::features::documents {

using campus::Json;

Json view_of(const campus::Directory& directory, const Document& document) {
    return Json{{"id", document.id},
                {"room", document.access.room},
                {"kind", document.kind},
                {"title", document.title},
                {"author", campus::person_json(directory, document.author, document.author_name)},
                {"createdAt", document.created_at},
                {"changedAt", campus::text_or_null(document.changed_at)},
                {"members", to_string(document.access.members)},
                {"locked", document.access.is_locked}};
}

Json people_view(const campus::Directory& directory, const Access& access) {
    Json people = Json::array();
    for (const auto& [user, given] : access.people) {
        if (!directory.is_member(user, access.room)) continue;
        people.push_back(Json{{"user", campus::person_json(directory, user, user)},
                              {"role", to_string(given.role)}});
    }
    return people;
}

}  // namespace homeroom::features::documents
