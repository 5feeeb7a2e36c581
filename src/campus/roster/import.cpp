#include "campus/roster/import.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "campus/audit.h"
#include "campus/roster/roster_store.h"

namespace homeroom::campus {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view outcome_words[] = {"refused", "guarded", "nothing_to_do", "dry_run",
                                              "applied"};

bool has_error(const std::vector<oneroster::Diagnostic>& diagnostics) {
    return std::ranges::any_of(
        diagnostics, [](const auto& one) { return one.severity == oneroster::Severity::error; });
}

std::string text_at(const Json& json, const char* name) {
    return json.value(name, std::string{});
}

// What is done with a set that is good: stopped by the guard, shown, or to be applied.
ImportPlan judge(ImportPlan plan, ChangeSet set, const Directory::Records& stored, const Say& say,
                 const ImportOptions& options) {
    ImportReport& report = plan.report;
    report.message.clear();
    if (const auto allowed = guard(set, options.guard); !allowed.ok() && !options.approved) {
        report.outcome = ImportOutcome::guarded;
        report.message = allowed.error().message;
        return plan;
    }
    if (set.empty()) {
        report.outcome = ImportOutcome::nothing_to_do;
        // What it claims counts all the same.
        if (!options.dry_run) plan.claims = std::move(set.claims);
        return plan;
    }
    if (options.dry_run) {
        report.outcome = ImportOutcome::dry_run;
        return plan;
    }
    report.outcome = ImportOutcome::applied;
    plan.kept = what_changes(stored, set.changes, set.claims, say);
    plan.changes = std::move(set.changes);
    plan.claims = std::move(set.claims);
    return plan;
}

Status audit_import(store::Transaction& transaction, const ImportPlan& plan,
                    const ImportOptions& options) {
    Json counts = Json::object();
    for (const auto& count : plan.report.counts) {
        counts[count.kind] =
            Json{{"added", count.added}, {"changed", count.changed}, {"removed", count.removed}};
    }
    return audit(transaction, {.actor = options.by,
                               .action = plan.undoes ? "roster.import_undone" : "roster.imported",
                               .subject = plan.report.change_set,
                               .details = counts.dump()});
}

}  // namespace

std::string_view to_string(ImportOutcome outcome) {
    return outcome_words[static_cast<std::size_t>(outcome)];
}

Result<ImportPlan> compare_import(store::Database& db, const oneroster::Reading& reading,
                                  const ImportOptions& options) {
    ImportPlan plan;
    ImportReport& report = plan.report;
    report.source = reading.package.source;
    report.roster_source = options.source;
    report.ignored_files = reading.package.ignored_files;
    report.diagnostics = reading.diagnostics;
    report.message = "the package has errors; nothing was applied";
    plan.digest = reading.package.digest;
    if (reading.refused()) return plan;

    TRY(const auto stored, load_roster(db));
    Claims claims;
    Say say;
    if (options.precedence.has_several()) {
        TRY(claims, Claims::load(db));
        say = Say{options.precedence, claims, options.source};
    }
    ChangeSet set = diff(stored, reading.package, report.diagnostics, say);
    report.change_set = set.id;
    report.counts = set.counts;
    if (has_error(report.diagnostics)) return plan;
    return judge(std::move(plan), std::move(set), stored, say, options);
}

Result<ImportPlan> compare_undo(store::Database& db, std::int64_t import,
                                const ImportOptions& options) {
    ImportPlan plan;
    plan.undoes = import;
    plan.report.message = "it can't be undone; nothing was applied";
    TRY(const auto kept, load_kept_changes(db, import));
    TRY(const auto stored, load_roster(db));
    TRY(const auto claims, Claims::load(db));
    const Say say{options.precedence, claims, {}};
    ChangeSet set = take_back(stored, kept, say, plan.report.diagnostics);
    plan.report.source = fmt::format("undo of import {}", import);
    plan.report.change_set = set.id;
    plan.report.counts = set.counts;
    if (has_error(plan.report.diagnostics)) return plan;
    return judge(std::move(plan), std::move(set), stored, say, options);
}

Status note_import(store::Transaction& transaction, ImportPlan& plan,
                   const ImportOptions& options) {
    TRY_OK(save_claims(transaction.db(), plan.claims, transaction.at()));
    if (plan.report.outcome != ImportOutcome::applied) return Ok{};
    TRY(plan.report.import, next_import(transaction.db()));
    const std::string text =
        to_json(plan.report).dump(-1, ' ', false, Json::error_handler_t::replace);
    TRY_OK(add_import(transaction,
                      {.number = plan.report.import,
                       .source = plan.report.source,
                       .roster_source = plan.report.roster_source,
                       .digest = plan.digest,
                       .change_set = plan.report.change_set,
                       .by = options.by,
                       .undoes = plan.undoes},
                      text));
    TRY_OK(audit_import(transaction, plan, options));
    return keep_changes(transaction.db(), plan.report.import, plan.kept);
}

