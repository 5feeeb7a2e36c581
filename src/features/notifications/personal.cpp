// What notifications keep of people. They go with their user; where he is the one who did what
// others were notified of, he becomes nobody. Webhooks that wait for him are not sent.
#include "base/limits.h"
#include "campus/own_personal_data.h"
#include "campus/personal_data.h"
#include "features/notifications/notifications.h"
#include "features/notifications/records.h"

namespace homeroom::features::notifications {
namespace {

using campus::EraseCall;
using campus::ExpireCall;
using campus::Json;

constexpr campus::PersonalList lists[] = {
    {"notifications",
     "SELECT n.id, json_object('id', n.id, 'kind', s.kind, 'room', s.room, 'at', s.at,"
     " 'readAt', n.read_at) FROM notifications n JOIN notification_sources s ON s.row = n.source"
     " WHERE n.user = ?1 AND n.id > ?2 ORDER BY n.id LIMIT ?3"},
    {"notificationPreferences",
     "SELECT room || ' ' || kind, json_object('room', room, 'kind', kind, 'inbox', inbox,"
     " 'push', push, 'mail', mail) FROM notification_preferences WHERE user = ?1"
     " AND (?2 = '' OR room || ' ' || kind > ?2) ORDER BY room || ' ' || kind LIMIT ?3"},
    {"quietHours",
     "SELECT user, json_object('fromMinute', from_minute, 'toMinute', to_minute,"
     " 'timeZone', time_zone) FROM notification_quiet_hours WHERE user = ?1 AND ?2 = '' LIMIT ?3"},
};

Result<bool> erase_own(EraseCall& call) {
    TRY_OK(campus::run_for_user(call.transaction.db(),
                                {"DELETE FROM notifications WHERE user = ?",
                                 "DELETE FROM notification_readers WHERE user = ?",
                                 "DELETE FROM notification_preferences WHERE user = ?",
                                 "DELETE FROM notification_quiet_hours WHERE user = ?",
                                 "DELETE FROM webhook_deliveries WHERE user = ?"},
                                call.user));
    return false;
}

Result<bool> erase_from_others(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        campus::walk(db,
                     "SELECT row, CASE WHEN instr(actor, json_quote(?1)) > 0"
                     " OR instr(audience, json_quote(?1)) > 0 OR instr(target, json_quote(?1)) > 0"
                     " THEN row END FROM notification_sources"
                     " WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                     call.user, call.position));
    call.position = found.position;
    for (const std::string& row : found.keys) {
        Json texts[3];
        {
            auto select = db.statement(
                "SELECT actor, audience, target FROM notification_sources"
                " WHERE row = CAST(? AS INTEGER)");
            select.bind(1, std::string_view{row});
            TRY(const bool found_row, select.step());
            if (!found_row) continue;
            for (int i = 0; i < 3; ++i) texts[i] = Json::parse(select.text(i), nullptr, false);
        }
        campus::replace_person(texts[0], call.user);
        campus::replace_person(texts[2], call.user);
        // [ room, kind, [user…] ]
        if (texts[1].is_array() && texts[1].size() > 2 && texts[1][2].is_array()) {
            Json others = Json::array();
            for (const Json& one : texts[1][2]) {
                if (one != call.user) others.push_back(one);
            }
            texts[1][2] = std::move(others);
        }
        TRY_OK(
            db.statement("UPDATE notification_sources SET actor = ?, audience = ?, target = ?"
                         " WHERE row = CAST(? AS INTEGER)")
                .bind_all(texts[0].dump(), texts[1].dump(), texts[2].dump(), std::string_view{row})
                .run());
        ++call.erased;
    }
    return found.more;
}

constexpr campus::EraseRule erasing[] = {
    {"notifications", erase_own},
    {"notifications.others", erase_from_others},
};

Result<bool> expire(ExpireCall& call) {
    auto& db = call.transaction.db();
    TRY(call.deleted, drop_old(db, call.before, dropped_at_once_max));
    return call.deleted >= dropped_at_once_max;
}

constexpr campus::ExpireRule expiring[] = {{"notifications", expire}};

}  // namespace

campus::PersonalData personal_data() {
    return {lists, erasing, expiring};
}

}  // namespace homeroom::features::notifications
