#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "campus/audit_requests.h"
#include "campus/platform_room.h"
#include "campus/publish_time.h"
#include "campus/roster/room_name.h"
#include "features/feed/erasing.h"
#include "features/feed/files/file.h"
#include "features/feed/moderation/history.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/polls/poll.h"
#include "features/feed/publishing.h"
#include "features/feed/records.h"
#include "features/feed/requests.h"
#include "features/feed/room_rules.h"
#include "features/feed/search/index.h"
#include "features/feed/storing.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

// What the request makes; the time at which it is to be seen, if that is later.
Result<std::optional<WallTime>> read_draft(const WriteCall& call, const Json& request, Post& post) {
    TRY(post.room, campus::required_text(request, "to", campus::room_name_bytes_max));
    TRY_OK(require_feed(call.directory, call.who.user, post.room, "to"));
    TRY_OK(require_voice(call, post.room, "to"));
    TRY(post.text, campus::required_words(request, "text", limits::post_text_bytes_max));
    TRY(post.visibility, read_visibility(request));
    return campus::requested_publish_time(request);
}

// The new text, before which the old one is kept, and who is mentioned by it.
Result<Mentions> read_changes(const WriteCall& call, const Json& request, Post& post) {
    const std::string since = post.edited_at.empty() ? post.created_at : post.edited_at;
    auto& db = call.transaction.db();
    TRY(auto text, campus::required_words(request, "text", limits::post_text_bytes_max));
    if (text != post.text) TRY_OK(keep_version(db, post.id, post.text, since));
    TRY_OK(change_in_index(call.transaction, indexed(post), post.text, text));
    post.text = std::move(text);
    TRY(auto mentions, requested_mentions(request, {call.who.user, post.room, post.mentions},
                                          post.readers(), call.directory));
    post.mentions = std::move(mentions.kept);
    post.edited_at = call.transaction.at();
    return mentions;
}

Result<Json> own_answer(WriteCall& call, const Post& post) {
    TRY(auto view, post_view(call.transaction.db(), call.directory, post));
    TRY_OK(add_own(call, post, view));
    return Json{{"post", std::move(view)}};
}

// Of one that waits: its text, and the time at which it is published.
Status change_waiting(WriteCall& call, const Json& request, Post& post) {
    const bool moved = request.contains("publishAt");
    TRY(const auto due, campus::requested_publish_time(request));
    if (moved && !due) {
        TRY_OK(store_changes(call.transaction.db(), post));
        return publish_now(call.transaction, call.directory, post);
    }
    if (due) TRY_OK(plan(call.transaction, post, *due));
    TRY_OK(store_changes(call.transaction.db(), post));
    return tell_of_change(call, post, {});
}

}  // namespace

Result<Json> create_post(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    Post post{.id = make_ulid(wall_now()),
              .author = {call.who.user, call.who.name},
              .created_at = call.transaction.at(),
              .moment = call.transaction.moment()};
    TRY(const auto due, read_draft(call, request, post));
    TRY(auto mentions, requested_mentions(request, {call.who.user, post.room, {}}, post.readers(),
                                          call.directory));
    post.mentions = std::move(mentions.kept);
    TRY(const auto poll, requested_poll(request, due.value_or(wall_now())));
    post.poll = poll.has_value();
    TRY(const auto files, requested_files(call, request, post.room));
    post.files = static_cast<std::int64_t>(files.size());
    TRY(const bool anonymous, requested_anonymity(call, request, post));
    TRY_OK(take_turn(call, post.room));
    if (anonymous) TRY_OK(hide_author(call, post));
    call.about = post.id;
    if (due) {
        TRY_OK(require_place_to_wait(db, post));
        TRY_OK(plan(call.transaction, post, *due));
    }
    TRY_OK(require_members(post.visibility, post.room, call.who.user, call.directory));
    TRY_OK(insert_post(db, post));
    TRY_OK(attach(db, post, files));
    if (poll) TRY_OK(insert_poll(call.transaction, post, *poll));
    Json answer;
    if (due) {
        TRY_OK(tell_of_waiting(call, post));
        TRY(answer, own_answer(call, post));
    } else {
        TRY(answer, tell_of_new(call.transaction, call.directory, post));
        if (anonymous) TRY_OK(add_own(call, post, answer["post"]));
    }
    add_hint(answer, mentions.cannot_see);
    return answer;
}

// The platform's own: of the room, at once, with nothing that needs a person behind it.
Result<Json> create_platform_post(WriteCall& call, const Json& request) {
    Post post{.id = make_ulid(wall_now()),
              .author = {call.who.user, call.who.name},
              .created_at = call.transaction.at(),
              .moment = call.transaction.moment()};
    TRY(post.room, campus::required_text(request, "to", campus::room_name_bytes_max));
    TRY_OK(campus::require_platform_room(call.directory, post.room, "to"));
    for (const char* const field : {"publishAt", "poll", "attachments", "anonymous"}) {
        if (request.contains(field))
            return Error{Code::invalid, std::string{field} + " is for people's posts", field};
    }
    TRY(post.text, campus::required_words(request, "text", limits::post_text_bytes_max));
    TRY(post.visibility, read_visibility(request));
    TRY(auto mentions, requested_mentions(request, {call.who.user, post.room, {}}, post.readers(),
                                          call.directory));
    post.mentions = std::move(mentions.kept);
    call.about = post.id;
    TRY_OK(require_members(post.visibility, post.room, call.who.user, call.directory));
    auto& db = call.transaction.db();
    TRY_OK(insert_post(db, post));
    TRY(auto answer, tell_of_new(call.transaction, call.directory, post));
    answer["post"].erase("mine");  // nobody's
    return answer;
}

Result<Json> update_post(WriteCall& call, const Json& request) {
    TRY(auto post, requested_post(call, request));
    if (post.author.id != call.who.user)
        return Error{Code::forbidden, "only its author may change a post", "post"};
    call.about = post.id;
    const UserIds mentioned_before = post.mentions;
    TRY(const auto mentions, read_changes(call, request, post));
    if (post.published()) {
        TRY_OK(require_open(call, post, "post"));
        if (request.contains("publishAt") && !request.at("publishAt").is_null())
            return Error{Code::conflict, "it is published already", "publishAt"};
        TRY_OK(store_changes(call.transaction.db(), post));
        TRY_OK(tell_of_change(call, post, mentioned_before));
    } else {
        TRY_OK(require_voice(call, post.room, "post"));
        TRY_OK(change_waiting(call, request, post));
    }
    TRY(auto answer, own_answer(call, post));
    add_hint(answer, mentions.cannot_see);
    return answer;
}

Result<Json> delete_post(WriteCall& call, const Json& request) {
    TRY(const auto post, requested_post(call, request));
    if (post.author.id != call.who.user && !call.directory.is_staff(call.who.user, post.room)) {
        return Error{Code::forbidden, "only its author or the room's staff may delete a post",
                     "post"};
    }
    if (post.author.id != call.who.user) {
        TRY_OK(campus::note(
            call, "post.deleted", post.id,
            {{"room", post.room}, {"author", post.anonymous ? std::string{"~"} : post.author.id}}));
    }
    return erase_post(call, post);
}

}  // namespace homeroom::features::feed
