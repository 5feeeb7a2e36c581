// A vote, and the end of voting.
#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/limits.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/polls/poll.h"
#include "features/feed/requests.h"

namespace homeroom::features::feed {
namespace {

using Choices = std::vector<std::int64_t>;

struct PollOnPost {
    Post post{};
    Poll poll{};
};

Result<PollOnPost> requested_vote(const WriteCall& call, const Json& request) {
    TRY(auto post, requested_post(call, request));
    if (!post.poll) return Error{Code::conflict, "the post has no poll", "post"};
    TRY_OK(require_open(call, post, "post"));
    TRY(auto poll, load_poll(call.transaction.db(), post.id));
    if (!poll.is_open(call.transaction.at()))
        return Error{Code::conflict, "the poll is closed", "post"};
    return PollOnPost{std::move(post), std::move(poll)};
}

// Each once, in order; none takes a vote back.
Result<Choices> requested_choices(const Json& request, const Poll& poll) {
    const Error wrong{Code::invalid, "options is a list of places of the poll's options",
                      "options"};
    const auto found = request.find("options");
    if (found == request.end() || !found->is_array() || found->size() > poll.options.size())
        return wrong;
    Choices choices;
    for (const Json& one : *found) {
        if (!one.is_number_integer() || one < 0 || one >= poll.options.size()) return wrong;
        choices.push_back(one.get<std::int64_t>());
    }
    std::ranges::sort(choices);
    if (std::ranges::adjacent_find(choices) != choices.end()) return wrong;
    if (choices.size() > 1 && !poll.multiple)
        return Error{Code::invalid, "the poll takes one choice", "options"};
    return choices;
}

Status count(store::Database& db, const Post& post, std::int64_t position, std::int64_t change) {
    return db.statement("UPDATE poll_options SET votes = votes + ? WHERE post = ? AND position = ?")
        .bind_all(change, std::string_view{post.id}, position)
        .run();
}

Status replace_vote(store::Database& db, const std::string& user, PollOnPost& on,
                    const Choices& before, const Choices& choices) {
    TRY_OK(db.statement("DELETE FROM poll_votes WHERE post = ? AND user = ?")
               .bind_all(std::string_view{on.post.id}, std::string_view{user})
               .run());
    for (const auto position : before) {
        --on.poll.options[static_cast<std::size_t>(position)].votes;
        TRY_OK(count(db, on.post, position, -1));
    }
    for (const auto position : choices) {
        ++on.poll.options[static_cast<std::size_t>(position)].votes;
        TRY_OK(count(db, on.post, position, 1));
        TRY_OK(db.statement("INSERT INTO poll_votes (post, user, position) VALUES (?, ?, ?)")
                   .bind_all(std::string_view{on.post.id}, std::string_view{user}, position)
                   .run());
    }
    on.poll.voters += std::int64_t{!choices.empty()} - std::int64_t{!before.empty()};
    return db.statement("UPDATE polls SET voters = ? WHERE post = ?")
        .bind_all(on.poll.voters, std::string_view{on.post.id})
        .run();
}

}  // namespace

Result<Json> vote(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(auto on, requested_vote(call, request));
    TRY(const auto choices, requested_choices(request, on.poll));
    TRY(const auto before, choices_of(db, on.post.id, call.who.user));
    call.about = on.post.id;
    if (choices != before) {
        TRY_OK(replace_vote(db, call.who.user, on, before, choices));
        // Once for all votes until it is told: another does not put it off.
        TRY_OK(campus::schedule_once(call.transaction, tally_kind, on.post.id,
                                     wall_now() + limits::poll_tally_interval));
    }
    return Json{{"postId", on.post.id}, {"poll", poll_view(on.poll)}, {"votes", choices}};
}

Result<Json> close_poll(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto post, requested_post(call, request));
    if (post.author.id != call.who.user && !call.directory.is_staff(call.who.user, post.room)) {
        return Error{Code::forbidden, "only its author or the room's staff may close a poll",
                     "post"};
    }
    if (!post.poll) return Error{Code::conflict, "the post has no poll", "post"};
    TRY_OK(require_open(call, post, "post"));
    TRY(auto poll, load_poll(db, post.id));
    call.about = post.id;
    if (!poll.closed) {
        poll.closed = true;
        TRY_OK(db.statement("UPDATE polls SET closed = 1 WHERE post = ?")
                   .bind(1, std::string_view{post.id})
                   .run());
        TRY_OK(campus::unschedule(call.transaction, closing_kind, post.id));
        TRY_OK(tell_tally(call.transaction, post, poll));
    }
    return Json{{"postId", post.id}, {"poll", poll_view(poll)}};
}

}  // namespace homeroom::features::feed
