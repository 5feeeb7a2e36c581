#include "base/result.h"

namespace homeroom {

std::string_view to_string(Code code) {
    switch (code) {
        case Code::invalid: return "invalid";
        case Code::unauthenticated: return "unauthenticated";
        case Code::forbidden: return "forbidden";
        case Code::not_found: return "not_found";
        case Code::conflict: return "conflict";
        case Code::too_large: return "too_large";
        case Code::rate_limited: return "rate_limited";
        case Code::unavailable: return "unavailable";
        case Code::internal: return "internal";
    }
    return "internal";
}

}  // namespace homeroom
