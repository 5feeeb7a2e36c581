// What presence keeps of people: a row of who is busy or invisible, and when somebody was last
// seen.
#include "campus/personal_data.h"
#include "features/presence/presence.h"

namespace homeroom::features::presence {
namespace {

constexpr campus::PersonalList lists[] = {
    {"presence",
     "SELECT user, json_object('wish', wish, 'lastSeen',"
     " strftime('%Y-%m-%dT%H:%M:%fZ', seen_at / 1000.0, 'unixepoch'))"
     " FROM presence WHERE user = ?1 AND ?2 = '' LIMIT ?3"},
};

Result<bool> erase(campus::EraseCall& call) {
    TRY_OK(campus::run_for_user(call.transaction.db(), {"DELETE FROM presence WHERE user = ?"},
                                call.user));
    return false;
}

constexpr campus::EraseRule erasing[] = {{"presence", erase}};

// What the server remembers besides is not shown any more (Presence::show_seen_for).
Result<bool> expire(campus::ExpireCall& call) {
    auto& db = call.transaction.db();
    const auto before = parse_rfc3339(call.before);
    if (!before) return Error{Code::internal, "an age without a time"};
    TRY_OK(db.statement("UPDATE presence SET seen_at = NULL WHERE seen_at < ?")
               .bind(1, std::int64_t{before->time_since_epoch().count()})
               .run());
    call.deleted = db.changes();
    TRY_OK(db.statement("DELETE FROM presence WHERE seen_at IS NULL AND wish IS NULL").run());
    return false;
}

constexpr campus::ExpireRule expiring[] = {{"presence", expire}};

}  // namespace

campus::PersonalData personal_data() {
    return {lists, erasing, expiring};
}

}  // namespace homeroom::features::presence
