#include "api/roster_routes.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/json_body.h"
#include "api/roster_json.h"
#include "api/roster_query.h"
#include "api/roster_records.h"
#include "campus/audit_requests.h"
#include "campus/roster/roster_store.h"

namespace homeroom::api {
namespace {

using campus::Directory;
using Changes = Directory::Changes;
using campus::RecordKind;

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

Result<Changes> put_session(std::string id, const Json& body, const Directory&) {
    TRY(auto session, read_session(std::move(id), body));
    Changes changes;
    changes.upserts.sessions.push_back(std::move(session));
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

// --- Reading -------------------------------------------------------------------------------------

// Out of a snapshot; the roles of a user are the directory's, which may be newer.
struct Reading {
    const Directory& directory;
    const campus::Precedence& precedence;
    store::Database& db;
};

template <typename Record>
Json shown(const Record& one, const Reading&) {
    return roster_json(one);
}
template <>
Json shown(const campus::User& one, const Reading& reading) {
    return roster_json(one, reading.directory.affiliations_of(one.id));
}

// Says whose record it is, where there are several sources.
Status add_source(Json& record, RecordKind kind, const Reading& reading) {
    if (!reading.precedence.has_several()) return Ok{};
    TRY(const auto claim,
        campus::load_claim(reading.db, kind, record["sourcedId"].get<std::string>()));
    if (claim) record["metadata"]["source"] = claim->source;
    return Ok{};
}

struct Page {
    std::vector<Json> records{};
    std::int64_t total = 0;
};

template <typename Record>
Result<std::int64_t> count_records(store::Database& db);
template <>
Result<std::int64_t> count_records<campus::Org>(store::Database& db) {
    return campus::count_rows(db.statement("SELECT count(*) FROM orgs"));
}
template <>
Result<std::int64_t> count_records<campus::AcademicSession>(store::Database& db) {
    return campus::count_rows(db.statement("SELECT count(*) FROM academic_sessions"));
}
template <>
Result<std::int64_t> count_records<campus::Course>(store::Database& db) {
    return campus::count_rows(db.statement("SELECT count(*) FROM courses"));
}
template <>
Result<std::int64_t> count_records<campus::Class>(store::Database& db) {
    return campus::count_rows(db.statement("SELECT count(*) FROM classes"));
}
template <>
Result<std::int64_t> count_records<campus::User>(store::Database& db) {
    return campus::count_rows(db.statement("SELECT count(*) FROM users"));
}
template <>
Result<std::int64_t> count_records<campus::Enrollment>(store::Database& db) {
    return campus::count_rows(db.statement("SELECT count(*) FROM enrollments"));
}

template <typename Record>
Result<Page> list_page(const RosterQuery& query, const Reading& reading) {
    Page page;
    if (query.is_plain()) {
        TRY(page.total, count_records<Record>(reading.db));
        TRY(const auto records,
            campus::load_records<Record>(reading.db,
                                         {.limit = query.limit(), .offset = query.offset()}));
        for (const Record& one : records) page.records.push_back(shown(one, reading));
        return page;
    }
    // O(records of this kind), on a reader.
    TRY(const auto all, campus::load_records<Record>(reading.db));
    std::vector<Json> taken;
    for (const Record& one : all) {
        Json json = shown(one, reading);
        if (query.takes(json)) taken.push_back(std::move(json));
    }
    query.put_in_order(taken);
    page.total = static_cast<std::int64_t>(taken.size());
    const auto from = std::min<std::size_t>(taken.size(), static_cast<std::size_t>(query.offset()));
    const auto until =
        std::min<std::size_t>(taken.size(), from + static_cast<std::size_t>(query.limit()));
    for (std::size_t i = from; i < until; ++i) page.records.push_back(std::move(taken[i]));
    return page;
}

template <typename Record>
Result<std::optional<Json>> one_record(const std::string& id, const Reading& reading) {
    TRY(const auto found, campus::find_record<Record>(reading.db, id));
    if (!found) return std::optional<Json>{};
    return std::optional{shown(*found, reading)};
}

using List = Result<Page> (*)(const RosterQuery& query, const Reading& reading);
using Get = Result<std::optional<Json>> (*)(const std::string& id, const Reading& reading);

// --- The kinds -----------------------------------------------------------------------------------

struct Kind {
    RecordKind kind;
    const char* list_path;
    const char* path;
    const char* plural;
    const char* singular;
    List list;
    Get get;
    Put put;
    Remove remove;
    bool names_a_room;  // its id becomes part of a room's name
    std::span<const std::string_view> fields;
};

constexpr Kind kinds[] = {
    {RecordKind::org, "/api/v1/orgs", "/api/v1/orgs/{id}", "orgs", "org", list_page<campus::Org>,
     one_record<campus::Org>, put_org, remove<&Changes::removed_orgs>, true, org_fields},
    {RecordKind::session, "/api/v1/academicSessions", "/api/v1/academicSessions/{id}",
     "academicSessions", "academicSession", list_page<campus::AcademicSession>,
     one_record<campus::AcademicSession>, put_session, remove<&Changes::removed_sessions>, false,
     session_fields},
    {RecordKind::course, "/api/v1/courses", "/api/v1/courses/{id}", "courses", "course",
     list_page<campus::Course>, one_record<campus::Course>, put_course,
     remove<&Changes::removed_courses>, true, course_fields},
    {RecordKind::class_record, "/api/v1/classes", "/api/v1/classes/{id}", "classes", "class",
     list_page<campus::Class>, one_record<campus::Class>, put_class,
     remove<&Changes::removed_classes>, true, class_fields},
    {RecordKind::user, "/api/v1/users", "/api/v1/users/{id}", "users", "user",
     list_page<campus::User>, one_record<campus::User>, put_user, remove<&Changes::removed_users>,
     true, user_fields},
    {RecordKind::enrollment, "/api/v1/enrollments", "/api/v1/enrollments/{id}", "enrollments",
     "enrollment", list_page<campus::Enrollment>, one_record<campus::Enrollment>, put_enrollment,
     remove<&Changes::removed_enrollments>, false, enrollment_fields},
};

Status check_id(const std::string& id, bool names_a_room) {
    if (names_a_room ? campus::is_valid_id(id) : campus::is_valid_link_id(id)) return Ok{};
    return Error{
        Code::invalid,
        "an id has 1 to 255 characters of 0-9 A-Z a-z . - _ / @ and does not end in /staff", "id"};
}

std::string actor_of(const Request& request) {
    return "service:" + request.claims().subject;
}

// Of a user, an enrolment or the like: which, and nothing of what it says.
Status note(store::Transaction& transaction, const std::string& actor, const Kind& kind,
            const std::string& id, bool removal) {
    return campus::audit(transaction, {.actor = actor,
                                       .action = removal ? "roster.removed" : "roster.put",
                                       .subject = id,
                                       .details = campus::audit_details({{"kind", kind.plural}})});
}

void answer_change(const Request& request, const Status& status) {
    if (!status.ok()) return request.answer_problem(status.error());
    request.answer_json(200, Json{{"ok", true}, {"sourcedId", request.parameter(0)}}.dump());
}

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// Reads on a reader's connection, and answers what came out of it.
template <typename Read>
void read_and_answer(const Request& request, const RosterParts& parts, Read read) {
    const bool taken =
        parts.store.submit_read([request, &parts, read](Result<store::Database*> db) {
            if (!db.ok()) return request.answer_problem(db.error());
            read(Reading{parts.directory, parts.precedence, **db});
        });
    if (!taken) {
        request.answer_problem(
            {Code::unavailable, "too much to do; try again", "", std::chrono::seconds{1}});
    }
}

void list_records(const Request& request, const RosterParts& parts, const Kind& kind) {
    auto query = RosterQuery::read(request.http().parameters(), kind.fields);
    if (!query.ok()) return request.answer_problem(query.error());
    read_and_answer(request, parts,
                    [request, kind, query = std::move(*query)](const Reading& reading) {
                        auto page = kind.list(query, reading);
                        if (!page.ok()) return request.answer_problem(page.error());
                        Json list = Json::array();
                        for (Json& record : page->records) {
                            const auto status = add_source(record, kind.kind, reading);
                            if (!status.ok()) return request.answer_problem(status.error());
                            list.push_back(std::move(record));
                        }
                        auto response = net::HttpResponse::text(
                            200, "application/json", text_of(Json{{kind.plural, std::move(list)}}));
                        response.headers.push_back({"Cache-Control", "no-store"});
                        response.headers.push_back({"X-Total-Count", std::to_string(page->total)});
                        request.answer(std::move(response));
                    });
}

void get_record(const Request& request, const RosterParts& parts, const Kind& kind) {
    read_and_answer(request, parts, [request, kind](const Reading& reading) {
        auto found = kind.get(request.parameter(0), reading);
        if (!found.ok()) return request.answer_problem(found.error());
        if (!*found) {
            return request.answer_problem(
                {Code::not_found, "there is nothing of this id on the roster", "id"});
        }
        const auto status = add_source(**found, kind.kind, reading);
        if (!status.ok()) return request.answer_problem(status.error());
        request.answer_json(200, text_of(Json{{kind.singular, std::move(**found)}}));
    });
}

// One edit: what it makes of the record, written down with who asked for it, if the edits' source
// has the say over all of it. Without a body the record is removed. On the writer thread.
Result<Changes> edit(store::Transaction& transaction, const RosterParts& parts,
                     const std::string& actor, const Kind& kind, const std::string& id,
                     const Json* body) {
    TRY_OK(note(transaction, actor, kind, id, body == nullptr));
    auto changes =
        body == nullptr ? Result<Changes>{kind.remove(id)} : kind.put(id, *body, parts.directory);
    if (changes.ok())
        TRY_OK(campus::claim_edit(transaction, parts.precedence, campus::rest_source, *changes));
    return changes;
}

void put_record(const Request& request, const RosterParts& parts, const Kind& kind) {
    auto body = read_json_object(request.http());
    if (!body.ok()) return request.answer_problem(body.error());
    const std::string& id = request.parameter(0);
    if (auto status = check_id(id, kind.names_a_room); !status.ok())
        return request.answer_problem(status.error());
    const auto removal = asks_for_removal(*body);
    if (!removal.ok()) return request.answer_problem(removal.error());
    parts.roster.change(
        [&parts, kind, id, removal = *removal, actor = actor_of(request),
         json = std::move(*body)](store::Transaction& transaction) {
            return edit(transaction, parts, actor, kind, id, removal ? nullptr : &json);
        },
        [request](const Status& status) { answer_change(request, status); });
}

void delete_record(const Request& request, const RosterParts& parts, const Kind& kind) {
    const std::string& id = request.parameter(0);
    if (auto status = check_id(id, kind.names_a_room); !status.ok())
        return request.answer_problem(status.error());
    parts.roster.change(
        [&parts, kind, id, actor = actor_of(request)](store::Transaction& transaction) {
            return edit(transaction, parts, actor, kind, id, nullptr);
        },
        [request](const Status& status) { answer_change(request, status); });
}

// --- Claims --------------------------------------------------------------------------------------

std::optional<RecordKind> kind_in_path(const Request& request) {
    const auto kind = campus::record_kind_from(request.parameter(0));
    if (!kind) {
        request.answer_problem({Code::not_found,
                                "kinds are orgs, academicSessions, courses, classes, users, roles "
                                "and enrollments"});
    }
    return kind;
}

void get_claim(const Request& request, const RosterParts& parts) {
    const auto kind = kind_in_path(request);
    if (!kind) return;
    read_and_answer(request, parts, [request, kind = *kind](const Reading& reading) {
        const std::string& id = request.parameter(1);
        const auto claim = campus::load_claim(reading.db, kind, id);
        if (!claim.ok()) return request.answer_problem(claim.error());
        const auto& held = *claim;
        request.answer_json(200, text_of(Json{{"kind", campus::to_string(kind)},
                                              {"sourcedId", id},
                                              {"source", held ? Json(held->source) : Json(nullptr)},
                                              {"removed", held && held->removed},
                                              {"sources", reading.precedence.names()}}));
    });
}

void give_up_claim(const Request& request, const RosterParts& parts) {
    const auto kind = kind_in_path(request);
    if (!kind) return;
    parts.roster.change(
        [kind = *kind,
         id = request.parameter(1)](store::Transaction& transaction) -> Result<Changes> {
            TRY_OK(campus::save_claims(transaction.db(), {{kind, id, std::nullopt}},
                                       transaction.at()));
            return Changes{};
        },
        [request](const Status& status) {
            if (!status.ok()) return request.answer_problem(status.error());
            request.answer_json(200,
                                text_of(Json{{"ok", true}, {"sourcedId", request.parameter(1)}}));
        });
}

}  // namespace

void add_roster_routes(Router& router, const RosterParts& given) {
    // The routes' own, for as long as they are.
    const auto parts = std::make_shared<const RosterParts>(given);
    const auto add = router.adding_for(Caller::service);
    for (const Kind& kind : kinds) {
        add("GET", kind.list_path,
            [parts, kind](const Request& request) { list_records(request, *parts, kind); });
        add("GET", kind.path,
            [parts, kind](const Request& request) { get_record(request, *parts, kind); });
        add("PUT", kind.path,
            [parts, kind](const Request& request) { put_record(request, *parts, kind); });
        add("DELETE", kind.path,
            [parts, kind](const Request& request) { delete_record(request, *parts, kind); });
    }
    constexpr const char* claim_path = "/api/v1/roster/claims/{kind}/{id}";
    add("GET", claim_path, [parts](const Request& request) { get_claim(request, *parts); });
    add("DELETE", claim_path, [parts](const Request& request) { give_up_claim(request, *parts); });
}

namespace {

// "enrollment:put" is what PUT does at /api/v1/enrollments/{id}.
struct NamedChange {
    const Kind* kind = nullptr;  // none: it is no change of the roster
    bool removal = false;
};
NamedChange change_named(std::string_view name) {
    const auto colon = name.find(':');
    if (colon == std::string_view::npos) return {};
    const std::string_view verb = name.substr(colon + 1);
    if (verb != "put" && verb != "delete") return {};
    for (const Kind& kind : kinds) {
        if (name.substr(0, colon) == kind.singular) return {&kind, verb == "delete"};
    }
    return {};
}

}  // namespace

bool is_roster_change(std::string_view name) {
    return change_named(name).kind != nullptr;
}

Result<Changes> roster_change(store::Transaction& transaction, const RosterParts& parts,
                              const std::string& actor, std::string_view name, const Json& body) {
    const auto [kind, named_removal] = change_named(name);
    if (kind == nullptr) return Error{Code::invalid, "there is no such change of the roster"};
    TRY(const auto id, campus::required_text(body, "sourcedId", limits::identifier_bytes_max));
    TRY_OK(check_id(id, kind->names_a_room));
    TRY(const bool removal, asks_for_removal(body));
    return edit(transaction, parts, actor, *kind, id, removal || named_removal ? nullptr : &body);
}

}  // namespace homeroom::api
