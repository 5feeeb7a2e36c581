// The event `session`, the first of every connection, and its rooms, in the contract's shape.
// Written as text at once: a school that comes back after a cut asks for thousands of it a second.
#pragma once

#include <string>

#include "base/clock.h"
#include "campus/roster/directory.h"
#include "store/journal.h"

namespace homeroom::campus {

struct SessionEvent {
    const Person& person;
    const RoomSet& rooms;
    store::Seq cursor = 0;
    bool recovered = false;
    bool gap = false;
    WallTime expires_at{};
};

// JSON objects.
std::string to_json_text(const SessionEvent& session);
std::string to_json_text(const RoomSet& rooms);  // also `rooms:changed.rooms`

}  // namespace homeroom::campus
