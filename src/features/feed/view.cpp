#include "features/feed/view.h"

#include <algorithm>
#include <functional>

#include "campus/audit_requests.h"
#include "campus/contract_json.h"
#include "features/feed/files/file.h"
#include "features/feed/polls/poll.h"

namespace homeroom::features::feed {
namespace {

using campus::Json;

// Who looks, and where he finds it.
struct Onlooker {
    store::Database& db;
    const campus::Directory& directory;
    const campus::SchoolPolicy& policy;
    const std::string& user;
    // Writes down that he was told who stands behind a pseudonym of a thread.
    std::function<Status(const Post& thread)> disclosed{};

    bool may_name_authors(const Post& post) const {
        return policy.feed.anonymous_names && directory.is_school_staff(user, post.room);
    }
};

constexpr std::string_view named_action = "anonymous.named";

Onlooker onlooker(const campus::WriteCall& call) {
    return {call.transaction.db(), call.directory, call.policy, call.who.user,
            [&call](const Post& thread) {
                return campus::note(call, named_action, thread.id, {{"room", thread.room}});
            }};
}
// Once for each thread of an answer.
Onlooker onlooker(campus::ReadCall& call) {
    return {call.db, call.directory, call.policy, call.who.user,
            [&call](const Post& thread) -> Status {
                const bool noted = std::ranges::any_of(call.audit, [&](const auto& entry) {
                    return entry.action == named_action && entry.subject == thread.id;
                });
                if (!noted) campus::note(call, named_action, thread.id, {{"room", thread.room}});
                return Ok{};
            }};
}

Result<Json> mine_view(const Onlooker& who, std::string_view target) {
    auto select = who.db.statement("SELECT kind FROM reactions WHERE target = ? AND user = ?");
    select.bind_all(target, std::string_view{who.user});
    TRY(const bool found, select.step());
    return Json{{"reaction", found ? Json(select.text(0)) : Json(nullptr)}};
}

// What an anonymous author alone is told of himself, and what staff may be told of him.
Status add_identity(const Onlooker& who, const Post& post, const Author& author, Json& view) {
    if (author.id == who.user) view["mine"]["author"] = true;
    if (!who.may_name_authors(post)) return Ok{};
    TRY(const auto name, author_face(who.db, who.directory, post.id, author, false));
    view["identity"] = to_json(name);
    return author.id == who.user ? Status{Ok{}} : who.disclosed(post);
}

Status add_own(const Onlooker& who, const Post& post, Json& view) {
    TRY(view["mine"], mine_view(who, post.id));
    if (post.poll) {
        TRY(view["mine"]["votes"], choices_of(who.db, post.id, who.user));
    }
    return post.anonymous ? add_identity(who, post, post.author, view) : Status{Ok{}};
}

Status add_own(const Onlooker& who, const Comment& comment, const Post& post, Json& view) {
    TRY(view["mine"], mine_view(who, comment.id));
    return comment.anonymous ? add_identity(who, post, comment.author, view) : Status{Ok{}};
}

void add_state(const Post& post, Json& view) {
    if (post.anonymous) view["anonymous"] = true;
    if (post.pinned) view["pinned"] = true;
    if (post.locked) view["locked"] = true;
    if (post.publish_at.empty()) return;
    view["state"] = to_string(post.state);
    view["publishAt"] = post.publish_at;
    view["publishedAt"] = campus::text_or_null(post.published_at);
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
    TRY(const auto author, author_face(db, directory, post.id, post.author, post.anonymous));
    Json files = Json::array();
    if (post.files > 0) {
        TRY(files, files_view(db, post.id));
    }
    Json view{{"id", post.id},
              {"room", post.room},
              {"author", to_json(author)},
              {"text", post.text},
              {"visibility", to_json(post.visibility)},
              {"attachments", std::move(files)},
              {"createdAt", post.created_at},
              {"editedAt", campus::text_or_null(post.edited_at)},
              {"counts", Json{{"comments", post.comments}, {"reactions", std::move(reactions)}}}};
    if (!post.mentions.empty()) view["mentions"] = mentions_view(post.mentions, directory);
    add_state(post, view);
    if (post.poll) {
        TRY(const auto poll, load_poll(db, post.id));
        view["poll"] = poll_view(poll);
    }
    return view;
}

Result<Json> comment_view(store::Database& db, const campus::Directory& directory,
                          const Comment& comment) {
    TRY(auto reactions, reaction_counts(db, comment.id));
    TRY(const auto author,
        author_face(db, directory, comment.post, comment.author, comment.anonymous));
    Json view{{"id", comment.id},
              {"postId", comment.post},
              {"author", to_json(author)},
              {"text", comment.text},
              {"replyTo", campus::text_or_null(comment.reply_to)},
              {"createdAt", comment.created_at},
              {"editedAt", campus::text_or_null(comment.edited_at)},
              {"counts", Json{{"reactions", std::move(reactions)}}}};
    if (!comment.mentions.empty()) view["mentions"] = mentions_view(comment.mentions, directory);
    if (comment.anonymous) view["anonymous"] = true;
    if (!comment.endorser.id.empty()) {
        TRY(const auto endorser, author_face(db, directory, comment.post, comment.endorser, false));
        view["endorsed"] = to_json(endorser);
    }
    return view;
}

Status add_own(const campus::WriteCall& call, const Post& post, Json& view) {
    return add_own(onlooker(call), post, view);
}
Status add_own(campus::ReadCall& call, const Post& post, Json& view) {
    return add_own(onlooker(call), post, view);
}
Status add_own(const campus::WriteCall& call, const Comment& comment, const Post& post,
               Json& view) {
    return add_own(onlooker(call), comment, post, view);
}
Status add_own(campus::ReadCall& call, const Comment& comment, const Post& post, Json& view) {
    return add_own(onlooker(call), comment, post, view);
}

Status announce(store::Transaction& transaction, const FeedEvent& event) {
    return transaction.publish({.type = std::string{event.type},
                                .audience = event.audience.stored(),
                                .by_json = event.by ? to_json(*event.by).dump() : "null",
                                .body = event.body.dump(),
                                .subject = std::string{event.subject},
                                .notes = event.notes.is_null() ? "" : event.notes.dump()});
}

Status announce(campus::WriteCall& call, std::string_view type, const Post& post,
                const std::string& subject, const Json& body, const Json& notes) {
    call.about = subject;
    TRY(auto by,
        face_of(call.transaction.db(), call.directory, post, {call.who.user, call.who.name}));
    return announce(call.transaction, {.type = type,
                                       .audience = post.audience(),
                                       .by = std::move(by),
                                       .subject = subject,
                                       .body = body,
                                       .notes = notes});
}

Status announce_by_name(campus::WriteCall& call, std::string_view type, const Post& post,
                        const std::string& subject, const Json& body, const Json& notes) {
    call.about = subject;
    return announce(call.transaction, {.type = type,
                                       .audience = post.audience(),
                                       .by = Author{call.who.user, call.who.name},
                                       .subject = subject,
                                       .body = body,
                                       .notes = notes});
}

}  // namespace homeroom::features::feed
