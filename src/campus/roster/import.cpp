#include "campus/roster/import.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

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

Status remember(store::Transaction& transaction, const oneroster::Package& package,
                const ImportReport& report) {
    const std::string text = to_json(report).dump(-1, ' ', false, Json::error_handler_t::replace);
    return transaction.db()
        .statement(
            "INSERT INTO roster_imports (at, source, digest, change_set, report) VALUES (?, ?, ?, "
            "?, ?)")
        .bind_all(std::string_view{transaction.at()}, std::string_view{package.source},
                  std::string_view{package.digest}, std::string_view{report.change_set},
                  std::string_view{text})
        .run();
}

std::string text_at(const Json& json, const char* name) {
    return json.value(name, std::string{});
}

}  // namespace

std::string_view to_string(ImportOutcome outcome) {
    return outcome_words[static_cast<std::size_t>(outcome)];
}

Result<ImportPlan> plan_import(store::Transaction& transaction, const oneroster::Reading& reading,
                               const ImportOptions& options) {
    ImportPlan plan;
    ImportReport& report = plan.report;
    report.source = reading.package.source;
    report.ignored_files = reading.package.ignored_files;
    report.diagnostics = reading.diagnostics;
    report.message = "the package has errors; nothing was applied";
    if (reading.refused()) return plan;

    TRY(const auto stored, load_roster(transaction.db()));
    ChangeSet set = diff(stored, reading.package, report.diagnostics);
    report.change_set = set.id;
    report.counts = set.counts;
    if (has_error(report.diagnostics)) return plan;
    report.message.clear();
    if (set.empty()) {
        report.outcome = ImportOutcome::nothing_to_do;
        return plan;
    }
    if (const auto allowed = guard(set, options.guard); !allowed.ok() && !options.approved) {
        report.outcome = ImportOutcome::guarded;
        report.message = allowed.error().message;
        return plan;
    }
    if (options.dry_run) {
        report.outcome = ImportOutcome::dry_run;
        return plan;
    }
    report.outcome = ImportOutcome::applied;
    plan.changes = std::move(set.changes);
    TRY_OK(remember(transaction, reading.package, report));
    return plan;
}

Json to_json(const ImportReport& report) {
    Json json{{"outcome", to_string(report.outcome)},
              {"message", report.message},
              {"changeSet", report.change_set},
              {"source", report.source},
              {"counts", Json::array()},
              {"ignoredFiles", report.ignored_files},
              {"diagnostics", Json::array()}};
    for (const auto& count : report.counts) {
        json["counts"].push_back({{"kind", count.kind},
                                  {"stored", count.stored},
                                  {"added", count.added},
                                  {"changed", count.changed},
                                  {"removed", count.removed}});
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
    report.ignored_files = json.value("ignoredFiles", std::vector<std::string>{});
    for (const Json& one : json.value("counts", Json::array())) {
        report.counts.push_back({text_at(one, "kind"), one.value("stored", 0U),
                                 one.value("added", 0U), one.value("changed", 0U),
                                 one.value("removed", 0U)});
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
        if (count.added + count.changed + count.removed == 0) continue;
        fmt::format_to(out, "{:18} {:>8} stored {:>8} added {:>8} changed {:>8} removed\n",
                       count.kind, count.stored, count.added, count.changed, count.removed);
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
            fmt::format_to(out, "applied: change set {}\n", report.change_set);
            break;
    }
    return text;
}

}  // namespace homeroom::campus
