// The words of what is published, in SQLite's FTS5. The index has no texts of its own: to take one
// out it must be given as it was put in.
#pragma once

#include <string>
#include <string_view>

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

Status add_to_index(store::Database& db, const Indexed& of, std::string_view text);
Status change_in_index(store::Database& db, std::string_view target, std::string_view before,
                       std::string_view text);
Status take_from_index(store::Database& db, std::string_view target, std::string_view text);

// The words of a search as FTS5 asks for them, all of which must be there, the last perhaps begun
// only. Nothing in them is an operator. Empty: there is no word in it.
std::string to_match(std::string_view words);

}  // namespace homeroom::features::feed
