// Roster imports into the running server: POST /control/import for the owner of the data directory
// (the command line asks there), POST /api/v1/roster/import with a zip as body for services.
//
// Reading a university's package takes seconds, so it has a thread of its own; the imports wait for
// one another.
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
    ImportRoutes(campus::RosterService& roster, double removed_share_max,
                 std::filesystem::path data);
    ~ImportRoutes() { stop(); }
    ImportRoutes(const ImportRoutes&) = delete;
    ImportRoutes& operator=(const ImportRoutes&) = delete;

    void add_to(api::Router& router);
    // Waits for the import under way, and refuses those that wait or come later.
    void stop();

private:
    using Job = std::function<void(bool stopping)>;

    void import_path(const api::Request& request);    // {path, profile, dryRun, approve}
    void import_upload(const api::Request& request);  // the zip itself; the rest in the query
    void enqueue(const api::Request& request, ImportRequest import,
                 std::shared_ptr<void> keep_alive);
    void run();

    campus::RosterService& roster_;
    double removed_share_max_;
    std::filesystem::path data_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Job> jobs_{};
    bool stopping_ = false;
    std::thread thread_;
};

}  // namespace homeroom::app
