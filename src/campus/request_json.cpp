#include "campus/request_json.h"

#include <string>
#include <vector>

#include "base/limits.h"
#include "codec/json_scan.h"

namespace homeroom::campus {

Result<Json> parse_object(std::string_view text) {
    TRY(const auto kind, codec::json::check(text, {.depth_max = limits::json_depth_max,
                                                   .values_max = limits::json_values_max}));
    if (kind != codec::json::Kind::object)
        return Error{Code::invalid, "it must be one JSON object"};
    std::vector<std::size_t> members;  // of each object that is open
    bool too_many = false;
    const auto watch = [&](int, Json::parse_event_t event, const Json&) {
        if (event == Json::parse_event_t::object_start) members.push_back(0);
        if (event == Json::parse_event_t::object_end) members.pop_back();
        if (event != Json::parse_event_t::key) return true;
        too_many = too_many || ++members.back() > limits::object_members_max;
        return !too_many;
    };
    Json object = Json::parse(text, watch, false);
    if (too_many) {
        return Error{Code::too_large, "an object has at most " +
                                          std::to_string(limits::object_members_max) + " members"};
    }
    if (!object.is_object()) return Error{Code::invalid, "it is JSON that can't be read"};
    return object;
}

}  // namespace homeroom::campus
