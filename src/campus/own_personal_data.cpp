#include "campus/own_personal_data.h"

#include <algorithm>
#include <array>

#include "campus/audit.h"
#include "campus/connection_log.h"
#include "campus/roster/import_log.h"
#include "campus/roster/room_name.h"

namespace homeroom::campus {
namespace {

constexpr std::int64_t expired_at_once = 1'000;  // rows as small as these

// --- Export

constexpr PersonalList lists[] = {
    {"roster.user",
     "SELECT id, json_object('sourcedId', id, 'username', username, 'givenName', given_name,"
     " 'familyName', family_name, 'email', email,"
     " 'enabled', json(CASE enabled WHEN 0 THEN 'false' ELSE 'true' END),"
     " 'agents', agents, 'directoryOptOut', json(CASE hidden WHEN 0 THEN 'false' ELSE 'true' END))"
     " FROM users WHERE id = ?1 AND ?2 = '' LIMIT ?3"},
    {"roster.roles",
     "SELECT id, CASE WHEN user = ?1 THEN json_object('sourcedId', id, 'org', org, 'role', role,"
     " 'beginDate', begin_date, 'endDate', end_date) END"
     " FROM affiliations WHERE id > ?2 ORDER BY id LIMIT ?3"},
    {"roster.enrollments",
     "SELECT id, CASE WHEN user = ?1 THEN json_object('sourcedId', id, 'class', class,"
     " 'role', role, 'beginDate', begin_date, 'endDate', end_date) END"
     " FROM enrollments WHERE id > ?2 ORDER BY id LIMIT ?3"},
    {"connections",
     "SELECT opened, json_object("
     "'openedAt', strftime('%Y-%m-%dT%H:%M:%fZ', opened / 1000.0, 'unixepoch'),"
     " 'closedAt', strftime('%Y-%m-%dT%H:%M:%fZ', closed / 1000.0, 'unixepoch'))"
     " FROM connections WHERE user = ?1 AND opened > CAST(?2 AS INTEGER)"
     " ORDER BY opened LIMIT ?3"},
    // What was done about him, and by whom of the staff as far as that is not himself.
    {"audit",
     "SELECT number, json_object('at', at, 'action', action)"
     " FROM audit WHERE subject = ?1 AND number > CAST(?2 AS INTEGER) ORDER BY number LIMIT ?3"},
};

// --- Erasure

std::string as_json(std::string_view user) {
    return Json(user).dump(-1, ' ', false, Json::error_handler_t::replace);
}

// The text without the person; nothing: he is not in it.
std::optional<std::string> without_person(std::string_view text, std::string_view user) {
    Json value = Json::parse(text, nullptr, false);
    if (value.is_discarded() || !replace_person(value, user)) return std::nullopt;
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<bool> erase_small(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY_OK(run_for_user(
        db,
        {"DELETE FROM answered_requests WHERE user = ?", "DELETE FROM connections WHERE user = ?",
         "DELETE FROM roster_arrivals WHERE user = ?", "DELETE FROM sign_outs WHERE user = ?"},
        call.user));
    TRY_OK(forget_person(db, call.user));
    return false;
}

// Answers that others were given, with him in them.
Result<bool> erase_from_answers(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        walk(db,
             "SELECT place, CASE WHEN instr(answer, ?1) > 0 THEN place END FROM"
             " (SELECT json_array(user, name, key) AS place, answer FROM answered_requests"
             "  WHERE (user, name, key) > (" HOMEROOM_POSITION(0) ", " HOMEROOM_POSITION(
                 1) ", " HOMEROOM_POSITION(2) ")"
                                              "  ORDER BY user, name, key LIMIT ?3)",
             as_json(call.user), call.position));
    call.position = found.position;
    for (const std::string& place : found.keys) {
        auto select = db.statement(
            "SELECT answer FROM answered_requests WHERE user = json_extract(?1, '$[0]')"
            " AND name = json_extract(?1, '$[1]') AND key = json_extract(?1, '$[2]')");
        select.bind(1, std::string_view{place});
        TRY(const bool row, select.step());
        const auto rewritten =
            row ? without_person(select.text(0), call.user) : std::optional<std::string>{};
        if (!rewritten) continue;
        auto update = db.statement(
            "UPDATE answered_requests SET answer = ?2 WHERE user = json_extract(?1, '$[0]')"
            " AND name = json_extract(?1, '$[1]') AND key = json_extract(?1, '$[2]')");
        update.bind_all(place, *rewritten);
        TRY_OK(update.run());
        ++call.erased;
    }
    return found.more;
}

// One row of the journal. What was in his own room was told to him alone: as if forgotten.
// Elsewhere he becomes nobody, so that nobody else misses the event.
Status erase_from_event(EraseCall& call, std::string_view seq) {
    auto& db = call.transaction.db();
    auto select = db.statement(
        "SELECT room, users, payload, notes, coalesce(subject, '') FROM journal"
        " WHERE seq = CAST(? AS INTEGER)");
    select.bind(1, seq);
    TRY(const bool found, select.step());
    if (!found) return Ok{};
    ++call.erased;
    if (select.text(0) == room_name(RoomKind::user, call.user)) {
        return db
            .statement(
                "UPDATE journal SET room = NULL, kind = 'forgotten', users = NULL,"
                " payload = '{}', notes = NULL, part_of = NULL, subject = NULL"
                " WHERE seq = CAST(? AS INTEGER)")
            .bind(1, seq)
            .run();
    }
    const auto rewritten = [&](int column) {
        const std::string text{select.text(column)};
        return without_person(text, call.user).value_or(text);
    };
    Json users = Json::parse(select.text(1), nullptr, false);
    std::string named;
    if (users.is_array()) {
        Json others = Json::array();
        for (const Json& one : users) {
            if (one != call.user) others.push_back(one);
        }
        if (!others.empty()) named = others.dump();
    }
    // "invitation/{group}/{user}": nothing that is his is deleted by it any more.
    const std::string subject{select.text(4)};
    const bool names_him = ("/" + subject + "/").find("/" + call.user + "/") != std::string::npos;
    auto update = db.statement(
        "UPDATE journal SET users = nullif(?1, ''), payload = ?2, notes = nullif(?3, ''),"
        " subject = nullif(?4, '') WHERE seq = CAST(?5 AS INTEGER)");
    update.bind_all(named, rewritten(2), rewritten(3), names_him ? std::string{} : subject, seq);
    return update.run();
}

Result<bool> erase_from_journal(EraseCall& call) {
    auto& db = call.transaction.db();
    if (call.position.empty()) {
        TRY_OK(run_for_user(db, {"DELETE FROM journal_audience WHERE user = ?"}, call.user));
    }
    TRY(const auto found,
        walk(
            db,
            "SELECT seq, CASE WHEN instr(payload, ?1) > 0 OR instr(notes, ?1) > 0"
            " OR instr(users, ?1) > 0 OR room = 'user-' || json_extract(?1, '$')"
            " OR instr('/' || subject || '/', '/' || json_extract(?1, '$') || '/') > 0 THEN seq END"
            " FROM journal WHERE seq > CAST(?2 AS INTEGER) ORDER BY seq LIMIT ?3",
            as_json(call.user), call.position, {.looked_at = 4'000, .hits = 200}));
    call.position = found.position;
    for (const std::string& seq : found.keys) TRY_OK(erase_from_event(call, seq));
    return found.more;
}

constexpr EraseRule erasing[] = {
    {"campus", erase_small},
    {"answers", erase_from_answers},
    {"journal", erase_from_journal},
};

// --- Age

Result<bool> expire_arrivals_too(ExpireCall& call) {
    TRY(const bool more, expire_connections(call));
    if (more) return true;
    auto& db = call.transaction.db();
    TRY(const auto first, store::first_seq(db));
    TRY_OK(db.statement("DELETE FROM roster_arrivals WHERE seq < ?")
               .bind(1, static_cast<std::int64_t>(first) - 1)
               .run());
    return false;
}

Result<bool> expire_audit(ExpireCall& call) {
    auto& db = call.transaction.db();
    TRY(call.deleted, prune_audit(db, call.before, expired_at_once));
    TRY_OK(db.statement("DELETE FROM erasures WHERE ended_at < ?").bind(1, call.before).run());
    return call.deleted == expired_at_once;
}

constexpr ExpireRule expiring[] = {
    {"connections", expire_arrivals_too},
    {"audit", expire_audit},
};

// The members that hold ids of people, alone or in a list. An id elsewhere may be a class's that is
// the same.
constexpr std::array<std::string_view, 15> people{
    "students",   "added", "removed",       "user",    "users",  "author",  "mentioned", "mentions",
    "postAuthor", "owner", "replyToAuthor", "student", "people", "members", "by"};

bool replace_id(Json& value, std::string_view user) {
    if (value.is_string() && value.get_ref<const std::string&>() == user) {
        value = erased_id;
        return true;
    }
    bool changed = false;
    if (value.is_array()) {
        for (Json& one : value) changed |= one.is_string() && replace_id(one, user);
    }
    return changed;
}

bool replace_in_object(Json& object, std::string_view user) {
    bool changed = false;
    const auto id = object.find("id");
    const auto name = object.find("name");
    if (id != object.end() && name != object.end() && name->is_string() && replace_id(*id, user)) {
        *name = erased_name;
        changed = true;
    }
    for (auto& [key, member] : object.items()) {
        if (std::ranges::find(people, key) != people.end()) changed |= replace_id(member, user);
        changed |= replace_person(member, user);
    }
    return changed;
}

}  // namespace

bool replace_person(Json& value, std::string_view user) {
    if (value.is_object()) return replace_in_object(value, user);
    if (!value.is_array()) return false;
    bool changed = false;
    for (Json& one : value) changed |= replace_person(one, user);
    return changed;
}

PersonalData own_personal_data() {
    return {lists, erasing, expiring};
}

}  // namespace homeroom::campus
