#include "app/import_routes.h"

#include <algorithm>
#include <charconv>
#include <fcntl.h>
#include <fstream>
#include <future>
#include <memory>
#include <optional>
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

// The error in words of what the caller knows: an upload's place on this machine is not for him.
Error without_path(Error error, const ImportRequest& request) {
    const std::string path = request.path.string();
    const auto at = request.shown_as.empty() ? std::string::npos : error.message.find(path);
    if (at != std::string::npos) error.message.replace(at, path.size(), request.shown_as);
    return error;
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
    constexpr std::string_view known[] = {"profile", "approve", "dryRun", "source"};
    Json options = Json::object();
    for (const auto& [name, text] : request.http().parameters()) {
        if (std::ranges::find(known, name) == std::ranges::end(known)) {
            return Error{Code::invalid,
                         "there is no such parameter; those are profile, source, approve and "
                         "dryRun",
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

Result<campus::oneroster::Profile> profile_of(const Json& options) {
    using campus::oneroster::Profile;
    TRY(const auto profile,
        campus::optional_text(options, "profile", limits::identifier_bytes_max));
    if (profile == "tolerant") return Profile::tolerant;
    if (!profile || profile == "strict") return Profile::strict;
    return Error{Code::invalid, "profile is \"strict\" or \"tolerant\"", "profile"};
}

// The list's own number; nothing for any other text.
std::optional<std::int64_t> number_of(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number <= 0)
        return std::nullopt;
    return number;
}

constexpr int compared_aside_max = 3;  // times; then on the writer, however long that takes
constexpr auto unsettled_wait = std::chrono::milliseconds{20};

std::string by_service(const api::Request& request) {
    return "service:" + request.claims().subject;
}

}  // namespace

ImportRoutes::ImportRoutes(campus::RosterService& roster, store::Store& store,
                           const Config::Roster& policy, std::filesystem::path data)
    : roster_(roster),
      store_(store),
      removed_share_max_(policy.removed_share_max),
      precedence_(policy.sources),
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
    const auto add = [&](const char* method, const char* pattern, api::Caller caller,
                         api::Router::Handler handler) {
        router.add({.method = method,
                    .pattern = pattern,
                    .caller = caller,
                    .handler = std::move(handler)});
    };
    add("POST", "/control/import", api::Caller::local,
        [this](const api::Request& request) { import_path(request); });
    add("POST", "/control/imports", api::Caller::local,
        [this](const api::Request& request) { list(request); });
    add("POST", "/control/undo", api::Caller::local, [this](const api::Request& request) {
        const auto body = api::read_json_object(request.http());
        if (!body.ok()) return request.answer_problem(body.error());
        const auto import = campus::optional_number(*body, "import", 1, INT64_MAX);
        if (!import.ok()) return request.answer_problem(import.error());
        undo(request, import->value_or(0), *body);
    });
    router.add({.method = "POST",
                .pattern = "/api/v1/roster/import",
                .caller = api::Caller::service,
                .handler = [this](const api::Request& request) { import_upload(request); },
                .body_bytes_max = limits::roster_upload_bytes_max});
    add("GET", "/api/v1/roster/imports", api::Caller::service,
        [this](const api::Request& request) { list(request); });
    add("POST", "/api/v1/roster/imports/{import}/undo", api::Caller::service,
        [this](const api::Request& request) {
            const auto options = options_in_query(request);
            if (!options.ok()) return request.answer_problem(options.error());
            const auto import = number_of(request.parameter(0));
            if (!import) {
                return request.answer_problem(
                    {Code::not_found, "there is no such import in the list", "import"});
            }
            undo(request, *import, *options);
        });
}

void ImportRoutes::list(const api::Request& request) {
    const bool taken = store_.submit_read([request](Result<store::Database*> db) {
        if (!db.ok()) return request.answer_problem(db.error());
        const auto imports = campus::list_imports(**db);
        if (!imports.ok()) return request.answer_problem(imports.error());
        request.answer_json(200, imports->dump(-1, ' ', false, Json::error_handler_t::replace));
    });
    if (!taken) {
        request.answer_problem(
            {Code::unavailable, "too much to do; try again", "", std::chrono::seconds{1}});
    }
}

Result<campus::ImportOptions> ImportRoutes::import_options(const Json& options,
                                                           std::string by) const {
    campus::ImportOptions import;
    TRY(import.dry_run, optional_flag(options, "dryRun"));
    TRY(import.approved, optional_flag(options, "approve"));
    import.guard.removed_share_max = removed_share_max_;
    import.precedence = precedence_;
    import.by = std::move(by);
    return import;
}

void ImportRoutes::import_path(const api::Request& request) {
    const auto body = api::read_json_object(request.http());
    if (!body.ok()) return request.answer_problem(body.error());
    const auto import = [&]() -> Result<ImportRequest> {
        ImportRequest read;
        TRY(read.path, campus::required_text(*body, "path", limits::path_bytes_max));
        TRY(read.profile, profile_of(*body));
        TRY(read.options, import_options(*body, std::string{campus::local_operator}));
        TRY(const auto source,
            campus::optional_text(*body, "source", limits::identifier_bytes_max));
        TRY(read.options.source, precedence_.of_import(source.value_or("")));
        return read;
    }();
    if (!import.ok()) return request.answer_problem(import.error());
    enqueue(request,
            [this, import = *import](const Answer& answer) { import_now(import, answer); });
}

void ImportRoutes::import_upload(const api::Request& request) {
    const auto options = options_in_query(request);
    if (!options.ok()) return request.answer_problem(options.error());
    auto import = [&]() -> Result<ImportRequest> {
        ImportRequest read{.path = {}, .shown_as = "the upload"};
        TRY(read.profile, profile_of(*options));
        TRY(read.options, import_options(*options, by_service(request)));
        TRY(const auto source,
            campus::optional_text(*options, "source", limits::identifier_bytes_max));
        TRY(read.options.source, precedence_.of_import(source.value_or("")));
        return read;
    }();
    if (!import.ok()) return request.answer_problem(import.error());
    const auto upload = Upload::keep(data_, request.http().body);
    if (!upload.ok()) return request.answer_problem(upload.error());
    import->path = (*upload)->path();
    enqueue(request, [this, import = *import, upload = *upload](const Answer& answer) {
        import_now(import, answer);
    });
}

void ImportRoutes::undo(const api::Request& request, std::int64_t import, const Json& options) {
    const bool is_local = request.claims().subject.empty();
    const auto read = import_options(
        options, is_local ? std::string{campus::local_operator} : by_service(request));
    if (!read.ok()) return request.answer_problem(read.error());
    enqueue(request, [this, import, options = *read](const Answer& answer) {
        carry_out([&](store::Database& db) { return campus::compare_undo(db, import, options); },
                  options, answer);
    });
}

void ImportRoutes::enqueue(const api::Request& request, Job job) {
    if (auto status = refuse_demo(data_); !status.ok())
        return request.answer_problem(status.error());
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_ && jobs_.size() < limits::imports_waiting_max) {
            jobs_.push_back({request, std::move(job)});
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
        const Waiting next = std::move(jobs_.front());
        jobs_.pop_front();
        const bool stopping = stopping_;
        lock.unlock();
        const Answer answer = [request = next.request](const Result<campus::ImportReport>& report) {
            answer_report(request, report);
        };
        if (stopping) {
            answer(Error{Code::unavailable, "the server is stopping"});
            continue;
        }
        try {
            next.job(answer);
        } catch (const std::exception& thrown) {  // out of memory, above all
            log::error("an import failed: {}", store::type_of(thrown));
            answer(Error{Code::internal, "the import failed"});
        }
    }
}

