// The parent of a run: forks the processes, leads them from step to step, and reads what they
// counted. It has no loop and no thread; it sleeps, looks, and shows how far things are.
//
// A run ends before its time when nobody is connected any more, or by SIGINT or SIGTERM: within the
// measured window with a report of what there is, and a fault; before it with an error. A second
// one ends it as ever.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "base/result.h"
#include "load/plan.h"
#include "load/process_table.h"
#include "load/report.h"
#include "load/role.h"
#include "load/shared_run.h"
#include "load/tokens.h"

namespace homeroom::load {

class Conductor {
public:
    // Forks. No thread may exist yet.
    static Result<std::unique_ptr<Conductor>> start(const Plan& plan, const Tokens& tokens,
                                                    RoleMaker make_role);
    ~Conductor();

    const Plan& plan() const { return plan_; }
    SharedRun& shared() { return *run_; }
    Report& report() { return report_; }

    // All below connection `until`, those before included. An error when none is let in, or when
    // nothing moves any more. From here on somebody must be connected.
    Status connect(std::uint32_t until);
    // Whether that is so: not while a scenario itself has cut all off.
    void expect_somebody(bool expected) { expects_somebody_ = expected; }
    // Tells all, and waits until all have done it.
    Status tell(Command command);
    // Sleeps, shows progress, and notices what ends the run.
    Status pass(double seconds, const char* what);
    // Waits until `reached`, or until `progress` stands still for so long: false then.
    Result<bool> wait(const char* what, const std::function<bool()>& reached,
                      const std::function<std::uint64_t()>& progress, double patience_seconds);

    // begin → warm-up → window 0 for the plan's duration → end → all that is under way has come.
    Status measure();
    Status run_window(std::size_t window, double seconds);
    // Until all deliveries and answers have come, or none has for 3 s.
    Status drain();
    // Of the last window measured.
    void take_usage_before();
    void take_usage_after();

    // Which room, by its place: the one named, or of those with all ready connections the best.
    Result<std::uint32_t> common_room();
    void add_stream(std::uint32_t room, std::uint32_t publisher);

    std::uint64_t published() const;  // events of all streams, in the whole run
    std::uint64_t total(Counter ProcessState::*counter) const;
    std::uint64_t total(std::size_t window, Counter WindowState::*counter) const;
    std::unique_ptr<Histogram> merged(std::size_t window, Histogram WindowState::*histogram) const;
    std::optional<ProcessUsage> server_usage() const;
    std::optional<pid_t> server() const { return server_; }  // as it was found at the beginning

    // What ended the run, and why connections ended or were not let in.
    Error with_reasons(Error error) const;

    // Compares, ends the processes, and fills in the report.
    Status finish();

private:
    Conductor(const Plan& plan, std::unique_ptr<SharedRun> run);
    Status fork_all(const Tokens& tokens, RoleMaker make_role);
    std::uint32_t give(Command command);
    Status look_around();
    Status look_after_processes();
    void show(const char* what);
    double generator_cpu() const;
    std::vector<std::pair<std::string, std::uint64_t>> reasons() const;

    const Plan& plan_;
    std::unique_ptr<SharedRun> run_;
    std::vector<pid_t> processes_{};
    std::optional<pid_t> server_{};
    Report report_{};
    double generator_before_ = 0;
    std::int64_t window_began_ = 0;
    bool expects_somebody_ = false;
    bool measured_ = false;  // what comes now is little, and worth waiting for
    // Progress.
    bool shows_ = false;
    bool showed_ = false;
    std::int64_t shown_at_ = 0;
    std::uint64_t shown_delivered_ = 0;
    std::uint64_t shown_acked_ = 0;
};

}  // namespace homeroom::load
