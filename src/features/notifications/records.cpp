#include "features/notifications/records.h"

#include "base/ids.h"
#include "base/limits.h"
#include "campus/audience.h"

namespace homeroom::features::notifications {
namespace {

using store::Database;
using store::Statement;

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// The next in order behind a ULID: for one that was made in the same millisecond, or after the
// clock was set back.
std::string successor(std::string ulid) {
    for (std::size_t i = ulid.size(); i-- > 0;) {
        const auto digit = crockford.find(ulid[i]);
        if (digit + 1 < crockford.size()) {
            ulid[i] = crockford[digit + 1];
            return ulid;
        }
        ulid[i] = crockford.front();
    }
    return ulid;
}

Result<std::string> next_id(Database& db, std::string_view user) {
    auto select = db.statement("SELECT last FROM notification_readers WHERE user = ?");
    select.bind(1, user);
    TRY(const bool found, select.step());
    std::string id = make_ulid(wall_now());
    if (found && select.text(0) >= id) id = successor(select.copy(0));
    TRY_OK(db.statement("INSERT INTO notification_readers (user, last) VALUES (?1, ?2)"
                        " ON CONFLICT (user) DO UPDATE SET last = ?2")
               .bind_all(user, std::string_view{id})
               .run());
    return id;
}

// Columns in the order in which notification_of() reads them.
#define NOTIFICATION_COLUMNS                                                              \
    "n.id, n.read_at, s.row, s.kind, s.subject, s.room, s.collapse, s.audience, s.actor," \
    " s.target, s.at, s.seq"
#define WITH_SOURCE                                    \
    " JOIN notification_sources s ON s.row = n.source" \
    " AND NOT EXISTS (SELECT 1 FROM journal_forgotten f WHERE f.seq = s.seq)"
// The few that are not read, past the many that are: not what the planner would choose.
#define FROM_UNREAD " FROM notifications n INDEXED BY notifications_unread" WITH_SOURCE

Result<Notification> notification_of(const Statement& row) {
    const auto kind = kind_of(row.text(3));
    if (!kind) return Error{Code::internal, "a stored notification is of an unknown kind"};
    return Notification{.id = row.copy(0),
                        .read = !row.is_null(1),
                        .source = {.row = row.number(2),
                                   .kind = *kind,
                                   .subject = row.copy(4),
                                   .room = row.copy(5),
                                   .collapse = row.copy(6),
                                   .audience = row.copy(7),
                                   .actor = row.copy(8),
                                   .target = row.copy(9),
                                   .at = row.copy(10),
                                   .seq = static_cast<store::Seq>(row.number(11))}};
}

Result<std::vector<Notification>> rows_of(Statement& select) {
    std::vector<Notification> rows;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return rows;
        TRY(auto one, notification_of(select));
        rows.push_back(std::move(one));
    }
}

Status drop_beyond_limit(Database& db, std::string_view user) {
    return db
        .statement(
            "DELETE FROM notifications WHERE user = ?1 AND id <="
            " (SELECT id FROM notifications WHERE user = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)")
        .bind_all(user, limits::notifications_per_user_max)
        .run();
}

}  // namespace

Result<Source> source_of(store::Transaction& transaction, const store::JournalEvent& event,
                         const Notice& notice) {
    auto& db = transaction.db();
    Source source{.kind = notice.kind,
                  .subject = notice.subject,
                  .room = notice.room,
                  .collapse = notice.collapse,
                  .audience = campus::Audience::from_stored(event.audience).to_text(),
                  .actor = notice.actor.dump(),
                  .target = notice.target.dump(),
                  .at = transaction.at(),
                  .seq = event.seq};
    auto select =
        db.statement("SELECT row, at FROM notification_sources WHERE seq = ? AND kind = ?");
    select.bind_all(static_cast<std::int64_t>(event.seq), to_string(source.kind));
    TRY(const bool found, select.step());
    if (found) {
        source.row = select.number(0);
        source.at = select.copy(1);
        return source;
    }
    auto insert = db.statement(
        "INSERT INTO notification_sources (seq, kind, subject, parent, room, collapse, audience,"
        " actor, target, at) VALUES (?, ?, ?, nullif(?, ''), ?, ?, ?, ?, ?, ?) RETURNING row");
    insert.bind_all(static_cast<std::int64_t>(event.seq), to_string(source.kind),
                    std::string_view{source.subject}, std::string_view{notice.parent},
                    std::string_view{source.room}, std::string_view{source.collapse},
                    std::string_view{source.audience}, std::string_view{source.actor},
                    std::string_view{source.target}, std::string_view{source.at});
    TRY([[maybe_unused]] const bool made, insert.step());
    source.row = insert.number(0);
    return source;
}

