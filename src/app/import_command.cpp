#include "app/import_command.h"

#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "api/json_body.h"
#include "app/control_client.h"
#include "app/data_home.h"
#include "base/ids.h"
#include "base/limits.h"
#include "campus/roster/roster_store.h"
#include "store/data_directory.h"

namespace homeroom::app {
namespace {

using campus::Json;

constexpr std::size_t upload_bytes_max = 256 * limits::MiB;

// Reads a package (slow, and without the store), then lets the roster decide and apply.
void import_live(const ImportRequest& request, campus::RosterService& roster,
                 const std::function<void(Result<campus::ImportReport>)>& answer) {
    auto reading = campus::oneroster::read(request.path, request.profile);
    if (!reading.ok()) return answer(reading.error());
    auto shared_reading = std::make_shared<campus::oneroster::Reading>(std::move(*reading));
    auto report = std::make_shared<campus::ImportReport>();
    roster.change(
        [shared_reading, report, options = request.options](
            store::Transaction& transaction) -> Result<campus::Directory::Changes> {
            TRY(auto plan, campus::plan_import(transaction, *shared_reading, options));
            *report = std::move(plan.report);
            return std::move(plan.changes);
        },
        [report, answer](const Status& status) {
            if (!status.ok()) return answer(status.error());
            answer(std::move(*report));
        });
}

void answer_report(const api::Request& request, Result<campus::ImportReport> report) {
    if (!report.ok()) return request.answer_problem(report.error());
    const bool stopped = report->outcome == campus::ImportOutcome::refused ||
                         report->outcome == campus::ImportOutcome::guarded;
    request.answer_json(stopped ? 409 : 200,
                        campus::to_json(*report).dump(-1, ' ', false, Json::error_handler_t::replace));
}

ImportRequest request_of(const Json& body, double removed_share_max) {
    ImportRequest request;
    request.path = body.value("path", std::string{});
    if (body.value("profile", std::string{}) == "tolerant") request.profile = campus::oneroster::Profile::tolerant;
    request.options.dry_run = body.value("dryRun", false);
    request.options.approval = body.value("approve", std::string{});
    request.options.guard.removed_share_max = removed_share_max;
    return request;
}

// An uploaded zip, kept as a file of its own while it is read.
class Upload {
public:
    static Result<std::shared_ptr<Upload>> keep(const std::filesystem::path& data, std::string_view bytes) {
        auto upload = std::make_shared<Upload>();
        upload->path_ = data / ("upload-" + random_id20() + ".zip");
        std::ofstream stream{upload->path_, std::ios::binary};
        stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        stream.close();
        if (!stream) return Error{Code::unavailable, "the upload could not be kept"};
        return upload;
    }
    Upload() = default;
    ~Upload() {
        std::error_code ignored;
        std::filesystem::remove(path_, ignored);
    }
    Upload(const Upload&) = delete;
    Upload& operator=(const Upload&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_{};
};

int print(const campus::ImportReport& report) {
    const std::string text = campus::to_text(report);
    std::fputs(text.c_str(), stdout);
    const bool stopped =
        report.outcome == campus::ImportOutcome::refused || report.outcome == campus::ImportOutcome::guarded;
    return stopped ? 1 : 0;
}

Result<int> ask_server(const Config& config, const ImportRequest& request) {
    std::error_code error;
    const Json body{{"path", std::filesystem::absolute(request.path, error).string()},
                    {"profile", request.profile == campus::oneroster::Profile::tolerant ? "tolerant" : "strict"},
                    {"dryRun", request.options.dry_run},
                    {"approve", request.options.approval}};
    TRY(const auto answer, ask_control_socket(config.data / "control.sock", "/control/import", body.dump()));
    const Json json = Json::parse(answer, nullptr, false);
    if (!json.is_object()) return Error{Code::internal, "the running server gave no readable answer"};
    if (!json.contains("outcome")) return Error{Code::unavailable, json.value("detail", std::string{"refused"})};
    return print(campus::import_report_from_json(json));
}

}  // namespace

Result<campus::ImportReport> import_offline(store::Store& store, const ImportRequest& request, Date today) {
    TRY(const auto reading, campus::oneroster::read(request.path, request.profile));
    campus::ImportReport report;
    campus::Directory directory;
    TRY_OK(store.run_now([&](store::Transaction& transaction) -> Status {
        TRY(auto plan, campus::plan_import(transaction, reading, request.options));
        report = std::move(plan.report);
        if (report.outcome != campus::ImportOutcome::applied) return Ok{};
        // As in a running server: rows and the notices of whom it concerns, in one commit.
        TRY(auto records, campus::load_roster(transaction.db()));
        directory.load(std::move(records), today);
        TRY([[maybe_unused]] const auto affected, campus::apply_roster_changes(plan.changes, directory, transaction));
        return Ok{};
    }));
    return report;
}

Result<int> import_command(const Config& config, const ImportRequest& request) {
    TRY_OK(store::make_data_directory(config.data));
    auto lock = store::DirectoryLock::take(config.data);
    if (!lock.ok()) {
        if (lock.error().code == Code::conflict) return ask_server(config, request);
        return lock.error();
    }
    TRY(const auto store, open_store(config));
    TRY(const auto report, import_offline(*store, request, local_today()));
    return print(report);
}

void add_import_routes(api::Router& router, campus::RosterService& roster, double removed_share_max,
                       const std::filesystem::path& data) {
    // Reading a package of a university takes a second or two: not on a loop.
    const auto in_background = [&roster](ImportRequest import, const api::Request& request,
                                         std::shared_ptr<void> keep_alive) {
        std::thread([&roster, import = std::move(import), request, keep_alive = std::move(keep_alive)] {
            import_live(import, roster, [request](Result<campus::ImportReport> report) {
                answer_report(request, std::move(report));
            });
        }).detach();
    };
    router.add({.method = "POST", .pattern = "/control/import", .caller = api::Caller::local,
                .handler = [removed_share_max, in_background](const api::Request& request) {
                    auto body = api::read_json_object(request.http());
                    if (!body.ok()) return request.answer_problem(body.error());
                    in_background(request_of(*body, removed_share_max), request, nullptr);
                }});
    router.add({.method = "POST", .pattern = "/api/v1/roster/import", .caller = api::Caller::service,
                .handler =
                    [removed_share_max, in_background, data](const api::Request& request) {
                        auto upload = Upload::keep(data, request.http().body);
                        if (!upload.ok()) return request.answer_problem(upload.error());
                        Json options{{"path", (*upload)->path().string()}};
                        if (auto profile = request.http().parameter("profile")) options["profile"] = *profile;
                        if (auto approve = request.http().parameter("approve")) options["approve"] = *approve;
                        options["dryRun"] = request.http().parameter("dryRun").value_or("") == "true";
                        in_background(request_of(options, removed_share_max), request, *upload);
                    },
                .body_bytes_max = upload_bytes_max});
}

}  // namespace homeroom::app
