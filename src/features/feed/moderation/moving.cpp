// A post goes to another room, its thread with it. From then on the new room says who sees it. Who
// does not is told that it is gone, as if it had been deleted, and not where it is; of what was
// told before, nothing is told again.
//
// It is one step, for there is no half of it that anybody may see; so a thread that would keep the
// writer from everybody else is not moved.
#include <utility>
#include <vector>

#include "base/limits.h"
#include "campus/audit_requests.h"
#include "campus/roster/room_name.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/requests.h"
#include "features/feed/room_rules.h"
#include "features/feed/search/index.h"
#include "features/feed/storing.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

// Each is looked up in the index and in the journal, some hundred microseconds.
constexpr std::int64_t moved_comments_max = 1'000;
constexpr std::int64_t comments_at_once = 100;

// Of the staff of both rooms: who may take it away here, and put it up there.
Result<std::string> requested_room(const WriteCall& call, const Json& request, const Post& post) {
    TRY_OK(require_staff_of(call, post, "post"));
    TRY(auto room, campus::required_text(request, "to", campus::room_name_bytes_max));
    TRY_OK(require_feed(call.directory, call.who.user, room, "to"));
    if (!call.directory.is_staff(call.who.user, room))
        return Error{Code::forbidden, "only the staff of that room may do that", "to"};
    if (!post.published()) return Error{Code::conflict, "it is not published yet", "post"};
    if (room == post.room) return Error{Code::conflict, "it is in this room already", "to"};
    if (post.comments > moved_comments_max) {
        return Error{Code::too_large,
                     "a post with more than " + std::to_string(moved_comments_max) +
                         " comments cannot be moved",
                     "post"};
    }
    return room;
}

struct Row {
    std::int64_t row = 0;
    std::string id{};
    std::string text{};
    UserIds mentions{};
};

// Some of the thread's comments: nothing is read while what is read from is changed.
Result<std::vector<Row>> comments_after(store::Database& db, const Post& post, std::int64_t row) {
    auto select = db.statement(
        "SELECT row, id, text, mentions FROM comments WHERE post = ? AND row > ?"
        " ORDER BY row LIMIT ?");
    select.bind_all(std::string_view{post.id}, row, comments_at_once);
    std::vector<Row> rows;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return rows;
        rows.push_back({select.number(0), std::string{select.text(1)}, std::string{select.text(2)},
                        users_from_stored(select.text(3))});
    }
}

template <typename Take>
Status for_each_comment(store::Database& db, const Post& post, const Take& take) {
    std::int64_t last = 0;
    while (true) {
        TRY(auto rows, comments_after(db, post, last));
        if (rows.empty()) return Ok{};
        last = rows.back().row;
        for (Row& one : rows) TRY_OK(take(one));
    }
}

// The thread's words, from the one room to the other; and what the journal has of it goes, which
// was for those of the old one.
Status move_words(WriteCall& call, const Post& post, const std::string& room) {
    const auto move = [&](std::string_view target, std::string_view text) -> Status {
        TRY_OK(take_from_index(call.transaction, {target, post.id, post.room}, text));
        TRY_OK(add_to_index(call.transaction, {target, post.id, room}, text));
        return campus::forget(call.transaction, target);
    };
    TRY_OK(for_each_comment(call.transaction.db(), post,
                            [&](const Row& one) { return move(one.id, one.text); }));
    return move(post.id, post.text);
}

// A report has the thread's words.
Status forget_reports(WriteCall& call, const Post& post) {
    std::vector<std::string> reports;
    {
        auto select =
            call.transaction.db().statement("SELECT id FROM reports WHERE room = ? AND post = ?");
        select.bind_all(std::string_view{post.room}, std::string_view{post.id});
        while (true) {
            TRY(const bool more, select.step());
            if (!more) break;
            reports.emplace_back(select.text(0));
        }
    }
    for (const std::string& id : reports) TRY_OK(campus::forget(call.transaction, id));
    return Ok{};
}

Status move_rows(store::Database& db, const std::string& post, const std::string& room) {
    // One that is pinned is so for those of a room; there they have their own.
    for (const char* sql : {"UPDATE posts SET room = ?, pinned = 0 WHERE id = ?",
                            "UPDATE files SET room = ? WHERE post = ?",
                            "UPDATE reports SET room = ? WHERE post = ?"}) {
        TRY_OK(db.statement(sql).bind_all(std::string_view{room}, std::string_view{post}).run());
    }
    return Ok{};
}

// Who does not see it there is not named any more.
Status judge_all_mentions(const WriteCall& call, Post& post) {
    auto& db = call.transaction.db();
    const auto readers = post.readers();
    const auto judge = [&](UserIds& mentions) {
        const std::size_t before = mentions.size();
        mentions = judge_mentions(std::move(mentions), readers, call.directory).kept;
        return mentions.size() != before;
    };
    if (judge(post.mentions)) TRY_OK(store_changes(db, post));
    return for_each_comment(db, post, [&](Row& one) -> Status {
        if (one.mentions.empty() || !judge(one.mentions)) return Ok{};
        return db.statement("UPDATE comments SET mentions = NULLIF(?, '') WHERE id = ?")
            .bind_all(to_stored(one.mentions), std::string_view{one.id})
            .run();
    });
}

}  // namespace

Result<Json> move_post(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(auto post, requested_post(call, request));
    TRY(const auto room, requested_room(call, request, post));
    call.about = post.id;
    TRY_OK(move_words(call, post, room));
    TRY_OK(forget_reports(call, post));
    // Never forgotten: who is away until the post is deleted there must still learn this.
    TRY_OK(announce(call.transaction, {.type = "post:deleted",
                                       .audience = post.audience(),
                                       .by = Author{call.who.user, call.who.name},
                                       .body = Json{{"postId", post.id}}}));
    TRY_OK(campus::note(call, "post.moved", post.id, {{"from", post.room}, {"to", room}}));
    TRY_OK(move_rows(db, post.id, room));
    post.room = room;
    post.pinned = false;
    TRY_OK(judge_all_mentions(call, post));
    TRY(auto view, post_view(db, call.directory, post));
    Json answer{{"post", std::move(view)}};
    TRY_OK(announce_by_name(call, "post:created", post, post.id, answer,
                            Json{{"author", post.author.id}, {"mentioned", post.mentions}}));
    TRY_OK(add_own(call, post, answer["post"]));
    return answer;
}

}  // namespace homeroom::features::feed
