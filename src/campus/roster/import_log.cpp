#include "campus/roster/import_log.h"

#include <fmt/format.h>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/limits.h"
#include "campus/roster/record_text.h"

namespace homeroom::campus {
namespace {

using Json = nlohmann::ordered_json;

// In place of `before` where an import took the record over and left it as it was.
constexpr std::string_view unchanged = "=";

std::string claim_text_of(const Claim* claim) {
    return claim_text(claim == nullptr ? std::nullopt : std::optional{*claim});
}

}  // namespace

// --- What an import changes ----------------------------------------------------------------------

std::vector<KeptChange> what_changes(const Directory::Records& stored,
                                     const Directory::Changes& changes,
                                     const std::vector<ClaimChange>& claims, const Say& say) {
    std::map<std::pair<RecordKind, std::string>, KeptChange> kept;
    const auto at = [&](RecordKind kind, const std::string& id) -> KeptChange& {
        auto& one = kept[{kind, id}];
        one.kind = kind;
        one.id = id;
        return one;
    };
    for_each_kind(stored, changes,
                  [&](RecordKind kind, const auto& list, const auto& upserts,
                      const std::vector<std::string>& removed) {
                      if (upserts.empty() && removed.empty()) return;
                      const auto known = by_id(list);
                      for (const auto& one : upserts) {
                          KeptChange& change = at(kind, one.id);
                          const auto found = known.find(one.id);
                          if (found != known.end()) change.before = record_text(*found->second);
                          change.after_digest = text_digest(record_text(one));
                      }
                      for (const std::string& id : removed) {
                          const auto found = known.find(id);
                          if (found == known.end()) {
                              kept.erase({kind, id});
                              continue;
                          }
                          KeptChange& change = at(kind, id);
                          change.before = record_text(*found->second);
                          change.after_digest.clear();
                      }
                  });
    for (const ClaimChange& one : claims) {
        const bool is_new = !kept.contains({one.kind, one.id});
        KeptChange& change = at(one.kind, one.id);
        if (is_new) change.before = std::string{unchanged};
        change.claim_before = claim_text_of(say.claim(one.kind, one.id));
        change.claim_after = claim_text(one.claim);
    }
    std::vector<KeptChange> list;
    list.reserve(kept.size());
    for (auto& [key, change] : kept) list.push_back(std::move(change));
    return list;
}

// --- Rows ----------------------------------------------------------------------------------------

Result<std::int64_t> next_import(store::Database& db) {
    auto select = db.statement("SELECT coalesce(max(id), 0) + 1 FROM roster_imports");
    TRY([[maybe_unused]] const bool found, select.step());
    return select.number(0);
}

Status add_import(store::Transaction& transaction, const ImportEntry& entry,
                  std::string_view report) {
    store::Database& db = transaction.db();
    TRY_OK(db.statement("INSERT INTO roster_imports (id, at, source, digest, change_set, report, "
                        "by_whom, roster_source) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
               .bind_all(entry.number, std::string_view{transaction.at()},
                         std::string_view{entry.source}, std::string_view{entry.digest},
                         std::string_view{entry.change_set}, report, std::string_view{entry.by},
                         std::string_view{entry.roster_source})
               .run());
    if (entry.undoes != 0) {
        // What was undone by that one is in force again.
        TRY_OK(db.statement("UPDATE roster_imports SET undone_by = NULL WHERE undone_by = ?")
                   .bind(1, entry.undoes)
                   .run());
        TRY_OK(db.statement("UPDATE roster_imports SET undoes = ? WHERE id = ?")
                   .bind_all(entry.undoes, entry.number)
                   .run());
        TRY_OK(db.statement("UPDATE roster_imports SET undone_by = ? WHERE id = ?")
                   .bind_all(entry.number, entry.undoes)
                   .run());
    }
    return db.statement("DELETE FROM roster_imports WHERE id <= ?")
        .bind_all(entry.number - imports_listed_max)
        .run();
}

Status keep_changes(store::Database& db, std::int64_t import,
                    const std::vector<KeptChange>& changes) {
    for (const KeptChange& one : changes) {
        TRY_OK(db.statement("INSERT INTO roster_import_changes (import, kind, id, before, "
                            "after_digest, claim_before, claim_after) VALUES (?, ?, ?, ?, ?, ?, ?)")
                   .bind_all(import, static_cast<std::int64_t>(one.kind), std::string_view{one.id},
                             std::string_view{one.before}, std::string_view{one.after_digest},
                             std::string_view{one.claim_before}, std::string_view{one.claim_after})
                   .run());
    }
    return Ok{};
}

namespace {

Status check_undoable(store::Database& db, std::int64_t import) {
    auto select = db.statement(
        "SELECT undone_by, (SELECT max(id) FROM roster_imports) FROM roster_imports WHERE id = ?");
    select.bind(1, import);
    TRY(const bool found, select.step());
    if (!found) return Error{Code::not_found, "there is no such import in the list", "import"};
    if (!select.is_null(0)) {
        return Error{Code::conflict,
                     fmt::format("it was undone already, by import {}", select.number(0)),
                     "import"};
    }
    if (import <= select.number(1) - imports_undoable_max) {
        return Error{Code::conflict,
                     fmt::format("what it changed is kept no longer: only the last {} imports can "
                                 "be undone",
                                 imports_undoable_max),
                     "import"};
    }
    return Ok{};
}

}  // namespace

Result<std::vector<KeptChange>> load_kept_changes(store::Database& db, std::int64_t import) {
    TRY_OK(check_undoable(db, import));
    std::vector<KeptChange> changes;
    auto select = db.statement(
        "SELECT kind, id, before, after_digest, claim_before, claim_after FROM "
        "roster_import_changes WHERE import = ? ORDER BY kind, id");
    select.bind(1, import);
    while (true) {
        TRY(const bool found, select.step());
        if (!found) break;
        const auto kind = select.number(0);
        if (kind < 0 || kind >= static_cast<std::int64_t>(record_kind_names.size())) continue;
        changes.push_back({static_cast<RecordKind>(kind), select.copy(1), select.copy(2),
                           select.copy(3), select.copy(4), select.copy(5)});
    }
    if (changes.empty()) return Error{Code::conflict, "what it changed was not kept", "import"};
    return changes;
}

Status drop_old_changes(store::Database& db, std::int64_t rows_max) {
    return db
        .statement(
            "DELETE FROM roster_import_changes WHERE (import, kind, id) IN (SELECT import, "
            "kind, id FROM roster_import_changes WHERE import <= (SELECT max(id) FROM "
            "roster_imports) - ? LIMIT ?)")
        .bind_all(imports_undoable_max, rows_max)
        .run();
}

Status forget_person(store::Database& db, std::string_view user) {
    TRY_OK(db.statement("DELETE FROM roster_import_changes WHERE kind = ? AND id = ?")
               .bind_all(static_cast<std::int64_t>(RecordKind::user), user)
               .run());
    // His roles and enrolments name him second; one that an import added kept no text.
    return db
        .statement(
            "DELETE FROM roster_import_changes WHERE kind IN (?, ?) AND CASE WHEN "
            "substr(before, 1, 1) = '[' THEN json_extract(before, '$[1]') END = ?")
        .bind_all(static_cast<std::int64_t>(RecordKind::affiliation),
                  static_cast<std::int64_t>(RecordKind::enrollment), user)
        .run();
}

Result<Json> list_imports(store::Database& db) {
    Json list = Json::array();
    auto select = db.statement(
        "SELECT id, at, by_whom, source, roster_source, digest, change_set, json_extract(report, "
        "'$.counts'), undoes, undone_by, max(id) OVER (), EXISTS (SELECT 1 FROM "
        "roster_import_changes WHERE import = roster_imports.id) FROM roster_imports ORDER BY id "
        "DESC");
    while (true) {
        TRY(const bool found, select.step());
        if (!found) return Json{{"imports", std::move(list)}};
        const bool undone = !select.is_null(9);
        Json one{{"import", select.number(0)},
                 {"at", select.text(1)},
                 {"by", select.text(2)},
                 {"source", select.text(3)},
                 {"rosterSource", select.text(4)},
                 {"digest", select.text(5)},
                 {"changeSet", select.text(6)},
                 {"counts", Json::parse(select.text(7), nullptr, false)}};
        if (!one["counts"].is_array()) one["counts"] = Json::array();
        if (!select.is_null(8)) one["undoes"] = select.number(8);
        if (undone) one["undoneBy"] = select.number(9);
        one["undoable"] = !undone && select.number(11) != 0 &&
                          select.number(0) > select.number(10) - imports_undoable_max;
        list.push_back(std::move(one));
    }
}

// --- Taking one back -----------------------------------------------------------------------------

namespace {

class TakingBack {
public:
    TakingBack(const std::vector<KeptChange>& kept, const Say& say,
               std::vector<oneroster::Diagnostic>& diagnostics)
        : kept_(kept), say_(say), diagnostics_(diagnostics) {}

    template <typename Record>
    ChangeSet::Count one_kind(RecordKind kind, const std::vector<Record>& stored,
                              std::vector<Record>& upserts, std::vector<std::string>& removed,
                              std::vector<ClaimChange>& claims) {
        ChangeSet::Count count{.kind = std::string{to_string(kind)}, .stored = stored.size()};
        const auto known = by_id(stored);
        for (const KeptChange& one : kept_) {
            if (one.kind != kind) continue;
            if (one.claim_before != one.claim_after) {
                if (claim_text_of(say_.claim(kind, one.id)) != one.claim_after) {
                    refuse(kind, one.id, "another source has taken it over since");
                    continue;
                }
                claims.push_back({kind, one.id, claim_from_text(one.claim_before)});
            }
            if (one.before == unchanged) continue;
            const auto found = known.find(one.id);
            const Record* now = found == known.end() ? nullptr : found->second;
            if (text_digest(now == nullptr ? "" : record_text(*now)) != one.after_digest) {
                refuse(kind, one.id, "it has been changed since");
            } else if (one.before.empty()) {
                if (now != nullptr) removed.push_back(one.id);
            } else if (Record before{}; !read_record(one.before, before)) {
                refuse(kind, one.id, "what it was before can't be read");
            } else if (now == nullptr || *now != before) {
                ++(now == nullptr ? count.added : count.changed);
                upserts.push_back(std::move(before));
            }
        }
        count.removed = removed.size();
        return count;
    }

    // What came since and hangs on what would go.
    template <typename Record, typename HangsOn>
    void check_dependents(RecordKind kind, const std::vector<Record>& stored,
                          const std::vector<Record>& upserts,
                          const std::vector<std::string>& removed, HangsOn hangs_on) {
        const std::unordered_set<std::string_view> gone{removed.begin(), removed.end()};
        const auto written = by_id(upserts);
        for (const Record& one : stored) {
            if (hangs_on(one) && !gone.contains(one.id) && !written.contains(one.id))
                refuse(kind, one.id, "it came since and would have nothing to hang on");
        }
    }

private:
    void refuse(RecordKind kind, std::string_view id, std::string_view why) {
        if (diagnostics_.size() >= limits::diagnostics_max) return;
        diagnostics_.push_back({.severity = oneroster::Severity::error,
                                .file = std::string{to_string(kind)},
                                .code = "undo.conflict",
                                .message = fmt::format("record {}: {}", id, why)});
    }

    const std::vector<KeptChange>& kept_;
    const Say& say_;
    std::vector<oneroster::Diagnostic>& diagnostics_;
};

}  // namespace

ChangeSet take_back(const Directory::Records& stored, const std::vector<KeptChange>& kept,
                    const Say& say, std::vector<oneroster::Diagnostic>& diagnostics) {
    ChangeSet set;
    TakingBack taking{kept, say, diagnostics};
    for_each_kind(
        stored, set.changes, [&](RecordKind kind, const auto& list, auto& upserts, auto& removed) {
            set.counts.push_back(taking.one_kind(kind, list, upserts, removed, set.claims));
        });
    const auto& changes = set.changes;
    const std::unordered_set<std::string_view> users{changes.removed_users.begin(),
                                                     changes.removed_users.end()};
    const std::unordered_set<std::string_view> classes{changes.removed_classes.begin(),
                                                       changes.removed_classes.end()};
    const std::unordered_set<std::string_view> orgs{changes.removed_orgs.begin(),
                                                    changes.removed_orgs.end()};
    taking.check_dependents(RecordKind::enrollment, stored.enrollments, changes.upserts.enrollments,
                            changes.removed_enrollments, [&](const Enrollment& one) {
                                return users.contains(one.user) || classes.contains(one.class_id);
                            });
    taking.check_dependents(
        RecordKind::affiliation, stored.affiliations, changes.upserts.affiliations,
        changes.removed_affiliations,
        [&](const Affiliation& one) { return users.contains(one.user) || orgs.contains(one.org); });
    check_references(stored, set, diagnostics);
    set.id = change_set_id("undo", set);
    return set;
}

}  // namespace homeroom::campus
