#include "features/feed/polls/poll.h"

#include <algorithm>

#include "base/limits.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

using campus::Json;

// The tallies that were told are forgotten by it, apart from the post.
std::string tally_subject(std::string_view post) {
    return std::string{post} + "/poll";
}

Error wrong(std::string words) {
    return Error{Code::invalid, std::move(words), "poll"};
}

// An error of a member is one of the poll.
template <typename T>
Result<T> within_poll(Result<T> result) {
    if (result.ok()) return result;
    Error error = std::move(result).error();
    error.field = "poll";
    return error;
}

Result<std::vector<Poll::Option>> read_options(const Json& poll) {
    const auto found = poll.find("options");
    if (found == poll.end() || !found->is_array() || found->size() < 2 ||
        found->size() > limits::poll_options_max) {
        return wrong("poll.options is a list of 2 to " + std::to_string(limits::poll_options_max) +
                     " texts");
    }
    std::vector<Poll::Option> options;
    for (const Json& one : *found) {
        TRY(auto text, within_poll(campus::required_words(Json{{"option", one}}, "option",
                                                          limits::poll_option_bytes_max)));
        if (std::ranges::find(options, text, &Poll::Option::text) != options.end())
            return wrong("poll.options has a text twice");
        options.push_back({.text = std::move(text)});
    }
    return options;
}

Result<std::string> read_end(const Json& poll, WallTime opens) {
    TRY(const auto text,
        within_poll(campus::optional_text(poll, "closesAt", limits::identifier_bytes_max)));
    if (!text) return std::string{};
    const auto time = parse_rfc3339(*text);
    if (!time || *time <= opens || *time > opens + limits::schedule_ahead_max)
        return wrong("poll.closesAt is a time behind that of publishing, within a year");
    return to_rfc3339(*time);
}

// Of a post that may have been deleted, or taken its poll along, since it was scheduled.
Result<std::optional<Post>> post_with_poll(store::Database& db, std::string_view id) {
    TRY(auto post, load_post(db, id));
    if (post && !post->poll) post.reset();
    return post;
}

}  // namespace

Result<std::optional<Poll>> requested_poll(const Json& request, WallTime opens) {
    const auto found = request.find("poll");
    if (found == request.end() || found->is_null()) return std::optional<Poll>{};
    if (!found->is_object()) return wrong("poll is an object with options");
    Poll poll;
    TRY(poll.options, read_options(*found));
    TRY(const auto multiple, within_poll(campus::optional_bool(*found, "multiple")));
    TRY(const auto hidden, within_poll(campus::optional_bool(*found, "hidden")));
    poll.multiple = multiple.value_or(false);
    poll.hidden = hidden.value_or(false);
    TRY(poll.closes_at, read_end(*found, opens));
    return std::optional{std::move(poll)};
}

Status insert_poll(store::Transaction& transaction, const Post& post, const Poll& poll) {
    auto& db = transaction.db();
    TRY_OK(db.statement("INSERT INTO polls (post, multiple, hidden, closes_at) "
                        "VALUES (?, ?, ?, NULLIF(?, ''))")
               .bind_all(std::string_view{post.id}, std::int64_t{poll.multiple},
                         std::int64_t{poll.hidden}, std::string_view{poll.closes_at})
               .run());
    std::int64_t position = 0;
    for (const auto& option : poll.options) {
        TRY_OK(db.statement("INSERT INTO poll_options (post, position, text) VALUES (?, ?, ?)")
                   .bind_all(std::string_view{post.id}, position++, std::string_view{option.text})
                   .run());
    }
    const auto end = parse_rfc3339(poll.closes_at);
    return end ? campus::schedule(transaction, closing_kind, post.id, *end) : Status{Ok{}};
}

Status erase_poll(store::Transaction& transaction, std::string_view post) {
    TRY_OK(transaction.forget(tally_subject(post)));
    for (const char* kind : {tally_kind, closing_kind})
        TRY_OK(campus::unschedule(transaction, kind, post));
    for (const char* sql :
         {"DELETE FROM poll_votes WHERE post = ?", "DELETE FROM poll_options WHERE post = ?",
          "DELETE FROM polls WHERE post = ?"}) {
        TRY_OK(transaction.db().statement(sql).bind(1, post).run());
    }
    return Ok{};
}

Result<Poll> load_poll(store::Database& db, std::string_view post) {
    auto select = db.statement(
        "SELECT multiple, hidden, closes_at, closed, voters FROM polls WHERE post = ?");
    select.bind(1, post);
    TRY(const bool found, select.step());
    if (!found) return Error{Code::internal, "a post has lost its poll"};
    Poll poll{.options = {},
              .multiple = select.number(0) != 0,
              .hidden = select.number(1) != 0,
              .closes_at = std::string{select.text(2)},
              .closed = select.number(3) != 0,
              .voters = select.number(4)};
    auto options =
        db.statement("SELECT text, votes FROM poll_options WHERE post = ? ORDER BY position");
    options.bind(1, post);
    while (true) {
        TRY(const bool more, options.step());
        if (!more) return poll;
        poll.options.push_back({std::string{options.text(0)}, options.number(1)});
    }
}

Json poll_view(const Poll& poll) {
    const bool told = !poll.hidden || poll.closed;
    Json options = Json::array();
    for (const auto& option : poll.options) {
        options.push_back(
            Json{{"text", option.text}, {"votes", told ? Json(option.votes) : Json(nullptr)}});
    }
    return Json{{"options", std::move(options)},
                {"multiple", poll.multiple},
                {"hidden", poll.hidden},
                {"voters", poll.voters},
                {"closesAt", poll.closes_at.empty() ? Json(nullptr) : Json(poll.closes_at)},
                {"closed", poll.closed}};
}

Result<std::vector<std::int64_t>> choices_of(store::Database& db, std::string_view post,
                                             std::string_view user) {
    auto select = db.statement(
        "SELECT position FROM poll_votes WHERE post = ? AND user = ? ORDER BY position");
    select.bind_all(post, user);
    std::vector<std::int64_t> choices;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return choices;
        choices.push_back(select.number(0));
    }
}

Status tell_tally(store::Transaction& transaction, const Post& post, const Poll& poll) {
    const std::string subject = tally_subject(post.id);
    TRY_OK(transaction.forget(subject));
    TRY_OK(campus::unschedule(transaction, tally_kind, post.id));
    return announce(transaction, {.type = "poll:changed",
                                  .audience = post.audience(),
                                  .subject = subject,
                                  .body = Json{{"postId", post.id}, {"poll", poll_view(poll)}}});
}

Status tell_tally_due(campus::DueCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto post, post_with_poll(db, call.subject));
    if (!post) return Ok{};
    TRY(const auto poll, load_poll(db, post->id));
    return tell_tally(call.transaction, *post, poll);
}

Status close_due(campus::DueCall& call) {
    auto& db = call.transaction.db();
    TRY(const auto post, post_with_poll(db, call.subject));
    if (!post) return Ok{};
    TRY(auto poll, load_poll(db, post->id));
    if (poll.closed) return Ok{};
    poll.closed = true;
    TRY_OK(db.statement("UPDATE polls SET closed = 1 WHERE post = ?")
               .bind(1, std::string_view{post->id})
               .run());
    return tell_tally(call.transaction, *post, poll);
}

}  // namespace homeroom::features::feed
