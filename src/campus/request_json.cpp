#include "campus/request_json.h"

#include "base/limits.h"
#include "codec/json_scan.h"

namespace homeroom::campus {

Result<Json> parse_object(std::string_view text) {
    TRY(const auto kind, codec::json::check(text, {.depth_max = limits::json_depth_max,
                                                   .values_max = limits::json_values_max,
                                                   .members_max = limits::object_members_max}));
    if (kind != codec::json::Kind::object)
        return Error{Code::invalid, "it must be one JSON object"};
    // Without a callback: with one the parser looks through the whole list in which an object
    // stands whenever one ends.
    Json object = Json::parse(text, nullptr, false);
    if (!object.is_object()) return Error{Code::invalid, "it is JSON that can't be read"};
    return object;
}

}  // namespace homeroom::campus
