// A request's body as JSON, within limits.
#pragma once

#include "base/result.h"
#include "campus/surface.h"
#include "net/http.h"

namespace homeroom::api {

// The object that the body must be; an empty body counts as an empty object.
Result<campus::Json> read_json_object(const net::HttpRequest& request);

}  // namespace homeroom::api
