// Roster imports into the running server: POST /control/import for the owner of the data directory
// (the command line asks there), POST /api/v1/roster/import with a zip as body for services; the
// list of imports, and taking one back, for both.
//
// Reading a university's package takes seconds, so it has a thread of its own; the imports wait for
// one another. There it is compared with a snapshot, too: the writer only applies what is
// different, if the roster is still what the snapshot had.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <mutex>
#include <thread>

#include "api/router.h"
#include "app/import_command.h"
#include "campus/roster_service.h"

namespace homeroom::app {

class ImportRoutes {
public:
    ImportRoutes(campus::RosterService& roster, store::Store& store, const Config::Roster& policy,
                 std::filesystem::path data);
    ~ImportRoutes() { stop(); }
    ImportRoutes(const ImportRoutes&) = delete;
    ImportRoutes& operator=(const ImportRoutes&) = delete;

    void add_to(api::Router& router);
    // Waits for the import under way, and refuses those that wait or come later.
    void stop();

private:
    using Answer = std::function<void(Result<campus::ImportReport>)>;
    using Job = std::function<void(const Answer& answer)>;
    struct Waiting {
        api::Request request;
        Job job;
    };
    using Compare = std::function<Result<campus::ImportPlan>(store::Database&)>;

    void import_path(const api::Request& request);    // {path, profile, source, dryRun, approve}
    void import_upload(const api::Request& request);  // the zip itself; the rest in the query
    void undo(const api::Request& request, std::int64_t import, const campus::Json& options);
    void list(const api::Request& request);
    Result<campus::ImportOptions> import_options(const campus::Json& options, std::string by) const;
    void enqueue(const api::Request& request, Job job);
    void run();
    void import_now(const ImportRequest& request, const Answer& answer);
    void carry_out(const Compare& compare, const campus::ImportOptions& options,
                   const Answer& answer);
    Result<campus::ImportPlan> compare_aside(const Compare& compare);

    campus::RosterService& roster_;
    store::Store& store_;
    double removed_share_max_;
    campus::Precedence precedence_;
    std::filesystem::path data_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Waiting> jobs_{};
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace homeroom::app
