#include "campus/session_event.h"

#include <string_view>
#include <vector>

#include "codec/json_scan.h"

namespace homeroom::campus {
namespace {

using codec::json::quote;

std::string list_of(const std::vector<std::string>& texts) {
    std::string list = "[";
    for (const std::string& text : texts) {
        if (list.size() > 1) list += ',';
        list += quote(text);
    }
    return list += ']';
}

std::string_view truth(bool value) {
    return value ? "true" : "false";
}

}  // namespace

std::string to_json_text(const RoomSet& rooms) {
    std::string text;
    text.reserve(512);
    text.append(R"({"personal":)").append(quote(rooms.personal));
    text.append(R"(,"classes":)").append(list_of(rooms.classes));
    text.append(R"(,"courses":)").append(list_of(rooms.courses));
    text.append(R"(,"groups":)").append(list_of(rooms.groups));
    text.append(R"(,"institution":)");
    text.append(rooms.institution.empty() ? "null" : quote(rooms.institution));
    text.append(R"(,"institutions":)").append(list_of(rooms.institutions));
    if (!rooms.guardians.empty()) text.append(R"(,"guardians":)").append(list_of(rooms.guardians));
    text.append(R"(,"global":"global"})");
    return text;
}

std::string to_json_text(const SessionEvent& session) {
    std::string text;
    text.reserve(1024);
    text.append(R"({"user":{"id":)").append(quote(session.person.id));
    text.append(R"(,"name":)").append(quote(session.person.name));
    text.append(R"(,"roles":)").append(list_of(session.person.roles));
    text.append(R"(},"rooms":)").append(to_json_text(session.rooms));
    text.append(R"(,"cursor":)").append(quote(store::to_text(session.cursor)));
    text.append(R"(,"recovered":)").append(truth(session.recovered));
    text.append(R"(,"expiresAt":)").append(quote(to_rfc3339(session.expires_at)));
    if (session.gap) text.append(R"(,"gap":true)");
    return text += '}';
}

}  // namespace homeroom::campus
