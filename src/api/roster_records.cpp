#include "api/roster_records.h"

#include <utility>

#include "base/limits.h"
#include "campus/roster/room_name.h"

namespace homeroom::api {
namespace {

// The first of these members that is there.
const Json* member(const Json& body, std::initializer_list<const char*> names) {
    for (const char* name : names) {
        const auto found = body.find(name);
        if (found != body.end() && !found->is_null()) return &*found;
    }
    return nullptr;
}

Error bad(const char* field, std::string_view wanted) {
    return Error{Code::invalid, std::string{field} + " must be " + std::string{wanted}, field};
}

Result<std::string> reference(const Json& value, const char* field) {
    const Json* text = value.is_object() ? member(value, {"sourcedId"}) : &value;
    if (text == nullptr || !text->is_string()) return bad(field, "an id");
    if (!campus::is_valid_id(text->get_ref<const std::string&>())) return bad(field, "an id");
    return text->get<std::string>();
}

Result<std::string> optional_reference(const Json& body, std::initializer_list<const char*> names) {
    const Json* value = member(body, names);
    if (value == nullptr) return std::string{};
    return reference(*value, *names.begin());
}

Result<std::string> required_reference(const Json& body, std::initializer_list<const char*> names) {
    TRY(auto id, optional_reference(body, names));
    if (id.empty())
        return Error{Code::invalid, std::string{*names.begin()} + " is missing", *names.begin()};
    return id;
}

Result<std::vector<std::string>> references(const Json& body,
                                            std::initializer_list<const char*> names) {
    std::vector<std::string> ids;
    const Json* list = member(body, names);
    if (list == nullptr) return ids;
    if (!list->is_array()) return bad(*names.begin(), "a list of ids");
    for (const Json& one : *list) {
        TRY(auto id, reference(one, *names.begin()));
        ids.push_back(std::move(id));
    }
    return ids;
}

Result<std::string> text(const Json& body, const char* field) {
    TRY(auto found, campus::optional_text(body, field, limits::roster_text_bytes_max));
    return std::move(found).value_or("");
}

// OneRoster's JSON has "true" and "false" as strings; everybody else has booleans.
Result<bool> flag(const Json& body, const char* field, bool otherwise) {
    const Json* value = member(body, {field});
    if (value == nullptr) return otherwise;
    if (value->is_boolean()) return value->get<bool>();
    if (*value == "true") return true;
    if (*value == "false") return false;
    return bad(field, "true or false");
}

Result<std::optional<Date>> date(const Json& body, const char* field) {
    TRY(const auto found, campus::optional_text(body, field, 64));
    if (!found || found->empty()) return std::optional<Date>{};
    const auto parsed = parse_date(std::string_view{*found}.substr(0, 10));
    const bool is_date = parsed && (found->size() == 10 || (*found)[10] == 'T');
    if (!is_date) return bad(field, "a date, YYYY-MM-DD");
    return std::optional<Date>{*parsed};
}

// From when to when an enrolment or affiliation is in force.
template <typename Link>
Status read_term(Link& link, const Json& body) {
    TRY(link.begin, date(body, "beginDate"));
    TRY(link.end, date(body, "endDate"));
    if (link.begin && link.end && *link.end < *link.begin)
        return Error{Code::invalid, "endDate must not be before beginDate", "endDate"};
    return Ok{};
}

Result<campus::Role> role(const Json& body) {
    TRY(const auto word, campus::required_text(body, "role", 100));
    const auto found = campus::role_from_text(word);
    if (found == campus::Role::none && !word.starts_with("ext:"))
        return bad("role", "one of OneRoster's roles");
    return found;
}

Result<campus::Affiliation> affiliation(const std::string& user, const Json& body) {
    campus::Affiliation result{.id = {}, .user = user, .org = {}};
    if (!body.is_object()) return bad("roles", "a list of objects");
    TRY(result.org, required_reference(body, {"org", "orgSourcedId"}));
    TRY(result.role, role(body));
    TRY(const auto type, text(body, "roleType"));
    result.primary = type == "primary";
    TRY_OK(read_term(result, body));
    TRY(result.id, text(body, "sourcedId"));
    if (!result.id.empty() && !campus::is_valid_link_id(result.id))
        return bad("sourcedId", "an id");
    if (result.id.empty())
        result.id = user + "|" + result.org + "|" + std::string{campus::to_string(result.role)};
    return result;
}

// 1.2 has "roles"; 1.1 has one "role" in each of "orgs".
Result<std::optional<std::vector<campus::Affiliation>>> affiliations(const std::string& user,
                                                                     const Json& body) {
    std::vector<campus::Affiliation> list;
    if (const Json* roles = member(body, {"roles"})) {
        if (!roles->is_array()) return bad("roles", "a list of objects");
        for (const Json& one : *roles) {
            TRY(auto read, affiliation(user, one));
            list.push_back(std::move(read));
        }
        return std::optional{std::move(list)};
    }
    if (member(body, {"role"}) == nullptr) return std::optional<std::vector<campus::Affiliation>>{};
    TRY(const auto word, role(body));
    TRY(auto orgs, references(body, {"orgSourcedIds", "orgs"}));
    for (std::string& org : orgs) {
        std::string id = user + "|" + org;
        list.push_back({.id = std::move(id), .user = user, .org = std::move(org), .role = word});
    }
    return std::optional{std::move(list)};
}

}  // namespace

Result<bool> asks_for_removal(const Json& body) {
    TRY(const auto status, text(body, "status"));
    if (status.empty() || status == "active") return false;
    if (status == "tobedeleted") return true;
    return bad("status", "active or tobedeleted");
}

Result<campus::Org> read_org(std::string id, const Json& body) {
    campus::Org org{.id = std::move(id), .name = {}, .type = {}};
    TRY(org.name, campus::required_text(body, "name", limits::roster_text_bytes_max));
    TRY(org.type, text(body, "type"));
    TRY(org.parent, optional_reference(body, {"parentSourcedId", "parent"}));
    return org;
}

Result<campus::AcademicSession> read_session(std::string id, const Json& body) {
    campus::AcademicSession session{
        .id = std::move(id), .title = {}, .type = {}, .start = {}, .end = {}};
    TRY(session.title, campus::required_text(body, "title", limits::roster_text_bytes_max));
    TRY(session.type, text(body, "type"));
    TRY(const auto start, date(body, "startDate"));
    TRY(const auto end, date(body, "endDate"));
    if (!start) return bad("startDate", "a date, YYYY-MM-DD");
    if (!end) return bad("endDate", "a date, YYYY-MM-DD");
    if (*end < *start)
        return Error{Code::invalid, "endDate must not be before startDate", "endDate"};
    session.start = *start;
    session.end = *end;
    TRY(session.parent, optional_reference(body, {"parentSourcedId", "parent"}));
    return session;
}

Result<campus::Course> read_course(std::string id, const Json& body) {
    campus::Course course{.id = std::move(id), .title = {}};
    TRY(course.title, campus::required_text(body, "title", limits::roster_text_bytes_max));
    TRY(course.code, text(body, "courseCode"));
    TRY(course.org, optional_reference(body, {"orgSourcedId", "org"}));
    return course;
}

Result<campus::Class> read_class(std::string id, const Json& body) {
    campus::Class result{.id = std::move(id), .title = {}};
    TRY(result.title, campus::required_text(body, "title", limits::roster_text_bytes_max));
    TRY(result.code, text(body, "classCode"));
    TRY(result.course, optional_reference(body, {"courseSourcedId", "course"}));
    TRY(result.school, optional_reference(body, {"schoolSourcedId", "school"}));
    TRY(result.terms, references(body, {"termSourcedIds", "terms"}));
    return result;
}

Result<campus::Enrollment> read_enrollment(std::string id, const Json& body) {
    campus::Enrollment enrollment{.id = std::move(id), .user = {}, .class_id = {}};
    TRY(enrollment.user, required_reference(body, {"userSourcedId", "user"}));
    TRY(enrollment.class_id, required_reference(body, {"classSourcedId", "class"}));
    TRY(enrollment.school, optional_reference(body, {"schoolSourcedId", "school"}));
    TRY(enrollment.role, role(body));
    TRY(enrollment.primary, flag(body, "primary", false));
    TRY_OK(read_term(enrollment, body));
    return enrollment;
}

Result<UserRecord> read_user(std::string id, const Json& body) {
    UserRecord record;
    record.user.id = std::move(id);
    TRY(record.user.username, text(body, "username"));
    TRY(record.user.given_name, text(body, "givenName"));
    TRY(record.user.family_name, text(body, "familyName"));
    TRY(record.user.email, text(body, "email"));
    if (member(body, {"enabledUser"}) != nullptr) {
        TRY(record.enabled, flag(body, "enabledUser", false));
    }
    if (const Json* metadata = member(body, {"metadata"});
        metadata != nullptr && metadata->is_object() &&
        member(*metadata, {"directoryOptOut"}) != nullptr) {
        TRY(record.hidden, flag(*metadata, "directoryOptOut", false));
    }
    TRY(record.user.agents, references(body, {"agentSourcedIds", "agents"}));
    TRY(record.affiliations, affiliations(record.user.id, body));
    return record;
}

}  // namespace homeroom::api
