// `homeroom bench`: a run from its plan to its report.
#pragma once

#include "base/result.h"
#include "load/plan.h"
#include "load/report.h"

namespace homeroom::load {

// Takes as long as the plan says. Forks: no thread may exist yet.
Result<Report> run(const Plan& plan);

}  // namespace homeroom::load
