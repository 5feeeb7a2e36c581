#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

using campus::Json;

// Today's name while the roster knows the author, afterwards the one he had.
Json author_json(const campus::Directory& directory, const Author& author) {
    const auto person = directory.person(author.id);
    return Json{{"id", author.id}, {"name", person ? person->name : author.name}};
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

}  // namespace

Result<Json> reaction_counts(store::Database& db, std::string_view target) {
    Json counts = Json::object();
    auto select =
        db.statement("SELECT kind, count FROM reaction_counts WHERE target = ? ORDER BY kind");
    select.bind(1, target);
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return counts;
        counts[std::string{select.text(0)}] = select.number(1);
    }
}

Result<Json> post_view(store::Database& db, const campus::Directory& directory, const Post& post) {
    TRY(auto reactions, reaction_counts(db, post.id));
    return Json{{"id", post.id},
                {"room", post.room},
                {"author", author_json(directory, post.author)},
                {"text", post.text},
                {"visibility", to_json(post.visibility)},
                {"attachments", Json::array()},
                {"createdAt", post.created_at},
                {"editedAt", text_or_null(post.edited_at)},
                {"counts", Json{{"comments", post.comments}, {"reactions", std::move(reactions)}}}};
}

Result<Json> comment_view(store::Database& db, const campus::Directory& directory,
                          const Comment& comment) {
    TRY(auto reactions, reaction_counts(db, comment.id));
    return Json{{"id", comment.id},
                {"postId", comment.post},
                {"author", author_json(directory, comment.author)},
                {"text", comment.text},
                {"replyTo", text_or_null(comment.reply_to)},
                {"createdAt", comment.created_at},
                {"editedAt", text_or_null(comment.edited_at)},
                {"counts", Json{{"reactions", std::move(reactions)}}}};
}

Result<Json> mine_view(store::Database& db, std::string_view user, std::string_view target) {
    auto select = db.statement("SELECT kind FROM reactions WHERE target = ? AND user = ?");
    select.bind_all(target, user);
    TRY(const bool found, select.step());
    return Json{{"reaction", found ? Json(select.text(0)) : Json(nullptr)}};
}

Status announce(campus::WriteCall& call, std::string_view type, const Post& post,
                const std::string& subject, const Json& body, const Json& notes) {
    call.about = subject;
    return call.transaction.publish(
        {.type = std::string{type},
         .audience = post.audience().stored(),
         .by_json = Json{{"id", call.who.user}, {"name", call.who.name}}.dump(),
         .body = body.dump(),
         .subject = subject,
         .notes = notes.is_null() ? std::string{} : notes.dump()});
}

}  // namespace homeroom::features::feed
