// JSON where two readings of one text would be two identities: one object, no name twice in it.
//
// RFC 7515 §4, RFC 7519 §4 and RFC 7517 §4 let a parser refuse repeated names or take the last one;
// RFC 8725 §2.4 shows why the first. No deeper than limits::identity_json_depth_max. The caller
// limits the size.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "base/result.h"

namespace homeroom::identity {

// `what` names the text in the error's words, which hold nothing of the text itself.
Result<nlohmann::json> parse_strict_object(std::string_view text, std::string_view what);

}  // namespace homeroom::identity
