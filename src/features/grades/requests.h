// The handlers of the requests about grades, as grades.cpp registers them. What each takes and
// gives: protocol/asyncapi.yaml.
#pragma once

#include "campus/surface.h"

namespace homeroom::features::grades {

using campus::Json;
using campus::ReadCall;
using campus::WriteCall;

Result<Json> save_grade(WriteCall& call, const Json& request);
Result<Json> publish_grade(WriteCall& call, const Json& request);
Result<Json> publish_grades(WriteCall& call, const Json& request);
Result<Json> withdraw_grade(WriteCall& call, const Json& request);
Result<Json> list_grades(ReadCall& call, const Json& request);

// One grade, or many of any classes.
Result<Json> publish_platform_grades(WriteCall& call, const Json& request);

}  // namespace homeroom::features::grades
