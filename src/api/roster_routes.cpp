#include "api/roster_routes.h"

#include <string>
#include <utility>

#include "api/json_body.h"
#include "api/roster_records.h"

namespace homeroom::api {
namespace {

using campus::Directory;
using Changes = Directory::Changes;

Error missing(const char* field, const std::string& id) {
    return Error{Code::invalid, std::string{field} + " names nothing on the roster: " + id, field};
}

// Whether `org` is `above` or lies somewhere below it. Every org is looked at once at most, should
// the roster have a circle already.
bool lies_below(std::string org, const std::string& above, const Directory& directory) {
    for (std::size_t left = directory.counts().orgs + 1; left > 0 && !org.empty(); --left) {
        if (org == above) return true;
        const auto found = directory.org(org);
        org = found ? found->parent : std::string{};
    }
    return false;
}

// What a PUT of one kind makes of its body. Runs on the writer thread: what it checks is true when
// it takes effect.
using Put = Result<Changes> (*)(std::string id, const Json& body, const Directory& directory);
// The same for DELETE; removing what is not there changes nothing.
using Remove = Changes (*)(std::string id);

Result<Changes> put_org(std::string id, const Json& body, const Directory& directory) {
    TRY(auto org, read_org(std::move(id), body));
    if (!org.parent.empty() && !directory.org(org.parent))
        return missing("parentSourcedId", org.parent);
    if (lies_below(org.parent, org.id, directory)) {
        return Error{Code::invalid, "an org cannot lie below itself", "parentSourcedId"};
    }
    Changes changes;
    changes.upserts.orgs.push_back(std::move(org));
    return changes;
}

Result<Changes> put_course(std::string id, const Json& body, const Directory& directory) {
    TRY(auto course, read_course(std::move(id), body));
    if (!course.org.empty() && !directory.org(course.org))
        return missing("orgSourcedId", course.org);
    Changes changes;
    changes.upserts.courses.push_back(std::move(course));
    return changes;
}

Result<Changes> put_class(std::string id, const Json& body, const Directory& directory) {
    TRY(auto read, read_class(std::move(id), body));
    if (!read.course.empty() && !directory.course(read.course))
        return missing("courseSourcedId", read.course);
    if (!read.school.empty() && !directory.org(read.school))
        return missing("schoolSourcedId", read.school);
    Changes changes;
    changes.upserts.classes.push_back(std::move(read));
    return changes;
}

Result<Changes> put_user(std::string id, const Json& body, const Directory& directory) {
    TRY(auto record, read_user(std::move(id), body));
    // What a caller leaves out must not let anybody in again, nor show anybody who does not want
    // it.
    const auto earlier_user = directory.user(record.user.id);
    record.user.enabled = record.enabled.value_or(!earlier_user || earlier_user->enabled);
    record.user.hidden = record.hidden.value_or(earlier_user && earlier_user->hidden);
    Changes changes;
    if (record.affiliations) {
        for (const auto& earlier : directory.affiliations_of(record.user.id)) {
            changes.removed_affiliations.push_back(earlier.id);
        }
        for (auto& affiliation : *record.affiliations) {
            if (!directory.org(affiliation.org)) return missing("roles", affiliation.org);
            std::erase(changes.removed_affiliations, affiliation.id);
            changes.upserts.affiliations.push_back(std::move(affiliation));
        }
    }
    changes.upserts.users.push_back(std::move(record.user));
    return changes;
}

Result<Changes> put_enrollment(std::string id, const Json& body, const Directory& directory) {
    TRY(auto enrollment, read_enrollment(std::move(id), body));
    if (!directory.user(enrollment.user)) return missing("userSourcedId", enrollment.user);
    if (!directory.class_(enrollment.class_id))
        return missing("classSourcedId", enrollment.class_id);
    Changes changes;
    changes.upserts.enrollments.push_back(std::move(enrollment));
    return changes;
}

template <std::vector<std::string> Changes::*list>
Changes remove(std::string id) {
    Changes changes;
    (changes.*list).push_back(std::move(id));
    return changes;
}

struct Kind {
    const char* path;
    Put put;
    Remove remove;
    bool names_a_room;  // its id becomes part of a room's name
};

constexpr Kind kinds[] = {
    {"/api/v1/orgs/{id}", put_org, remove<&Changes::removed_orgs>, true},
    {"/api/v1/courses/{id}", put_course, remove<&Changes::removed_courses>, true},
    {"/api/v1/classes/{id}", put_class, remove<&Changes::removed_classes>, true},
    {"/api/v1/users/{id}", put_user, remove<&Changes::removed_users>, true},
    {"/api/v1/enrollments/{id}", put_enrollment, remove<&Changes::removed_enrollments>, false},
};

Status check_id(const std::string& id, bool names_a_room) {
    if (names_a_room ? campus::is_valid_id(id) : campus::is_valid_link_id(id)) return Ok{};
    return Error{
        Code::invalid,
        "an id has 1 to 255 characters of 0-9 A-Z a-z . - _ / @ and does not end in /staff", "id"};
}

void answer_change(const Request& request, const Status& status) {
    if (!status.ok()) return request.answer_problem(status.error());
    request.answer_json(200, Json{{"ok", true}, {"sourcedId", request.parameter(0)}}.dump());
}

}  // namespace

void add_roster_routes(Router& router, campus::RosterService& roster, const Directory& directory) {
    for (const Kind& kind : kinds) {
        router.add({.method = "PUT",
                    .pattern = kind.path,
                    .caller = Caller::service,
                    .handler = [&roster, &directory, kind](const Request& request) {
                        auto body = read_json_object(request.http());
                        if (!body.ok()) return request.answer_problem(body.error());
                        const std::string& id = request.parameter(0);
                        if (auto status = check_id(id, kind.names_a_room); !status.ok()) {
                            return request.answer_problem(status.error());
                        }
                        const auto removal = asks_for_removal(*body);
                        if (!removal.ok()) return request.answer_problem(removal.error());
                        roster.change(
                            [&directory, kind, id, removal = *removal,
                             json = std::move(*body)](store::Transaction&) -> Result<Changes> {
                                if (removal) return kind.remove(id);
                                return kind.put(id, json, directory);
                            },
                            [request](const Status& status) { answer_change(request, status); });
                    }});
        router.add(
            {.method = "DELETE",
             .pattern = kind.path,
             .caller = Caller::service,
             .handler = [&roster, kind](const Request& request) {
                 const std::string& id = request.parameter(0);
                 if (auto status = check_id(id, kind.names_a_room); !status.ok()) {
                     return request.answer_problem(status.error());
                 }
                 roster.change(
                     [kind, id](store::Transaction&) -> Result<Changes> { return kind.remove(id); },
                     [request](const Status& status) { answer_change(request, status); });
             }});
    }
}

// "enrollment:put" is what PUT does at /api/v1/enrollments/{id}.
Result<Changes> roster_change(std::string_view name, const Json& body, const Directory& directory) {
    const auto colon = name.find(':');
    const std::string_view verb = colon == std::string_view::npos ? "" : name.substr(colon + 1);
    const std::string start = "/api/v1/" + std::string{name.substr(0, colon)};
    for (const Kind& kind : kinds) {
        const std::string_view path = kind.path;
        if (path != start + "s/{id}" && path != start + "es/{id}") continue;
        if (verb != "put" && verb != "delete") break;
        TRY(auto id, campus::required_text(body, "sourcedId", limits::identifier_bytes_max));
        TRY_OK(check_id(id, kind.names_a_room));
        TRY(const bool removal, asks_for_removal(body));
        return removal || verb == "delete" ? Result<Changes>{kind.remove(std::move(id))}
                                           : kind.put(std::move(id), body, directory);
    }
    return Error{Code::invalid, "there is no such change of the roster"};
}

bool is_roster_change(std::string_view name) {
    return name.ends_with(":put") || name.ends_with(":delete");
}

}  // namespace homeroom::api