Result<bool> was_told(Database& db, std::string_view user, const Source& source) {
    auto select = db.statement(
        "SELECT 1 FROM notification_sources s JOIN notifications n ON n.source = s.row"
        " WHERE s.subject = ? AND s.kind = ? AND n.user = ?");
    select.bind_all(std::string_view{source.subject}, to_string(source.kind), user);
    return select.step();
}

Result<std::string> add_notification(store::Transaction& transaction, std::string_view user,
                                     const Source& source) {
    auto& db = transaction.db();
    TRY(auto id, next_id(db, user));
    TRY_OK(db.statement("INSERT INTO notifications (user, id, source, collapse)"
                        " VALUES (?, ?, ?, ?)")
               .bind_all(user, std::string_view{id}, source.row, std::string_view{source.collapse})
               .run());
    TRY_OK(drop_beyond_limit(db, user));
    return id;
}

Result<std::vector<Notification>> load_all(Database& db, std::string_view user) {
    auto select = db.statement("SELECT " NOTIFICATION_COLUMNS " FROM notifications n" WITH_SOURCE
                               " WHERE n.user = ? ORDER BY n.id DESC");
    select.bind(1, user);
    return rows_of(select);
}

Result<std::vector<Notification>> load_unread(Database& db, std::string_view user) {
    auto select = db.statement("SELECT " NOTIFICATION_COLUMNS FROM_UNREAD
                               " WHERE n.user = ? AND n.read_at IS NULL ORDER BY n.id DESC");
    select.bind(1, user);
    return rows_of(select);
}

Result<std::string> seen_up_to(Database& db, std::string_view user) {
    auto select = db.statement("SELECT seen FROM notification_readers WHERE user = ?");
    select.bind(1, user);
    TRY(const bool found, select.step());
    return found ? select.copy(0) : std::string{};
}

Result<bool> move_seen(Database& db, std::string_view user, std::string_view up_to) {
    // No further than there is anything: what comes later has not been seen.
    TRY_OK(db.statement("UPDATE notification_readers SET seen = min(?2, last)"
                        " WHERE user = ?1 AND seen < min(?2, last)")
               .bind_all(user, up_to)
               .run());
    return db.changes() > 0;
}

Result<std::int64_t> mark_read(store::Transaction& transaction, std::string_view user,
                               std::string_view up_to, std::string_view collapse) {
    auto& db = transaction.db();
    if (collapse.empty()) {
        TRY_OK(db.statement("UPDATE notifications SET read_at = ?"
                            " WHERE user = ? AND id <= ? AND read_at IS NULL")
                   .bind_all(std::string_view{transaction.at()}, user, up_to)
                   .run());
    } else {
        TRY_OK(db.statement("UPDATE notifications SET read_at = ?"
                            " WHERE user = ? AND id <= ? AND collapse = ? AND read_at IS NULL")
                   .bind_all(std::string_view{transaction.at()}, user, up_to, collapse)
                   .run());
    }
    return db.changes();
}

// What is for many goes in parts; what it was about goes last.
Result<std::int64_t> drop_old(Database& db, std::string_view before, std::int64_t rows_max) {
    std::int64_t count = 0;
    for (const char* sql :
         {"DELETE FROM notifications WHERE (user, id) IN (SELECT n.user, n.id"
          " FROM notification_sources s JOIN notifications n ON n.source = s.row"
          " WHERE s.at < ? LIMIT ?)",
          "DELETE FROM notification_sources WHERE row IN (SELECT row FROM notification_sources s"
          " WHERE at < ? AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n.source = s.row)"
          " LIMIT ?)"}) {
        TRY_OK(db.statement(sql).bind_all(before, rows_max).run());
        count += db.changes();
    }
    return count;
}

}  // namespace homeroom::features::notifications
