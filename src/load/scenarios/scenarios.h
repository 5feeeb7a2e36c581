// The scenarios: for each what its processes do, and how the parent leads them. One file a
// scenario; docs/bench.md says what each is for.
#pragma once

#include "base/result.h"
#include "load/conductor.h"
#include "load/role.h"
#include "load/worker.h"

namespace homeroom::load {

struct ScenarioParts {
    RoleMaker make_role;
    // From the first connection to the report's scenario-specific parts.
    Status (*conduct)(Conductor& conductor);
};

ScenarioParts fanout_scenario();
ScenarioParts rooms_scenario();
ScenarioParts echo_scenario();
ScenarioParts idle_scenario();
ScenarioParts connect_scenario();
ScenarioParts feed_scenario();
ScenarioParts lecture_scenario();
ScenarioParts exam_scenario();
ScenarioParts slow_scenario();
ScenarioParts restart_scenario();

}  // namespace homeroom::load
