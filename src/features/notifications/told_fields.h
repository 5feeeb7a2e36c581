// Members of what comes from other features: absent or of another type is empty.
#pragma once

#include <string>

#include "campus/surface.h"

namespace homeroom::features::notifications {

inline const campus::Json& member(const campus::Json& object, const char* name) {
    static const campus::Json nothing = nullptr;
    if (!object.is_object()) return nothing;
    const auto found = object.find(name);
    return found == object.end() ? nothing : *found;
}

inline std::string text(const campus::Json& object, const char* name) {
    const campus::Json& value = member(object, name);
    return value.is_string() ? value.get<std::string>() : std::string{};
}

}  // namespace homeroom::features::notifications
