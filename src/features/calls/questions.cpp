#include "features/calls/questions.h"

#include <algorithm>

#include "features/calls/limits.h"

namespace homeroom::features::calls {
namespace {

constexpr std::string_view about_poll = "poll";

Result<Poll*> open_poll(Call& call, std::string_view id) {
    const auto found = std::ranges::find(call.lesson.polls, id, &Poll::id);
    if (!call.is_live() || found == call.lesson.polls.end())
        return Error{Code::not_found, "there is no such poll", "poll"};
    if (!found->is_open()) return Error{Code::conflict, "the poll is closed", "poll"};
    return &*found;
}

void tell(Poll& poll) {
    for (Poll::Option& option : poll.options) option.told = option.votes;
    poll.voters_told = static_cast<std::int64_t>(poll.votes.size());
}

// Nobody can vote otherwise any more: who chose what is not needed.
void close(Poll& poll, WallTime now) {
    tell(poll);
    poll.votes.clear();
    poll.closed = now;
}

Status check_choices(const Poll& poll, std::vector<std::int64_t>& choices) {
    std::ranges::sort(choices);
    const bool fits =
        choices.empty() ||
        (choices.front() >= 0 && choices.back() < static_cast<std::int64_t>(poll.options.size()) &&
         std::ranges::adjacent_find(choices) == choices.end());
    if (!fits)
        return Error{Code::invalid, "options is a list of places of the poll's options", "options"};
    if (choices.size() > 1 && !poll.multiple)
        return Error{Code::invalid, "the poll takes one choice", "options"};
    return Ok{};
}

void count(Poll& poll, const std::vector<std::int64_t>& choices, std::int64_t change) {
    for (const auto choice : choices)
        poll.options[static_cast<std::size_t>(choice)].votes += change;
}

}  // namespace

Result<Happenings> ask(Call& call, Poll draft, std::optional<std::chrono::seconds> time,
                       WallTime now) {
    if (!call.is_live()) return Error{Code::conflict, "the call is over", "call"};
    Lesson& lesson = call.lesson;
    if (std::ranges::count_if(lesson.polls, &Poll::is_open) >=
        static_cast<std::ptrdiff_t>(limits::open_polls_max))
        return Error{Code::conflict, "close one of the polls that are open first", "call"};
    // The oldest makes room.
    if (lesson.polls.size() >= limits::polls_max)
        lesson.polls.erase(std::ranges::find_if_not(lesson.polls, &Poll::is_open));
    draft.id = std::to_string(++lesson.last_poll);
    draft.opened = now;
    if (time) draft.until = now + *time;
    lesson.polls.push_back(std::move(draft));
    return counted(call, {News{.kind = NewsKind::changed, .word = about_poll}});
}

Status vote(Call& call, std::string_view user, std::string_view id,
            std::vector<std::int64_t> choices, WallTime now) {
    TRY_OK(require_here(call, user, "call"));
    TRY(Poll* const poll, open_poll(call, id));
    TRY_OK(check_choices(*poll, choices));
    const auto own = std::ranges::find(poll->votes, user, &Poll::Vote::user);
    const bool voted = own != poll->votes.end();
    if (poll->anonymous && voted)
        return Error{Code::conflict, "you have voted: in an anonymous poll that stays", "poll"};
    if (voted && own->choices == choices) return Ok{};
    if (!voted && choices.empty()) return Ok{};
    if (!voted && poll->votes.size() >= limits::voters_max)
        return Error{Code::too_large, "too many have voted", "poll"};
    if (voted) {
        count(*poll, own->choices, -1);
        poll->votes.erase(own);
    }
    count(*poll, choices, 1);
    if (poll->anonymous)
        poll->votes.push_back({.user = std::string{user}});
    else if (!choices.empty())
        poll->votes.push_back({std::string{user}, std::move(choices)});
    if (call.lesson.tally_due == WallTime{}) call.lesson.tally_due = now + limits::tally_interval;
    return Ok{};
}

Result<Happenings> close_poll(Call& call, std::string_view id, WallTime now) {
    TRY(Poll* const poll, open_poll(call, id));
    close(*poll, now);
    return counted(call, {News{.kind = NewsKind::changed, .word = about_poll}});
}

void expire_polls(Call& call, WallTime now, Happenings& news) {
    Lesson& lesson = call.lesson;
    bool told = lesson.tally_due != WallTime{} && lesson.tally_due <= now;
    if (told) lesson.tally_due = {};
    for (Poll& poll : lesson.polls) {
        if (!poll.is_open()) continue;
        if (told) tell(poll);
        if (poll.until == WallTime{} || poll.until > now) continue;
        close(poll, poll.until);
        told = true;
    }
    if (told) news.push_back({.kind = NewsKind::changed, .word = about_poll});
}

void close_all_polls(Call& call, WallTime now) {
    call.lesson.tally_due = {};
    for (Poll& poll : call.lesson.polls)
        if (poll.is_open()) close(poll, now);
}

std::optional<WallTime> next_poll_deadline(const Lesson& lesson) {
    std::optional<WallTime> next;
    const auto consider = [&](WallTime time) {
        if (time != WallTime{}) next = next ? std::min(*next, time) : time;
    };
    consider(lesson.tally_due);
    for (const Poll& poll : lesson.polls)
        if (poll.is_open()) consider(poll.until);
    return next;
}

}  // namespace homeroom::features::calls
