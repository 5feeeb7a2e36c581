// What announcements keep of people. An announcement is the school's word: when its author is
// erased it stays, by nobody, unless it was never published.
#include "campus/personal_data.h"
#include "campus/schedule.h"
#include "features/announcements/announcements.h"
#include "features/announcements/publishing.h"
#include "features/announcements/records.h"
#include "features/announcements/view.h"

namespace homeroom::features::announcements {
namespace {

using campus::EraseCall;
using campus::ExpireCall;
using campus::Json;

constexpr campus::PersonalList lists[] = {
    {"announcements",
     "SELECT row, CASE WHEN author = ?1 THEN json_object('id', id, 'room', room, 'title', title,"
     " 'text', text, 'createdAt', created_at, 'publishedAt', published_at) END"
     " FROM announcements WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3"},
    {"acknowledgements",
     "SELECT json_array(announcement, user), CASE WHEN user = ?1"
     " THEN json_object('announcement', announcement, 'at', at) END FROM announcement_acks"
     " WHERE (announcement, user) > (" HOMEROOM_POSITION(0) ", " HOMEROOM_POSITION(
         1) ")"
            " ORDER BY announcement, user LIMIT ?3"},
};

// Gone as a withdrawn one is, by nobody.
Status remove_announcement(store::Transaction& transaction, const Announcement& announcement) {
    TRY_OK(campus::forget(transaction, announcement.id));
    TRY_OK(campus::unschedule(transaction, publishing_kind, announcement.id));
    TRY_OK(erase_announcement(transaction.db(), announcement.id));
    return announce(transaction, announcement,
                    {.type = "announcement:withdrawn",
                     .audience = announcement.audience(),
                     .by_json = "null",
                     .body = Json{{"announcementId", announcement.id}}});
}

Result<bool> erase_own(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        campus::walk(db,
                     "SELECT row, CASE WHEN author = ?1 THEN id END FROM announcements"
                     " WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3",
                     call.user, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY(const auto announcement, load_announcement(db, id));
        if (!announcement) continue;
        ++call.erased;
        if (!announcement->published()) {
            TRY_OK(remove_announcement(call.transaction, *announcement));
            continue;
        }
        TRY_OK(db.statement("UPDATE announcements SET author = ?, author_name = ? WHERE id = ?")
                   .bind_all(campus::erased_id, campus::erased_name, std::string_view{id})
                   .run());
    }
    return found.more;
}

Result<bool> erase_acknowledgements(EraseCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found,
        campus::walk(db,
                     "SELECT json_array(announcement, user), CASE WHEN user = ?1 THEN announcement"
                     " END FROM announcement_acks WHERE (announcement, user) > (" HOMEROOM_POSITION(
                         0) ", " HOMEROOM_POSITION(1) ")"
                                                      " ORDER BY announcement, user LIMIT ?3",
                     call.user, call.position));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY_OK(db.statement("DELETE FROM announcement_acks WHERE announcement = ? AND user = ?")
                   .bind_all(std::string_view{id}, std::string_view{call.user})
                   .run());
        ++call.erased;
    }
    return found.more;
}

constexpr campus::EraseRule erasing[] = {
    {"announcements", erase_own},
    {"announcements.acknowledged", erase_acknowledgements},
};

Result<bool> expire(ExpireCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto found, campus::too_old(db,
                                          "SELECT row, id, author, published_at FROM announcements"
                                          " WHERE row > CAST(?1 AS INTEGER) ORDER BY row LIMIT ?2",
                                          call));
    call.position = found.position;
    for (const std::string& id : found.keys) {
        TRY(const auto announcement, load_announcement(db, id));
        if (!announcement) continue;
        TRY_OK(remove_announcement(call.transaction, *announcement));
        ++call.deleted;
    }
    return found.more;
}

constexpr campus::ExpireRule expiring[] = {{"announcements", expire}};

}  // namespace

campus::PersonalData personal_data() {
    return {lists, erasing, expiring};
}

}  // namespace homeroom::features::announcements