// --- The work itself, on the thread of imports ---------------------------------------------------

void ImportRoutes::import_now(const ImportRequest& request, const Answer& answer) {
    const auto reading = campus::oneroster::read(request.path, request.profile);
    if (!reading.ok()) return answer(without_path(reading.error(), request));
    carry_out(
        [&](store::Database& db) { return campus::compare_import(db, *reading, request.options); },
        request.options, answer);
}

Result<campus::ImportPlan> ImportRoutes::compare_aside(const Compare& compare) {
    std::promise<Result<campus::ImportPlan>> compared;
    const bool taken = store_.submit_read([&](Result<store::Database*> db) {
        try {
            compared.set_value(db.ok() ? compare(**db) : Result<campus::ImportPlan>{db.error()});
        } catch (...) {
            compared.set_exception(std::current_exception());
        }
    });
    if (!taken)
        return Error{Code::unavailable, "too much to do; try again", "", std::chrono::seconds{1}};
    return compared.get_future().get();
}

void ImportRoutes::carry_out(const Compare& compare, const campus::ImportOptions& options,
                             const Answer& answer) {
    using campus::ImportOutcome;
    for (int attempt = 1;; ++attempt) {
        const bool aside = attempt <= compared_aside_max;
        const auto version = roster_.version();
        campus::ImportPlan plan;
        if (aside) {
            if (!version.is_settled()) {
                std::this_thread::sleep_for(unsettled_wait);
                continue;
            }
            auto compared = compare_aside(compare);
            if (!compared.ok()) return answer(compared.error());
            plan = std::move(*compared);
            const bool changes_nothing =
                plan.report.outcome != ImportOutcome::applied && plan.claims.empty();
            if (changes_nothing) return answer(std::move(plan.report));
        }
        bool stale = false;
        std::promise<Status> applied;
        roster_.change(
            [&](store::Transaction& transaction) -> Result<campus::Directory::Changes> {
                if (!aside) {
                    TRY(plan, compare(transaction.db()));
                } else if (roster_.version() != version) {
                    stale = true;
                    return Error{Code::unavailable, "the roster changed meanwhile; try again"};
                }
                TRY_OK(campus::note_import(transaction, plan, options));
                return std::move(plan.changes);
            },
            [&](const Status& status) { applied.set_value(status); });
        const Status status = applied.get_future().get();
        if (stale) continue;
        if (!status.ok()) return answer(status.error());
        return answer(std::move(plan.report));
    }
}

}  // namespace homeroom::app
