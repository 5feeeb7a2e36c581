#include "app/import_routes.h"

#include <algorithm>
#include <fcntl.h>
#include <fstream>
#include <memory>
#include <unistd.h>
#include <utility>

#include "api/json_body.h"
#include "app/data_home.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/thrown.h"

namespace homeroom::app {
namespace {

using campus::Json;

constexpr std::string_view upload_prefix = "upload-";

// What a server that was killed left behind is a roster's worth of personal data.
void remove_old_uploads(const std::filesystem::path& data) {
    std::error_code ignored;
    for (std::filesystem::directory_iterator file{data, ignored}, end; !ignored && file != end;
         file.increment(ignored)) {
        if (file->path().filename().string().starts_with(upload_prefix))
            std::filesystem::remove(file->path(), ignored);
    }
}

// An uploaded zip, kept as a file of its own while it is read.
class Upload {
public:
    static Result<std::shared_ptr<Upload>> keep(const std::filesystem::path& data,
                                                std::string_view bytes) {
        auto upload = std::make_shared<Upload>();
        upload->path_ = data / (std::string{upload_prefix} + random_id20() + ".zip");
        // The owner's alone from its first moment on, which a stream cannot make it.
        const int made =
            ::open(upload->path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
        if (made < 0) return Error{Code::unavailable, "the upload could not be kept"};
        ::close(made);
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

using Answer = std::function<void(Result<campus::ImportReport>)>;

// The error in words of what the caller knows: an upload's place on this machine is not for him.
Error without_path(Error error, const ImportRequest& request) {
    const std::string path = request.path.string();
    const auto at = request.shown_as.empty() ? std::string::npos : error.message.find(path);
    if (at != std::string::npos) error.message.replace(at, path.size(), request.shown_as);
    return error;
}

// Reads a package (slow, and without the store), then lets the roster decide and apply.
void import_now(const ImportRequest& request, campus::RosterService& roster, const Answer& answer) {
    auto reading = campus::oneroster::read(request.path, request.profile);
    if (!reading.ok()) return answer(without_path(reading.error(), request));
    auto shared_reading = std::make_shared<campus::oneroster::Reading>(std::move(*reading));
    auto report = std::make_shared<campus::ImportReport>();
    roster.change(
        [shared_reading, report, options = request.options, actor = request.actor](
            store::Transaction& transaction) -> Result<campus::Directory::Changes> {
            TRY(auto plan, campus::plan_import(transaction, *shared_reading, options));
            *report = std::move(plan.report);
            TRY_OK(audit_import(transaction, actor, *report));
            return std::move(plan.changes);
        },
        [report, answer](const Status& status) {
            if (!status.ok()) return answer(status.error());
            answer(std::move(*report));
        });
}

void answer_report(const api::Request& request, const Result<campus::ImportReport>& report) {
    if (!report.ok()) return request.answer_problem(report.error());
    const bool stopped = report->outcome == campus::ImportOutcome::refused ||
                         report->outcome == campus::ImportOutcome::guarded;
    request.answer_json(stopped ? 409 : 200, campus::to_json(*report).dump(
                                                 -1, ' ', false, Json::error_handler_t::replace));
}

// Like a JSON body of such an object; the query's values are all texts. A name that is none of ours
// is refused: a dry run that was misspelt must not become a real one.
Result<Json> options_in_query(const api::Request& request) {
    constexpr std::string_view known[] = {"profile", "approve", "dryRun"};
    Json options = Json::object();
    for (const auto& [name, text] : request.http().parameters()) {
        if (std::ranges::find(known, name) == std::ranges::end(known)) {
            return Error{Code::invalid,
                         "there is no such parameter; those are profile, approve and dryRun",
                         name.substr(0, limits::event_name_bytes_max)};
        }
        options[name] = text == "true" ? Json(true) : text == "false" ? Json(false) : Json(text);
    }
    return options;
}

Result<bool> optional_flag(const Json& object, const char* field) {
    const auto found = object.find(field);
    if (found == object.end() || found->is_null()) return false;
    if (!found->is_boolean())
        return Error{Code::invalid, std::string{field} + " must be true or false", field};
    return found->get<bool>();
}

Result<ImportRequest> import_request(const Json& options, double removed_share_max) {
    ImportRequest import;
    TRY(const auto profile,
        campus::optional_text(options, "profile", limits::identifier_bytes_max));
    if (profile == "tolerant") {
        import.profile = campus::oneroster::Profile::tolerant;
    } else if (profile && profile != "strict") {
        return Error{Code::invalid, "profile is \"strict\" or \"tolerant\"", "profile"};
    }
    TRY(import.options.dry_run, optional_flag(options, "dryRun"));
    TRY(import.options.approved, optional_flag(options, "approve"));
    import.options.guard.removed_share_max = removed_share_max;
    return import;
}

}  // namespace

ImportRoutes::ImportRoutes(campus::RosterService& roster, double removed_share_max,
                           std::filesystem::path data)
    : roster_(roster),
      removed_share_max_(removed_share_max),
      data_(std::move(data)),
      thread_([this] { run(); }) {
    remove_old_uploads(data_);
}

void ImportRoutes::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void ImportRoutes::add_to(api::Router& router) {
    router.add({.method = "POST",
                .pattern = "/control/import",
                .caller = api::Caller::local,
                .handler = [this](const api::Request& request) { import_path(request); }});
    router.add({.method = "POST",
                .pattern = "/api/v1/roster/import",
                .caller = api::Caller::service,
                .handler = [this](const api::Request& request) { import_upload(request); },
                .body_bytes_max = limits::roster_upload_bytes_max});
}

void ImportRoutes::import_path(const api::Request& request) {
    const auto body = api::read_json_object(request.http());
    if (!body.ok()) return request.answer_problem(body.error());
    auto import = import_request(*body, removed_share_max_);
    if (!import.ok()) return request.answer_problem(import.error());
    auto path = campus::required_text(*body, "path", limits::path_bytes_max);
    if (!path.ok()) return request.answer_problem(path.error());
    import->path = std::move(*path);
    enqueue(request, std::move(*import), nullptr);
}

void ImportRoutes::import_upload(const api::Request& request) {
    const auto options = options_in_query(request);
    if (!options.ok()) return request.answer_problem(options.error());
    auto import = import_request(*options, removed_share_max_);
    if (!import.ok()) return request.answer_problem(import.error());
    const auto upload = Upload::keep(data_, request.http().body);
    if (!upload.ok()) return request.answer_problem(upload.error());
    import->path = (*upload)->path();
    import->shown_as = "the upload";
    import->actor = "service:" + request.claims().subject;
    enqueue(request, std::move(*import), *upload);
}

void ImportRoutes::enqueue(const api::Request& request, ImportRequest import,
                           std::shared_ptr<void> keep_alive) {
    if (auto status = refuse_demo(data_); !status.ok())
        return request.answer_problem(status.error());
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_ && jobs_.size() < limits::imports_waiting_max) {
            jobs_.emplace_back([this, request, import = std::move(import),
                                keep_alive = std::move(keep_alive)](bool stopping) {
                const Answer answer = [request](const Result<campus::ImportReport>& report) {
                    answer_report(request, report);
                };
                if (stopping) return answer(Error{Code::unavailable, "the server is stopping"});
                try {
                    import_now(import, roster_, answer);
                } catch (const std::exception& thrown) {  // out of memory, above all
                    log::error("an import failed: {}", store::type_of(thrown));
                    answer(Error{Code::internal, "the import failed"});
                }
            });
            changed_.notify_one();
            return;
        }
    }
    request.answer_problem(
        {Code::unavailable,
         "other imports are waiting, or the server is stopping; try again later"});
}

void ImportRoutes::run() {
    while (true) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        const Job job = std::move(jobs_.front());
        jobs_.pop_front();
        const bool stopping = stopping_;
        lock.unlock();
        job(stopping);
    }
}

}  // namespace homeroom::app
