#include "features/announcements/records.h"

#include <nlohmann/json.hpp>

namespace homeroom::features::announcements {
namespace {

using store::Database;
using store::Statement;

// Columns in the order in which announcement_of() reads them.
#define ANNOUNCEMENT_COLUMNS                                                                 \
    "row, id, room, staff_room, author, author_name, title, text, require_ack, created_at, " \
    "edited_at, publish_at, published_at, held"

std::string text(const Statement& row, int column) {
    return std::string{row.text(column)};
}

Announcement announcement_of(const Statement& row) {
    return {.row = row.number(0),
            .id = text(row, 1),
            .room = text(row, 2),
            .staff_room = text(row, 3),
            .author = text(row, 4),
            .author_name = text(row, 5),
            .title = text(row, 6),
            .text = text(row, 7),
            .require_ack = row.number(8) != 0,
            .created_at = text(row, 9),
            .edited_at = text(row, 10),
            .publish_at = text(row, 11),
            .published_at = text(row, 12),
            .held = row.number(13) != 0};
}

}  // namespace

Result<std::optional<Announcement>> load_announcement(Database& db, std::string_view id) {
    auto select = db.statement("SELECT " ANNOUNCEMENT_COLUMNS " FROM announcements WHERE id = ?");
    select.bind(1, id);
    TRY(const bool found, select.step());
    if (!found) return std::optional<Announcement>{};
    return std::optional<Announcement>{announcement_of(select)};
}

Result<Announcement> visible_announcement(Database& db, const campus::Directory& directory,
                                          std::string_view user, std::string_view id) {
    TRY(auto found, load_announcement(db, id));
    if (!found || !found->audience().admits(user, directory))
        return Error{Code::not_found, "there is no such announcement", "announcement"};
    return std::move(*found);
}

Status insert_announcement(Database& db, const Announcement& announcement) {
    return db
        .statement(
            "INSERT INTO announcements (id, room, staff_room, author, author_name, title, text,"
            " require_ack, created_at, edited_at, publish_at, published_at, held)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''), nullif(?, ''), nullif(?, ''), ?)")
        .bind_all(std::string_view{announcement.id}, std::string_view{announcement.room},
                  std::string_view{announcement.staff_room}, std::string_view{announcement.author},
                  std::string_view{announcement.author_name}, std::string_view{announcement.title},
                  std::string_view{announcement.text}, std::int64_t{announcement.require_ack},
                  std::string_view{announcement.created_at},
                  std::string_view{announcement.edited_at},
                  std::string_view{announcement.publish_at},
                  std::string_view{announcement.published_at}, std::int64_t{announcement.held})
        .run();
}

Status change_announcement(Database& db, const Announcement& announcement) {
    return db
        .statement(
            "UPDATE announcements SET title = ?, text = ?, require_ack = ?,"
            " edited_at = nullif(?, ''), publish_at = nullif(?, ''), published_at = nullif(?, ''),"
            " held = ? WHERE id = ?")
        .bind_all(std::string_view{announcement.title}, std::string_view{announcement.text},
                  std::int64_t{announcement.require_ack}, std::string_view{announcement.edited_at},
                  std::string_view{announcement.publish_at},
                  std::string_view{announcement.published_at}, std::int64_t{announcement.held},
                  std::string_view{announcement.id})
        .run();
}

Status move_to_head(Database& db, const Announcement& announcement) {
    TRY_OK(db.statement("DELETE FROM announcements WHERE id = ?")
               .bind(1, std::string_view{announcement.id})
               .run());
    return insert_announcement(db, announcement);
}

Status erase_announcement(Database& db, std::string_view id) {
    TRY_OK(db.statement("DELETE FROM announcement_acks WHERE announcement = ?").bind(1, id).run());
    return db.statement("DELETE FROM announcements WHERE id = ?").bind(1, id).run();
}

Result<std::int64_t> count_waiting(Database& db, std::string_view room) {
    auto select =
        db.statement("SELECT count(*) FROM announcements WHERE room = ? AND published_at IS NULL");
    select.bind(1, room);
    TRY([[maybe_unused]] const bool row, select.step());
    return select.number(0);
}

Result<std::vector<Announcement>> load_announcements(Database& db, const ListQuery& query) {
    auto select = db.statement(
        "SELECT " ANNOUNCEMENT_COLUMNS
        " FROM announcements WHERE room IN (SELECT value FROM json_each(?1)) AND row < ?2"
        " AND (published_at IS NOT NULL OR staff_room IN (SELECT value FROM json_each(?3)))"
        " ORDER BY row DESC LIMIT ?4");
    const std::string rooms = nlohmann::json(query.rooms).dump();
    const std::string staff_rooms = nlohmann::json(query.staff_rooms).dump();
    select.bind_all(std::string_view{rooms}, query.before, std::string_view{staff_rooms},
                    static_cast<std::int64_t>(query.limit));
    std::vector<Announcement> list;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return list;
        list.push_back(announcement_of(select));
    }
}

Result<std::optional<std::string>> acknowledged_at(Database& db, std::string_view id,
                                                   std::string_view user) {
    auto select =
        db.statement("SELECT at FROM announcement_acks WHERE announcement = ? AND user = ?");
    select.bind_all(id, user);
    TRY(const bool found, select.step());
    return found ? std::optional{text(select, 0)} : std::nullopt;
}

}  // namespace homeroom::features::announcements
