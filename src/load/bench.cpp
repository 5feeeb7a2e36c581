#include "load/bench.h"

#include "load/conductor.h"
#include "load/scenarios/scenarios.h"
#include "load/tokens.h"

namespace homeroom::load {
namespace {

ScenarioParts parts_of(Scenario scenario) {
    switch (scenario) {
        case Scenario::fanout: return fanout_scenario();
        case Scenario::rooms: return rooms_scenario();
        case Scenario::echo: return echo_scenario();
        case Scenario::idle: return idle_scenario();
        case Scenario::connect: return connect_scenario();
        case Scenario::feed: return feed_scenario();
        case Scenario::lecture: return lecture_scenario();
        case Scenario::exam: return exam_scenario();
        case Scenario::slow: return slow_scenario();
        case Scenario::restart: return restart_scenario();
    }
    return fanout_scenario();
}

}  // namespace

Result<Report> run(const Plan& plan) {
    TRY(const Tokens tokens, Tokens::load(plan));
    TRY_OK(probe(plan.target));
    const ScenarioParts parts = parts_of(plan.scenario);
    TRY(const auto conductor, Conductor::start(plan, tokens, parts.make_role));
    const Status conducted = parts.conduct(*conductor);
    if (!conducted.ok()) return conductor->with_reasons(conducted.error());
    Report report = conductor->report();
    if (report.units == 0 && plan.connections > 1)
        report.faults.push_back("nothing came of it: no " + report.unit);
    return report;
}

}  // namespace homeroom::load
