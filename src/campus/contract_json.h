// What many views of the contract have in them: a person, who did it, a text that may be none.
#pragma once

#include <string>
#include <string_view>

#include "campus/surface.h"

namespace homeroom::campus {

inline Json text_or_null(std::string_view text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

// { id, name }: today's name while the roster knows him, afterwards the one he had then.
Json person_json(const Directory& directory, std::string_view id, std::string_view name_then);

// The `by` of an event that somebody makes; null: the platform's back end.
std::string by_json(const Principal& who);

}  // namespace homeroom::campus