Result<ImportPlan> plan_import(store::Transaction& transaction, const oneroster::Reading& reading,
                               const ImportOptions& options) {
    TRY(auto plan, compare_import(transaction.db(), reading, options));
    TRY_OK(note_import(transaction, plan, options));
    return plan;
}

Result<ImportPlan> plan_undo(store::Transaction& transaction, std::int64_t import,
                             const ImportOptions& options) {
    TRY(auto plan, compare_undo(transaction.db(), import, options));
    TRY_OK(note_import(transaction, plan, options));
    return plan;
}

Json to_json(const ImportReport& report) {
    Json json{{"outcome", to_string(report.outcome)},
              {"message", report.message},
              {"changeSet", report.change_set},
              {"source", report.source},
              {"rosterSource", report.roster_source},
              {"import", report.import},
              {"counts", Json::array()},
              {"ignoredFiles", report.ignored_files},
              {"diagnostics", Json::array()}};
    for (const auto& count : report.counts) {
        json["counts"].push_back({{"kind", count.kind},
                                  {"stored", count.stored},
                                  {"added", count.added},
                                  {"changed", count.changed},
                                  {"removed", count.removed},
                                  {"held", count.held}});
    }
    for (const auto& one : report.diagnostics) {
        json["diagnostics"].push_back(
            {{"severity", one.severity == oneroster::Severity::error ? "error" : "warning"},
             {"file", one.file},
             {"row", one.row},
             {"column", one.column},
             {"code", one.code},
             {"message", one.message}});
    }
    return json;
}

ImportReport import_report_from_json(const Json& json) {
    ImportReport report;
    const auto word = text_at(json, "outcome");
    for (std::size_t i = 0; i < std::size(outcome_words); ++i) {
        if (outcome_words[i] == word) report.outcome = static_cast<ImportOutcome>(i);
    }
    report.message = text_at(json, "message");
    report.change_set = text_at(json, "changeSet");
    report.source = text_at(json, "source");
    report.roster_source = text_at(json, "rosterSource");
    report.import = json.value("import", std::int64_t{0});
    report.ignored_files = json.value("ignoredFiles", std::vector<std::string>{});
    for (const Json& one : json.value("counts", Json::array())) {
        report.counts.push_back({text_at(one, "kind"), one.value("stored", 0U),
                                 one.value("added", 0U), one.value("changed", 0U),
                                 one.value("removed", 0U), one.value("held", 0U)});
    }
    for (const Json& one : json.value("diagnostics", Json::array())) {
        report.diagnostics.push_back({.severity = text_at(one, "severity") == "error"
                                                      ? oneroster::Severity::error
                                                      : oneroster::Severity::warning,
                                      .file = text_at(one, "file"),
                                      .row = one.value("row", 0U),
                                      .column = text_at(one, "column"),
                                      .code = text_at(one, "code"),
                                      .message = text_at(one, "message")});
    }
    return report;
}

std::string to_text(const ImportReport& report) {
    std::string text;
    auto out = std::back_inserter(text);
    for (const auto& one : report.diagnostics) {
        const bool error = one.severity == oneroster::Severity::error;
        fmt::format_to(out, "{} {}", error ? "error  " : "warning", one.file);
        if (one.row > 0) fmt::format_to(out, " row {}", one.row);
        if (!one.column.empty()) fmt::format_to(out, " column {}", one.column);
        fmt::format_to(out, ": [{}] {}\n", one.code, one.message);
    }
    for (const auto& name : report.ignored_files) fmt::format_to(out, "not read: {}\n", name);
    for (const auto& count : report.counts) {
        if (count.added + count.changed + count.removed + count.held == 0) continue;
        fmt::format_to(out, "{:18} {:>8} stored {:>8} added {:>8} changed {:>8} removed",
                       count.kind, count.stored, count.added, count.changed, count.removed);
        if (count.held > 0) fmt::format_to(out, " {:>8} held", count.held);
        text += '\n';
    }
    switch (report.outcome) {
        case ImportOutcome::refused: fmt::format_to(out, "refused: {}\n", report.message); break;
        case ImportOutcome::guarded:
            fmt::format_to(out, "stopped by the guard: {}\n", report.message);
            break;
        case ImportOutcome::nothing_to_do:
            fmt::format_to(out, "nothing to do: all of it is there already\n");
            break;
        case ImportOutcome::dry_run:
            fmt::format_to(out, "dry run: nothing was applied; change set {}\n", report.change_set);
            break;
        case ImportOutcome::applied:
            fmt::format_to(out, "applied: change set {}", report.change_set);
            if (report.import > 0) fmt::format_to(out, ", import {}", report.import);
            text += '\n';
            break;
    }
    return text;
}

}  // namespace homeroom::campus
