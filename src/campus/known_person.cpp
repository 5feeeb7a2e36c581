#include "campus/known_person.h"

#include <string>

#include "campus/roster/room_name.h"

namespace homeroom::campus {

Result<bool> is_known_person(store::Database& db, const Directory& directory,
                             std::string_view user) {
    if (directory.person(user)) return true;
    for (const char* sql : {"SELECT 1 FROM roster_arrivals WHERE user = ? LIMIT 1",
                            "SELECT 1 FROM connections WHERE user = ? LIMIT 1",
                            "SELECT 1 FROM answered_requests WHERE user = ? LIMIT 1",
                            "SELECT 1 FROM journal_audience WHERE user = ? LIMIT 1"}) {
        auto select = db.statement(sql);
        select.bind(1, user);
        TRY(const bool found, select.step());
        if (found) return true;
    }
    const std::string room = room_name(RoomKind::user, user);
    auto select = db.statement("SELECT 1 FROM journal WHERE room = ? LIMIT 1");
    select.bind(1, std::string_view{room});
    return select.step();
}

}  // namespace homeroom::campus
