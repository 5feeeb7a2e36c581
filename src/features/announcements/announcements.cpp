#include "features/announcements/announcements.h"

#include "features/announcements/publishing.h"
#include "features/announcements/requests.h"

namespace homeroom::features::announcements {
namespace {

// `row` gives the order of the list: by when it was written, and anew when it is published later.
constexpr store::Migration migrations[] = {
    {"announcements/1", R"sql(
        CREATE TABLE announcements (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            room TEXT NOT NULL, staff_room TEXT NOT NULL,
            author TEXT NOT NULL, author_name TEXT NOT NULL,
            title TEXT NOT NULL, text TEXT NOT NULL,
            require_ack INTEGER NOT NULL,
            created_at TEXT NOT NULL, edited_at TEXT,
            publish_at TEXT,    -- NULL: at once
            published_at TEXT,  -- NULL: not yet
            held INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX announcements_of_room ON announcements (room, row);
        CREATE INDEX announcements_waiting ON announcements (room) WHERE published_at IS NULL;

        CREATE TABLE announcement_acks (
            announcement TEXT NOT NULL, user TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (announcement, user)
        ) WITHOUT ROWID;
    )sql"},
};

}  // namespace

std::span<const store::Migration> announcements_migrations() {
    return migrations;
}

void register_announcements(campus::Surface& surface) {
    surface.write("announcement:create", create_announcement);
    surface.write("announcement:update", update_announcement);
    surface.write("announcement:withdraw", withdraw_announcement);
    surface.write("announcement:ack", acknowledge_announcement);
    surface.read("announcement:acks", list_acknowledgements);
    surface.read("announcement:list", list_announcements);
    surface.service_write("announcement:create", create_platform_announcement);
    surface.service_write("alert", send_alert);
}

void register_announcements(campus::Schedule& schedule) {
    schedule.on(publishing_kind, publish_due);
}

}  // namespace homeroom::features::announcements
