#include "app/import_command.h"

#include <cstdio>
#include <utility>

#include "app/control_client.h"
#include "app/data_home.h"
#include "campus/audit_requests.h"
#include "campus/roster/roster_store.h"
#include "campus/roster_service.h"
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

Result<int> ask_server(const Config& config, const ImportRequest& request) {
    std::error_code error;
    const Json body{{"path", std::filesystem::absolute(request.path, error).string()},
                    {"profile", request.profile == campus::oneroster::Profile::tolerant ? "tolerant"
                                                                                        : "strict"},
                    {"dryRun", request.options.dry_run},
                    {"approve", request.options.approved}};
    TRY(const auto answer,
        ask_control_socket(config.data / "control.sock", "/control/import", body.dump()));
    const Json json = Json::parse(answer, nullptr, false);
    if (!json.is_object())
        return Error{Code::internal, "the running server gave no readable answer"};
    if (!json.contains("outcome"))
        return Error{Code::unavailable, json.value("detail", std::string{"refused"})};
    return print(campus::import_report_from_json(json));
}

Result<int> import_into(const Config& config, const ImportRequest& request) {
    TRY_OK(store::make_data_directory(config.data));
    auto lock = store::DirectoryLock::take(config.data);
    if (!lock.ok()) {
        if (lock.error().code == Code::conflict) return ask_server(config, request);
        return lock.error();
    }
    TRY_OK(refuse_demo(config.data));
    TRY(const auto store, open_store(config));
    TRY(const auto report, import_offline(*store, request, local_today()));
    return print(report);
}

}  // namespace

Result<campus::ImportReport> import_offline(store::Store& store, const ImportRequest& request,
                                            Date today) {
    TRY(const auto reading, campus::oneroster::read(request.path, request.profile));
    campus::ImportReport report;
    campus::Directory directory;
    const auto apply = [&](store::Transaction& transaction) -> Status {
        TRY(auto plan, campus::plan_import(transaction, reading, request.options));
        report = std::move(plan.report);
        if (report.outcome != campus::ImportOutcome::applied) return Ok{};
        TRY_OK(audit_import(transaction, request.actor, report));
        // As in a running server: rows and the notices of whom it concerns, in one commit.
        TRY(const auto records, campus::load_roster(transaction.db()));
        directory.load(records, today);
        TRY([[maybe_unused]] const auto affected,
            campus::apply_roster_changes(plan.changes, directory, transaction));
        return Ok{};
    };
    TRY_OK(store.run_now(apply));
    return report;
}

Status audit_import(store::Transaction& transaction, const std::string& actor,
                    const campus::ImportReport& report) {
    if (report.outcome != campus::ImportOutcome::applied) return Ok{};
    Json counts = Json::object();
    for (const auto& count : report.counts) {
        counts[count.kind] =
            Json{{"added", count.added}, {"changed", count.changed}, {"removed", count.removed}};
    }
    return campus::audit(transaction, {.actor = actor,
                                       .action = "roster.imported",
                                       .subject = report.change_set,
                                       .details = campus::audit_details(std::move(counts))});
}

Result<int> import_command(const Config& config, const ImportRequest& request) {
    std::error_code unknown;
    if (!request.options.dry_run || std::filesystem::exists(config.data, unknown))
        return import_into(config, request);
    // Compared with no school at all, and nothing is left behind.
    TRY(const auto scratch, store::ScratchDirectory::make());
    Config nowhere = config;
    nowhere.data = scratch->path();
    return import_into(nowhere, request);
}

}  // namespace homeroom::app
