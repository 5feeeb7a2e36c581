#include "api/roster_json.h"

#include <optional>
#include <utility>

namespace homeroom::api {
namespace {

Json begin(const std::string& id) {
    return Json{{"sourcedId", id}, {"status", "active"}};
}

Json reference(const std::string& id, const char* type) {
    return Json{{"sourcedId", id}, {"type", type}};
}

Json references(const std::vector<std::string>& ids, const char* type) {
    Json list = Json::array();
    for (const std::string& id : ids) list.push_back(reference(id, type));
    return list;
}

void add_reference(Json& to, const char* field, const std::string& id, const char* type) {
    if (!id.empty()) to[field] = reference(id, type);
}

template <typename Link>
void add_term(Json& to, const Link& link) {
    if (link.begin) to["beginDate"] = to_string(*link.begin);
    if (link.end) to["endDate"] = to_string(*link.end);
}

Json role_json(const campus::Affiliation& one) {
    Json role{{"sourcedId", one.id},
              {"roleType", one.primary ? "primary" : "secondary"},
              {"role", campus::to_string(one.role)},
              {"org", reference(one.org, "org")}};
    add_term(role, one);
    return role;
}

}  // namespace

Json roster_json(const campus::Org& one) {
    Json json = begin(one.id);
    json["name"] = one.name;
    json["type"] = one.type;
    add_reference(json, "parent", one.parent, "org");
    return json;
}

Json roster_json(const campus::AcademicSession& one) {
    Json json = begin(one.id);
    json["title"] = one.title;
    json["type"] = one.type;
    json["startDate"] = to_string(one.start);
    json["endDate"] = to_string(one.end);
    add_reference(json, "parent", one.parent, "academicSession");
    return json;
}

Json roster_json(const campus::Course& one) {
    Json json = begin(one.id);
    json["title"] = one.title;
    json["courseCode"] = one.code;
    add_reference(json, "org", one.org, "org");
    return json;
}

Json roster_json(const campus::Class& one) {
    Json json = begin(one.id);
    json["title"] = one.title;
    json["classCode"] = one.code;
    add_reference(json, "course", one.course, "course");
    add_reference(json, "school", one.school, "org");
    json["terms"] = references(one.terms, "academicSession");
    return json;
}

Json roster_json(const campus::User& one, const std::vector<campus::Affiliation>& roles) {
    Json json = begin(one.id);
    json["enabledUser"] = one.enabled;
    json["username"] = one.username;
    json["givenName"] = one.given_name;
    json["familyName"] = one.family_name;
    json["email"] = one.email;
    json["agents"] = references(one.agents, "user");
    json["roles"] = Json::array();
    for (const campus::Affiliation& role : roles) json["roles"].push_back(role_json(role));
    if (one.hidden) json["metadata"] = Json{{"directoryOptOut", true}};
    return json;
}

Json roster_json(const campus::Enrollment& one) {
    Json json = begin(one.id);
    json["user"] = reference(one.user, "user");
    json["class"] = reference(one.class_id, "class");
    add_reference(json, "school", one.school, "org");
    json["role"] = campus::to_string(one.role);
    json["primary"] = one.primary;
    add_term(json, one);
    return json;
}

}  // namespace homeroom::api
