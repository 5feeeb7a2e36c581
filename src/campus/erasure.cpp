#include "campus/erasure.h"

#include <algorithm>

#include "campus/audit_requests.h"
#include "campus/contract_json.h"

namespace homeroom::campus {
namespace {

// Rules of which nothing was found are quick; so many of them go in one command.
constexpr std::size_t rules_per_step_max = 4;

constexpr store::Migration erasure_schema[] = {
    {"personal/1", R"sql(
        CREATE TABLE erasures (
            user TEXT PRIMARY KEY,
            state TEXT NOT NULL,  -- 'running', 'done', 'stopped'
            requested_at TEXT NOT NULL, ended_at TEXT,
            rule TEXT NOT NULL, position TEXT NOT NULL,  -- where it goes on
            erased INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        CREATE TABLE legal_holds (
            user TEXT PRIMARY KEY,
            reason TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL
        ) WITHOUT ROWID;
        -- How old what of a kind may become, and how far the pass under way has come.
        CREATE TABLE retention (
            kind TEXT PRIMARY KEY,
            seconds INTEGER NOT NULL,
            position TEXT NOT NULL DEFAULT '',
            deleted INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        -- What the configuration said at the last start.
        CREATE TABLE policy_values (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    )sql"},
};

struct Erasure {
    std::string user{};
    std::string state{};
    std::string requested_at{};
    std::string ended_at{};
    std::string rule{};
    std::string position{};
    std::int64_t erased = 0;
};

Result<std::optional<Erasure>> load(store::Database& db, std::string_view user) {
    auto select = db.statement(
        "SELECT user, state, requested_at, ended_at, rule, position, erased FROM erasures"
        " WHERE user = ?");
    select.bind(1, user);
    TRY(const bool found, select.step());
    if (!found) return std::optional<Erasure>{};
    const auto text = [&select](int column) { return std::string{select.text(column)}; };
    return std::optional{
        Erasure{text(0), text(1), text(2), text(3), text(4), text(5), select.number(6)}};
}

Status save(store::Database& db, const Erasure& erasure) {
    return db
        .statement(
            "INSERT OR REPLACE INTO erasures"
            " (user, state, requested_at, ended_at, rule, position, erased)"
            " VALUES (?, ?, ?, nullif(?, ''), ?, ?, ?)")
        .bind_all(std::string_view{erasure.user}, std::string_view{erasure.state},
                  std::string_view{erasure.requested_at}, std::string_view{erasure.ended_at},
                  std::string_view{erasure.rule}, std::string_view{erasure.position},
                  erasure.erased)
        .run();
}

Json to_json(const Erasure& erasure) {
    return Json{{"user", erasure.user},
                {"state", erasure.state},
                {"requestedAt", erasure.requested_at},
                {"endedAt", text_or_null(erasure.ended_at)},
                {"erased", erasure.erased}};
}

Status end(DueCall& call, Erasure& erasure, const char* state, const char* action, Json details) {
    erasure.state = state;
    erasure.ended_at = call.transaction.at();
    erasure.rule.clear();
    erasure.position.clear();
    TRY_OK(save(call.transaction.db(), erasure));
    details["erased"] = erasure.erased;
    return audit(call.transaction, {.actor = std::string{the_server},
                                    .action = action,
                                    .subject = erasure.user,
                                    .details = audit_details(std::move(details))});
}

// Whoever is on the roster again has a life of his own under this id.
Result<const char*> reason_to_stop(const DueCall& call, const Erasure& erasure) {
    if (call.directory.person(erasure.user)) return "on the roster";
    TRY(const bool held, is_held(call.transaction.db(), erasure.user));
    return held ? "legal hold" : nullptr;
}

// Carries out the rule that it is at. False: all have been.
Result<bool> step(DueCall& call, Erasure& erasure, std::span<const EraseRule> rules) {
    for (std::size_t tried = 0; tried < rules_per_step_max; ++tried) {
        auto rule = std::ranges::find(rules, erasure.rule, &EraseRule::name);
        if (rule == rules.end()) rule = rules.begin();
        if (rule == rules.end()) return false;
        EraseCall erase{call.transaction, call.directory, erasure.user, erasure.position};
        TRY(const bool more, rule->step(erase));
        erasure.erased += erase.erased;
        erasure.rule = rule->name;
        erasure.position = std::move(erase.position);
        if (more) return true;
        erasure.position.clear();
        if (++rule == rules.end()) return false;
        erasure.rule = rule->name;
        if (erase.erased > 0) return true;
    }
    return true;
}

Result<Json> ask_for_erasure(WriteCall& call, const Json& request) {
    TRY(const auto user, required_text(request, "user", limits::identifier_bytes_max));
    TRY(const auto reason, required_words(request, "reason", audit_reason_bytes_max));
    return request_erasure(call.transaction, call.directory, user, call.who.user, reason);
}

Result<Json> get_erasure(ReadCall& call, const Json& request) {
    TRY(const auto user, required_text(request, "user", limits::identifier_bytes_max));
    TRY(const auto found, load(call.db, user));
    if (!found) return Error{Code::not_found, "no erasure was requested of this user", "user"};
    return Json{{"erasure", to_json(*found)}};
}

}  // namespace

std::span<const store::Migration> personal_data_migrations() {
    return erasure_schema;
}

void register_erasure(Surface& surface) {
    surface.service_write("erasure:request", ask_for_erasure, Need::owed);
    surface.service_read("erasure:get", get_erasure);
}

Result<Json> request_erasure(store::Transaction& transaction, const Directory& directory,
                             const std::string& user, const std::string& actor,
                             const std::string& reason) {
    auto& db = transaction.db();
    if (directory.person(user))
        return Error{Code::conflict, "the user is on the roster; take him off it first", "user"};
    TRY(const bool held, is_held(db, user));
    if (held) return Error{Code::conflict, "there is a legal hold on this user", "user"};
    TRY(const auto earlier, load(db, user));
    if (earlier && earlier->state == "running") return Json{{"erasure", to_json(*earlier)}};
    const Erasure erasure{.user = user, .state = "running", .requested_at = transaction.at()};
    TRY_OK(save(db, erasure));
    TRY_OK(schedule(transaction, erasure_kind, user, wall_now()));
    TRY_OK(audit(transaction, {.actor = actor,
                               .action = "erasure.requested",
                               .subject = user,
                               .details = audit_details(Json::object(), reason)}));
    return Json{{"erasure", to_json(erasure)}};
}

Status resume_erasures(store::Transaction& transaction, WallTime now) {
    std::vector<std::string> users;
    {
        auto select =
            transaction.db().statement("SELECT user FROM erasures WHERE state = 'running'");
        while (true) {
            TRY(const bool more, select.step());
            if (!more) break;
            users.emplace_back(select.text(0));
        }
    }
    for (const std::string& user : users)
        TRY_OK(schedule_once(transaction, erasure_kind, user, now));
    return Ok{};
}

Status erase_due(DueCall& call, std::span<const EraseRule> rules) {
    auto& db = call.transaction.db();
    TRY(auto found, load(db, call.subject));
    if (!found || found->state != "running") return Ok{};
    Erasure& erasure = *found;
    TRY(const char* const stop, reason_to_stop(call, erasure));
    if (stop != nullptr)
        return end(call, erasure, "stopped", "erasure.stopped", {{"because", stop}});
    TRY(const bool more, step(call, erasure, rules));
    if (more) {
        TRY_OK(save(db, erasure));
        return schedule(call.transaction, erasure_kind, erasure.user, call.now);
    }
    // What was overwritten still stands in the log until that is gone.
    db.clean_log_soon();
    return end(call, erasure, "done", "erasure.completed", Json::object());
}

}  // namespace homeroom::campus
