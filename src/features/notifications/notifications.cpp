#include "features/notifications/notifications.h"

#include "base/limits.h"
#include "features/notifications/deliveries.h"
#include "features/notifications/preferences.h"
#include "features/notifications/quiet_hours.h"
#include "features/notifications/records.h"
#include "features/notifications/requests.h"

namespace homeroom::features::notifications {
namespace {

constexpr store::Migration migrations[] = {
    {"notifications/1", R"sql(
        -- What somebody can be notified of: one of an event and kind.
        CREATE TABLE notification_sources (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            seq INTEGER NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            parent TEXT,
            room TEXT NOT NULL,
            collapse TEXT NOT NULL,
            audience TEXT NOT NULL,
            actor TEXT NOT NULL, target TEXT NOT NULL,
            at TEXT NOT NULL,
            UNIQUE (seq, kind)
        );
        CREATE INDEX notification_sources_subject ON notification_sources (subject);
        CREATE INDEX notification_sources_parent ON notification_sources (parent)
            WHERE parent IS NOT NULL;
        CREATE INDEX notification_sources_by_time ON notification_sources (at);

        CREATE TABLE notifications (
            user TEXT NOT NULL, id TEXT NOT NULL,
            source INTEGER NOT NULL,
            collapse TEXT NOT NULL,
            read_at TEXT,
            PRIMARY KEY (user, id)
        ) WITHOUT ROWID;
        CREATE INDEX notifications_of_source ON notifications (source);
        CREATE INDEX notifications_unread ON notifications (user, id) WHERE read_at IS NULL;

        -- The last id that a user was given, and up to which he has looked.
        CREATE TABLE notification_readers (
            user TEXT PRIMARY KEY,
            last TEXT NOT NULL,
            seen TEXT NOT NULL DEFAULT ''
        ) WITHOUT ROWID;

        CREATE TABLE notification_preferences (
            user TEXT NOT NULL,
            room TEXT NOT NULL, kind TEXT NOT NULL,  -- empty: all
            inbox INTEGER, push INTEGER, mail INTEGER,
            PRIMARY KEY (user, room, kind)
        ) WITHOUT ROWID;
        CREATE TABLE notification_quiet_hours (
            user TEXT PRIMARY KEY,
            from_minute INTEGER NOT NULL, to_minute INTEGER NOT NULL,
            time_zone TEXT NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE webhook_deliveries (
            id TEXT PRIMARY KEY,
            user TEXT NOT NULL, channel TEXT NOT NULL, collapse TEXT NOT NULL,
            through TEXT,      -- the newest notification that goes with it; NULL: not yet decided
            due TEXT NOT NULL,
            attempts INTEGER NOT NULL DEFAULT 0,
            given_up_at TEXT, fault TEXT
        ) WITHOUT ROWID;
        CREATE UNIQUE INDEX webhook_deliveries_planned
            ON webhook_deliveries (user, channel, collapse) WHERE through IS NULL;
        CREATE INDEX webhook_deliveries_due ON webhook_deliveries (channel, due)
            WHERE given_up_at IS NULL;
        CREATE INDEX webhook_deliveries_given_up ON webhook_deliveries (given_up_at)
            WHERE given_up_at IS NOT NULL;
    )sql"},
};

Result<std::optional<WallTime>> quiet_until_of(store::Database& db, std::string_view user,
                                               WallTime now) {
    TRY(const auto hours, quiet_hours_of(db, user));
    return hours ? quiet_until(*hours, now) : std::optional<WallTime>{};
}

}  // namespace

std::span<const store::Migration> notifications_migrations() {
    return migrations;
}

void register_notifications(campus::Surface& surface) {
    surface.wishes().quiet_until = quiet_until_of;
    surface.read("notification:list", list_notifications);
    surface.write("notification:read", read_notifications);
    surface.write("notification:seen", see_notifications);
    surface.read("notification:preferences", read_preferences);
    surface.write("notification:prefer", set_preference);
    surface.write("notification:quiet", set_quiet_hours);
}

Status drop_old_webhooks(store::Database& db, WallTime now) {
    return drop_old_deliveries(db, to_rfc3339(now - limits::webhooks_given_up_kept),
                               dropped_at_once_max);
}

}  // namespace homeroom::features::notifications
