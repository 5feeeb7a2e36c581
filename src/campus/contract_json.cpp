#include "campus/contract_json.h"

namespace homeroom::campus {

Json person_json(const Directory& directory, std::string_view id, std::string_view name_then) {
    const auto person = directory.person(id);
    return Json{{"id", id}, {"name", person ? std::string_view{person->name} : name_then}};
}

std::string by_json(const Principal& who) {
    return who.service ? "null" : Json{{"id", who.user}, {"name", who.name}}.dump();
}

}  // namespace homeroom::campus
