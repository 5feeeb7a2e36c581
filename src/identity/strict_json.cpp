// Watches the parser of nlohmann-json while it builds the value.
#include "identity/strict_json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/limits.h"

namespace homeroom::identity {
namespace {

using Json = nlohmann::json;

// Called for each thing that the parser meets; what it refuses is dropped, and the text with it.
class Watch {
public:
    bool operator()(int, Json::parse_event_t event, const Json& parsed) {
        switch (event) {
            case Json::parse_event_t::object_start:
            case Json::parse_event_t::array_start: enter(); break;
            case Json::parse_event_t::object_end:
            case Json::parse_event_t::array_end: leave(); break;
            case Json::parse_event_t::key:
                if (const auto* name = parsed.get_ptr<const std::string*>()) meet(*name);
                break;
            case Json::parse_event_t::value: break;
        }
        return !refused();
    }

    bool repeated() const { return repeated_; }
    bool too_deep() const { return too_deep_; }

private:
    bool refused() const { return repeated_ || too_deep_; }
    void enter() {
        open_.emplace_back();
        if (open_.size() > limits::identity_json_depth_max) too_deep_ = true;
    }
    void leave() {
        if (!open_.empty()) open_.pop_back();
    }
    void meet(const std::string& name) {
        if (!open_.empty() && !open_.back().insert(name).second) repeated_ = true;
    }

    std::vector<std::unordered_set<std::string>> open_;  // the names seen in each open object
    bool repeated_ = false;
    bool too_deep_ = false;
};

}  // namespace

Result<Json> parse_strict_object(std::string_view text, std::string_view what) {
    Watch watch;
    const auto callback = [&watch](int depth, Json::parse_event_t event, Json& parsed) {
        return watch(depth, event, parsed);
    };
    Json value = Json::parse(text, callback, false);
    if (watch.too_deep()) return Error{Code::invalid, fmt::format("{} is nested too deep", what)};
    if (watch.repeated()) return Error{Code::invalid, fmt::format("{} has a name twice", what)};
    if (value.is_discarded()) return Error{Code::invalid, fmt::format("{} is not JSON", what)};
    if (!value.is_object()) return Error{Code::invalid, fmt::format("{} is not an object", what)};
    return value;
}

}  // namespace homeroom::identity
