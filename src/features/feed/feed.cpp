#include "features/feed/feed.h"

#include "features/feed/records.h"
#include "features/feed/requests.h"

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
};

}  // namespace

std::span<const store::Migration> feed_migrations() {
    return migrations;
}

Result<std::optional<campus::Audience>> readers_of_post(store::Database& db,
                                                        const campus::Directory& directory,
                                                        const std::string& user,
                                                        const std::string& post) {
    TRY(const Post found, visible_post(db, directory, user, post, "to"));
    return std::optional{found.audience()};
}

void register_feed(campus::Surface& surface) {
    surface.write("post:create", create_post);
    surface.write("post:update", update_post);
    surface.write("post:delete", delete_post);
    surface.read("post:get", get_post);
    surface.read("feed:list", list_feed);
    surface.write("comment:create", create_comment);
    surface.write("comment:update", update_comment);
    surface.write("comment:delete", delete_comment);
    surface.write("reaction:set", set_reaction);
}

}  // namespace homeroom::features::feed
