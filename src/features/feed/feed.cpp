#include "features/feed/feed.h"

#include "base/clock.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/polls/poll.h"
#include "features/feed/publishing.h"
#include "features/feed/records.h"
#include "features/feed/requests.h"
#include "features/feed/search/index.h"

namespace homeroom::features::feed {
namespace {

// `row` gives the order of the feed: it counts up and is never used again. `target` is the id of a
// post or a comment; both are ULIDs, so they share one space.
constexpr store::Migration migrations[] = {
    {"feed/1", R"sql(
        CREATE TABLE posts (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            room TEXT NOT NULL,
            author TEXT NOT NULL, author_name TEXT NOT NULL,
            text TEXT NOT NULL,
            visibility TEXT NOT NULL,
            created_at TEXT NOT NULL, edited_at TEXT,
            comments INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX posts_of_room ON posts (room, row);

        CREATE TABLE post_viewers (
            post TEXT NOT NULL, user TEXT NOT NULL,
            PRIMARY KEY (post, user)
        ) WITHOUT ROWID;

        CREATE TABLE comments (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            post TEXT NOT NULL,
            author TEXT NOT NULL, author_name TEXT NOT NULL,
            text TEXT NOT NULL,
            reply_to TEXT,
            created_at TEXT NOT NULL, edited_at TEXT
        );
        CREATE INDEX comments_of_post ON comments (post, row);

        CREATE TABLE reactions (
            target TEXT NOT NULL, user TEXT NOT NULL, kind TEXT NOT NULL,
            PRIMARY KEY (target, user)
        ) WITHOUT ROWID;
        CREATE TABLE reaction_counts (
            target TEXT NOT NULL, kind TEXT NOT NULL, count INTEGER NOT NULL,
            PRIMARY KEY (target, kind)
        ) WITHOUT ROWID;
    )sql"},
    // Ids of the mentioned, a JSON array; NULL: none.
    {"feed/2", R"sql(
        ALTER TABLE posts ADD COLUMN mentions TEXT;
        ALTER TABLE comments ADD COLUMN mentions TEXT;
    )sql"},
    // Of feed_turns: when somebody wrote last while his room was in slow mode.
    {"feed/3", R"sql(
        ALTER TABLE posts ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE posts ADD COLUMN locked INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX posts_pinned ON posts (room, row) WHERE pinned = 1;
        CREATE TABLE feed_mutes (
            room TEXT NOT NULL, user TEXT NOT NULL,
            until TEXT,  -- NULL: without an end
            by TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (room, user)
        ) WITHOUT ROWID;
        CREATE TABLE feed_rooms (
            room TEXT PRIMARY KEY, slow_seconds INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE feed_turns (
            room TEXT NOT NULL, user TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (room, user)
        ) WITHOUT ROWID;
    )sql"},
    {"feed/4", R"sql(
        ALTER TABLE posts ADD COLUMN state TEXT NOT NULL DEFAULT 'published';
        ALTER TABLE posts ADD COLUMN publish_at TEXT;
        ALTER TABLE posts ADD COLUMN published_at TEXT;
        CREATE INDEX posts_waiting ON posts (room, row) WHERE state <> 'published';
    )sql"},
    {"feed/5", R"sql(
        ALTER TABLE posts ADD COLUMN anonymous INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE posts ADD COLUMN pseudonyms INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE comments ADD COLUMN anonymous INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE pseudonyms (
            post TEXT NOT NULL, user TEXT NOT NULL,
            id TEXT NOT NULL, name TEXT NOT NULL,
            PRIMARY KEY (post, user)
        ) WITHOUT ROWID;
    )sql"},
    {"feed/6", R"sql(
        ALTER TABLE comments ADD COLUMN endorser TEXT;
        ALTER TABLE comments ADD COLUMN endorser_name TEXT;
        ALTER TABLE posts ADD COLUMN poll INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE polls (
            post TEXT PRIMARY KEY,
            multiple INTEGER NOT NULL, hidden INTEGER NOT NULL,
            closes_at TEXT,
            closed INTEGER NOT NULL DEFAULT 0,
            voters INTEGER NOT NULL DEFAULT 0
        ) WITHOUT ROWID;
        CREATE TABLE poll_options (
            post TEXT NOT NULL, position INTEGER NOT NULL,
            text TEXT NOT NULL,
            votes INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (post, position)
        ) WITHOUT ROWID;
        CREATE TABLE poll_votes (
            post TEXT NOT NULL, user TEXT NOT NULL, position INTEGER NOT NULL,
            PRIMARY KEY (post, user, position)
        ) WITHOUT ROWID;
    )sql"},
    // Of reports, target: the id of a post or comment; author: as everybody sees him. Of
    // report_reasons, at: how many came before.
    {"feed/7", R"sql(
        CREATE TABLE versions (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            target TEXT NOT NULL, text TEXT NOT NULL, at TEXT NOT NULL
        );
        CREATE INDEX versions_of_target ON versions (target, row);
        CREATE TABLE reports (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            room TEXT NOT NULL,
            target TEXT NOT NULL, post TEXT NOT NULL, comment TEXT,
            author TEXT NOT NULL, author_name TEXT NOT NULL,
            text TEXT,
            state TEXT NOT NULL DEFAULT 'open',
            created_at TEXT NOT NULL, resolved_at TEXT,
            resolved_by TEXT, resolved_by_name TEXT,
            reporters INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX reports_of_room ON reports (room, row);
        CREATE UNIQUE INDEX reports_open ON reports (target) WHERE state = 'open';
        CREATE TABLE report_reasons (
            report TEXT NOT NULL, user TEXT NOT NULL,
            reason TEXT, at INTEGER NOT NULL,
            PRIMARY KEY (report, user)
        ) WITHOUT ROWID;
    )sql"},
    // The index keeps words, not texts; feed_texts says what its numbers mean.
    {"feed/8", R"sql(
        CREATE TABLE feed_texts (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            target TEXT NOT NULL UNIQUE, post TEXT NOT NULL
        );
        CREATE VIRTUAL TABLE feed_search USING fts5 (
            text, room, content = '', tokenize = 'unicode61 remove_diacritics 2'
        );
        INSERT INTO feed_texts (target, post)
            SELECT id, id FROM posts WHERE state = 'published' ORDER BY row;
        INSERT INTO feed_texts (target, post) SELECT id, post FROM comments ORDER BY row;
        INSERT INTO feed_search (rowid, text, room)
            SELECT number, posts.text, hex(room) FROM feed_texts JOIN posts ON posts.id = target;
        INSERT INTO feed_search (rowid, text, room)
            SELECT number, comments.text, hex(room) FROM feed_texts
            JOIN comments ON comments.id = target JOIN posts ON posts.id = comments.post;
    )sql",
     R"sql(
        CREATE TABLE feed_texts (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            target TEXT NOT NULL UNIQUE, post TEXT NOT NULL
        );
        CREATE TABLE feed_search (number INTEGER NOT NULL PRIMARY KEY, words tsvector NOT NULL);
        CREATE INDEX feed_search_words ON feed_search USING gin (words);
    )sql"},
    // files_gone: whose bytes are still to be removed. file_links: the key of links, one row.
    {"feed/9", R"sql(
        ALTER TABLE posts ADD COLUMN files INTEGER NOT NULL DEFAULT 0;
        CREATE TABLE files (
            id TEXT PRIMARY KEY,
            room TEXT NOT NULL, uploader TEXT NOT NULL,
            name TEXT NOT NULL, type TEXT NOT NULL, bytes INTEGER NOT NULL,
            created_at TEXT NOT NULL,
            complete INTEGER NOT NULL DEFAULT 0,
            post TEXT, place INTEGER
        ) WITHOUT ROWID;
        CREATE INDEX files_of_post ON files (post) WHERE post IS NOT NULL;
        CREATE INDEX files_unused ON files (uploader) WHERE post IS NULL;
        CREATE TABLE files_gone (id TEXT PRIMARY KEY) WITHOUT ROWID;
        CREATE TABLE file_links (key TEXT NOT NULL);
        INSERT INTO file_links (key) VALUES (hex(randomblob(32)));
    )sql"},
    // As the journal counts: by it a group keeps its past from newcomers.
    {"feed/10", "ALTER TABLE posts ADD COLUMN moment INTEGER NOT NULL DEFAULT 0"},
};

}  // namespace

std::span<const store::Migration> feed_migrations() {
    return migrations;
}

Result<bool> is_silent_in(store::Database& db, const campus::Directory& directory,
                          const std::string& user, const std::string& room) {
    if (directory.is_staff(user, room)) return false;
    TRY(const auto until, muted_until(db, room, user, to_rfc3339(wall_now())));
    return until.has_value();
}

Result<std::optional<campus::Audience>> readers_of_post(store::Database& db,
                                                        const campus::Directory& directory,
                                                        const std::string& user,
                                                        const std::string& post) {
    TRY(const Post found, visible_post(db, directory, user, post, "to"));
    // Whoever has a pseudonym in this thread would be known by when he types.
    if (found.anonymous || found.pseudonyms > 0) return std::optional<campus::Audience>{};
    TRY(const bool silent, is_silent_in(db, directory, user, found.room));
    const bool closed = found.locked && !directory.is_staff(user, found.room);
    if (silent || closed) return std::optional<campus::Audience>{};
    return std::optional{found.audience()};
}

void register_feed(campus::Surface& surface) {
    surface.write("post:create", create_post);
    surface.service_write("post:create", create_platform_post);
    surface.write("post:update", update_post);
    surface.write("post:delete", delete_post);
    surface.read("post:get", get_post);
    surface.read("feed:list", list_feed);
    surface.write("comment:create", create_comment);
    surface.write("comment:update", update_comment);
    surface.write("comment:delete", delete_comment);
    surface.write("reaction:set", set_reaction);
    surface.write("comment:endorse", endorse_comment);
    surface.write("poll:vote", vote);
    surface.write("poll:close", close_poll);
    surface.write("attachment:create", create_attachment, campus::Need::bulky);
    surface.read("attachment:link", link_attachment);
    surface.read("feed:history", list_history);
    surface.read("feed:search", search_feed);
    surface.write("report:create", create_report);
    surface.write("report:resolve", resolve_report);
    surface.read("report:list", list_reports);
    surface.write("post:pin", pin_post);
    surface.write("post:lock", lock_post);
    surface.write("post:move", move_post);
    surface.write("feed:mute", mute_user);
    surface.write("feed:unmute", unmute_user);
    surface.read("feed:mutes", list_mutes);
    surface.write("feed:slow", set_slow_mode);
    surface.read("feed:settings", get_settings);
}

void register_feed(campus::Schedule& schedule) {
    schedule.on(publishing_kind, publish_due);
    schedule.on(tally_kind, tell_tally_due);
    schedule.on(closing_kind, close_due);
    schedule.on(index_kind, tidy_index_due);
}

}  // namespace homeroom::features::feed
