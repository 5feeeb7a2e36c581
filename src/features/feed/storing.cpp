#include "features/feed/storing.h"

namespace homeroom::features::feed {

using store::Database;

Status insert_post(Database& db, const Post& post) {
    TRY_OK(db.statement(
                 "INSERT INTO posts (id, room, author, author_name, text, visibility, created_at, "
                 "mentions, state, publish_at, anonymous, pseudonyms, poll, files, moment) "
                 "VALUES (?, ?, ?, ?, ?, ?, ?, NULLIF(?, ''), ?, NULLIF(?, ''), ?, ?, ?, ?, ?)")
               .bind_all(std::string_view{post.id}, std::string_view{post.room},
                         std::string_view{post.author.id}, std::string_view{post.author.name},
                         std::string_view{post.text}, stored_kind(post.visibility),
                         std::string_view{post.created_at}, to_stored(post.mentions),
                         to_string(post.state), std::string_view{post.publish_at},
                         std::int64_t{post.anonymous}, post.pseudonyms, std::int64_t{post.poll},
                         post.files, static_cast<std::int64_t>(post.moment))
               .run());
    for (const std::string& user : post.visibility.users) {
        TRY_OK(db.statement("INSERT INTO post_viewers (post, user) VALUES (?, ?)")
                   .bind_all(std::string_view{post.id}, std::string_view{user})
                   .run());
    }
    return Ok{};
}

Status store_changes(Database& db, const Post& post) {
    return db
        .statement(
            "UPDATE posts SET text = ?, edited_at = NULLIF(?, ''), mentions = NULLIF(?, ''), "
            "state = ?, publish_at = NULLIF(?, ''), published_at = NULLIF(?, ''), moment = ? "
            "WHERE id = ?")
        .bind_all(std::string_view{post.text}, std::string_view{post.edited_at},
                  to_stored(post.mentions), to_string(post.state),
                  std::string_view{post.publish_at}, std::string_view{post.published_at},
                  static_cast<std::int64_t>(post.moment), std::string_view{post.id})
        .run();
}

Status move_to_head(Database& db, const Post& post) {
    TRY(const auto place, db.next_number("posts"));
    return db.statement("UPDATE posts SET row = ? WHERE id = ?")
        .bind_all(place, std::string_view{post.id})
        .run();
}

Status insert_comment(Database& db, const Comment& comment) {
    return db
        .statement(
            "INSERT INTO comments (id, post, author, author_name, text, created_at, mentions, "
            "reply_to, anonymous) VALUES (?, ?, ?, ?, ?, ?, NULLIF(?, ''), NULLIF(?, ''), ?)")
        .bind_all(std::string_view{comment.id}, std::string_view{comment.post},
                  std::string_view{comment.author.id}, std::string_view{comment.author.name},
                  std::string_view{comment.text}, std::string_view{comment.created_at},
                  to_stored(comment.mentions), std::string_view{comment.reply_to},
                  std::int64_t{comment.anonymous})
        .run();
}

Status store_changes(Database& db, const Comment& comment) {
    return db
        .statement(
            "UPDATE comments SET text = ?, edited_at = ?, mentions = NULLIF(?, '') WHERE id = ?")
        .bind_all(std::string_view{comment.text}, std::string_view{comment.edited_at},
                  to_stored(comment.mentions), std::string_view{comment.id})
        .run();
}

Status store_endorser(Database& db, const Comment& comment) {
    return db
        .statement(
            "UPDATE comments SET endorser = NULLIF(?, ''), endorser_name = NULLIF(?, '') "
            "WHERE id = ?")
        .bind_all(std::string_view{comment.endorser.id}, std::string_view{comment.endorser.name},
                  std::string_view{comment.id})
        .run();
}

Status count_comment(Database& db, const Post& post, std::int64_t change) {
    return db.statement("UPDATE posts SET comments = comments + ? WHERE id = ?")
        .bind_all(change, std::string_view{post.id})
        .run();
}

}  // namespace homeroom::features::feed
