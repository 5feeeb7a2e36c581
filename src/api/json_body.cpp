#include "api/json_body.h"

#include "base/limits.h"
#include "codec/json_scan.h"

namespace homeroom::api {

Result<campus::Json> read_json_object(const net::HttpRequest& request) {
    using campus::Json;
    if (request.body.empty()) return Json::object();
    TRY(const auto kind, codec::json::check(request.body, {.depth_max = limits::json_depth_max,
                                                           .values_max = limits::json_values_max}));
    if (kind != codec::json::Kind::object) return Error{Code::invalid, "the body must be a JSON object"};
    Json json = Json::parse(request.body, nullptr, false);
    if (!json.is_object()) return Error{Code::invalid, "the body is JSON that can't be read"};
    return json;
}

}  // namespace homeroom::api
