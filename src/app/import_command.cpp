#include "app/import_command.h"

#include <cstdio>
#include <fmt/format.h>
#include <utility>

#include "app/control_client.h"
#include "app/data_home.h"
#include "campus/audit.h"
#include "campus/groups/group_records.h"
#include "campus/roster/roster_store.h"
#include "campus/roster_service.h"
#include "campus/school_day.h"
#include "store/data_directory.h"
#include "store/scratch_directory.h"

namespace homeroom::app {
namespace {

using campus::Json;

int print(const campus::ImportReport& report) {
    const std::string text = campus::to_text(report);
    std::fputs(text.c_str(), stdout);
    const bool stopped = report.outcome == campus::ImportOutcome::refused ||
                         report.outcome == campus::ImportOutcome::guarded;
    return stopped ? 1 : 0;
}

Result<Json> ask(const Config& config, const char* path, const Json& body) {
    TRY(const auto answer, ask_control_socket(config.data / "control.sock", path, body.dump()));
    Json json = Json::parse(answer, nullptr, false);
    if (!json.is_object())
        return Error{Code::internal, "the running server gave no readable answer"};
    return json;
}

Result<int> print_answer(const Json& json) {
    if (!json.contains("outcome"))
        return Error{Code::unavailable, json.value("detail", std::string{"refused"})};
    return print(campus::import_report_from_json(json));
}

int print_list(const Json& json) {
    for (const Json& one : json.value("imports", Json::array())) {
        std::string line =
            fmt::format("{:>6}  {}  {}  {}", one.value("import", std::int64_t{0}),
                        one.value("at", std::string{}), one.value("by", std::string{}),
                        one.value("source", std::string{}));
        if (const auto name = one.value("rosterSource", std::string{}); !name.empty())
            line += " (" + name + ")";
        line += "  " + one.value("digest", std::string{}).substr(0, 12);
        for (const Json& count : one.value("counts", Json::array())) {
            const auto added = count.value("added", 0U);
            const auto changed = count.value("changed", 0U);
            const auto removed = count.value("removed", 0U);
            if (added + changed + removed == 0) continue;
            line += fmt::format("  {} +{} ~{} -{}", count.value("kind", std::string{}), added,
                                changed, removed);
        }
        if (one.contains("undoneBy"))
            line += fmt::format("  undone by {}", one.value("undoneBy", std::int64_t{0}));
        line += one.value("undoable", false) ? "\n" : "  (can't be undone)\n";
        std::fputs(line.c_str(), stdout);
    }
    return 0;
}

// The command's work on a data directory: by the server that runs on it, else on the open store.
template <typename ByServer, typename Offline>
Result<int> wherever(const Config& config, const ByServer& by_server, const Offline& offline) {
    TRY_OK(store::make_data_directory(config.data));
    auto lock = store::DirectoryLock::take(config.data);
    if (!lock.ok()) {
        if (lock.error().code == Code::conflict) return by_server();
        return lock.error();
    }
    TRY(const auto store, open_store(config));
    return offline(*store);
}

Result<int> import_into(const Config& config, const ImportRequest& request) {
    return wherever(
        config,
        [&]() -> Result<int> {
            std::error_code error;
            const bool tolerant = request.profile == campus::oneroster::Profile::tolerant;
            TRY(const auto answer,
                ask(config, "/control/import",
                    {{"path", std::filesystem::absolute(request.path, error).string()},
                     {"profile", tolerant ? "tolerant" : "strict"},
                     {"source", request.options.source},
                     {"dryRun", request.options.dry_run},
                     {"approve", request.options.approved}}));
            return print_answer(answer);
        },
        [&](store::Store& store) -> Result<int> {
            TRY_OK(refuse_demo(config.data));
            TRY(const auto day, campus::SchoolDay::in(config.roster.time_zone));
            TRY(const auto report, import_offline(store, request, day.today()));
            return print(report);
        });
}

// As in a running server: rows and the notices of whom it concerns, in one commit.
Status apply_offline(const campus::ImportPlan& plan, store::Transaction& transaction, Date today) {
    if (plan.report.outcome != campus::ImportOutcome::applied) return Ok{};
    campus::Directory directory;
    TRY(const auto records, campus::load_roster(transaction.db()));
    TRY(auto groups, campus::load_groups(transaction.db()));
    directory.load(records, today);
    directory.groups().load(std::move(groups));
    TRY([[maybe_unused]] const auto rerouting,
        campus::apply_roster_changes(plan.changes, directory, transaction));
    return Ok{};
}

}  // namespace

Result<campus::ImportReport> import_offline(store::Store& store, const ImportRequest& request,
                                            Date today) {
    campus::ImportOptions options = request.options;
    if (options.by.empty()) options.by = campus::local_operator;
    TRY(options.source, options.precedence.of_import(options.source));
    TRY(const auto reading, campus::oneroster::read(request.path, request.profile));
    campus::ImportReport report;
    TRY_OK(store.run_now([&](store::Transaction& transaction) -> Status {
        TRY(const auto plan, campus::plan_import(transaction, reading, options));
        report = plan.report;
        return apply_offline(plan, transaction, today);
    }));
    return report;
}

Result<campus::ImportReport> undo_offline(store::Store& store, const UndoRequest& request,
                                          Date today) {
    campus::ImportOptions options = request.options;
    if (options.by.empty()) options.by = campus::local_operator;
    campus::ImportReport report;
    TRY_OK(store.run_now([&](store::Transaction& transaction) -> Status {
        TRY(const auto plan, campus::plan_undo(transaction, request.import, options));
        report = plan.report;
        return apply_offline(plan, transaction, today);
    }));
    return report;
}

Result<int> undo_command(const Config& config, const UndoRequest& request) {
    return wherever(
        config,
        [&]() -> Result<int> {
            TRY(const auto answer, ask(config, "/control/undo",
                                       {{"import", request.import},
                                        {"dryRun", request.options.dry_run},
                                        {"approve", request.options.approved}}));
            return print_answer(answer);
        },
        [&](store::Store& store) -> Result<int> {
            TRY(const auto day, campus::SchoolDay::in(config.roster.time_zone));
            TRY(const auto report, undo_offline(store, request, day.today()));
            return print(report);
        });
}

Result<int> list_imports_command(const Config& config) {
    return wherever(
        config,
        [&]() -> Result<int> {
            TRY(const auto answer, ask(config, "/control/imports", Json::object()));
            return print_list(answer);
        },
        [&](store::Store& store) -> Result<int> {
            TRY(const auto list, campus::list_imports(store.db()));
            return print_list(list);
        });
}

Result<int> import_command(const Config& config, const ImportRequest& request) {
    std::error_code unknown;
    if (!request.options.dry_run || !config.store.postgres.empty() ||
        std::filesystem::exists(config.data, unknown))
        return import_into(config, request);
    // Compared with no school at all, and nothing is left behind.
    TRY(const auto scratch, store::ScratchDirectory::make());
    Config nowhere = config;
    nowhere.data = scratch->path();
    return import_into(nowhere, request);
}

}  // namespace homeroom::app
