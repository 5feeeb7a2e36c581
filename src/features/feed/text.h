// The text of a post or comment, as a request brings it. Kept exactly as it was written.
#pragma once

#include <string>

#include "campus/surface.h"

namespace homeroom::features::feed {

// Refuses what is missing, too long, or nothing but white space.
inline Result<std::string> required_content(const campus::Json& request, std::size_t bytes_max) {
    TRY(auto text, campus::required_text(request, "text", bytes_max));
    if (text.find_first_not_of(" \t\r\n\v\f") == std::string::npos) {
        return Error{Code::invalid, "text is empty", "text"};
    }
    return text;
}

}  // namespace homeroom::features::feed
