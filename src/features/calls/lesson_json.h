// A lesson as it is kept with its call (call_json.h).
#pragma once

#include "campus/surface.h"
#include "features/calls/call_json.h"
#include "features/calls/lesson.h"

namespace homeroom::features::calls {

campus::Json to_stored(const Lesson& lesson, Keeping keeping);
Lesson lesson_from(const campus::Json& object);

// A time is milliseconds since 1970; absent: 0.
inline std::int64_t to_stored(WallTime time) {
    return time.time_since_epoch().count();
}
inline WallTime time_of(const campus::Json& object, const char* field) {
    return WallTime{std::chrono::milliseconds{object.value(field, std::int64_t{0})}};
}

// Two flags as a number, so that most rows need none.
std::int64_t to_stored(const Sources& sources);
Sources sources_from(std::int64_t number);

}  // namespace homeroom::features::calls
