// The words of what is published, in SQLite's FTS5, or PostgreSQL's tsvector (index_postgres.h).
// FTS5 has no texts of its own: to take one out it must be given as it was put in.
//
// The room is a word of the index, too, so that a search costs what is in the searcher's rooms, and
// how long it takes tells nothing of the others.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "campus/schedule.h"
#include "features/feed/records.h"

namespace homeroom::features::feed {

// What a text belongs to.
struct Indexed {
    std::string_view target{};  // a post's or comment's id
    std::string_view post{};
    std::string_view room{};
};
inline Indexed indexed(const Post& post) {
    return {post.id, post.id, post.room};
}
inline Indexed indexed(const Comment& comment, const Post& post) {
    return {comment.id, post.id, post.room};
}

// Each changes the index at the end of the command's batch: SQLite writes a part of the index for
// every savepoint that touched it, which would cost a post more than all else of it.
Status add_to_index(store::Transaction& transaction, const Indexed& of, std::string_view text);
// Of what is not in it: nothing to do.
Status change_in_index(store::Transaction& transaction, const Indexed& of, std::string_view before,
                       std::string_view text);
Status take_from_index(store::Transaction& transaction, const Indexed& of, std::string_view text);

// What is taken out leaves its words in older parts of the index until they are merged. After a
// deletion: at once while the index is small; later, and in small steps, when it is large, so that
// the writer is not kept from posts.
Status tidy_index(store::Transaction& transaction);
inline constexpr const char* index_kind = "feed-index";
Status tidy_index_due(campus::DueCall& call);  // the schedule's handler: one step

// What has all of these words, the last perhaps begun only, in one of these rooms: (number, target,
// post), the newest first, numbered below `before`, at most limits::search_looked_at_max.
Result<store::Statement> look_up(store::Database& db, std::string_view words,
                                 std::span<const std::string> rooms, std::int64_t before);

// A search as FTS5 asks for it: all of these words, the last perhaps begun only, in one of these
// rooms. Nothing in the words is an operator. Empty: there is no word, or no room.
std::string to_match(std::string_view words, std::span<const std::string> rooms);

}  // namespace homeroom::features::feed
