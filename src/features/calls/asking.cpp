// call:poll, call:vote, call:closePoll.
#include <algorithm>

#include "features/calls/limits.h"
#include "features/calls/opening.h"
#include "features/calls/questions.h"
#include "features/calls/requests.h"
#include "features/calls/settling.h"

namespace homeroom::features::calls {
namespace {

Result<std::vector<Poll::Option>> requested_options(const Json& request) {
    const auto found = request.find("options");
    if (found == request.end() || !found->is_array() || found->size() < 2 ||
        found->size() > limits::poll_options_max)
        return Error{
            Code::invalid,
            "options is a list of 2 to " + std::to_string(limits::poll_options_max) + " texts",
            "options"};
    std::vector<Poll::Option> options;
    for (const Json& one : *found) {
        TRY(auto text, campus::required_words(Json{{"options", one}}, "options",
                                              limits::poll_option_bytes_max));
        if (std::ranges::find(options, text, &Poll::Option::text) != options.end())
            return Error{Code::invalid, "options has a text twice", "options"};
        options.push_back({.text = std::move(text)});
    }
    return options;
}

Result<Poll> requested_poll(const Json& request) {
    Poll poll;
    TRY(poll.question,
        campus::required_words(request, "question", limits::poll_question_bytes_max));
    TRY(poll.options, requested_options(request));
    for (const auto& [field, flag] :
         {std::pair{"multiple", &Poll::multiple}, std::pair{"hidden", &Poll::hidden},
          std::pair{"anonymous", &Poll::anonymous}}) {
        TRY(const auto on, campus::optional_bool(request, field));
        poll.*flag = on.value_or(false);
    }
    return poll;
}

Result<std::string> requested_id(const Json& request) {
    return campus::required_text(request, "poll", 20);
}

// Which of the options that there are is judged with the poll.
Result<std::vector<std::int64_t>> requested_choices(const Json& request) {
    const Error wrong{Code::invalid, "options is a list of places of the poll's options",
                      "options"};
    const auto found = request.find("options");
    if (found == request.end() || !found->is_array() || found->size() > limits::poll_options_max)
        return wrong;
    std::vector<std::int64_t> choices;
    for (const Json& one : *found) {
        if (!one.is_number_integer() || one < 0 || one >= limits::poll_options_max) return wrong;
        choices.push_back(one.get<std::int64_t>());
    }
    std::ranges::sort(choices);
    return choices;
}

}  // namespace

Result<Json> ask_in_call(WriteCall& call, const Json& request) {
    TRY(auto poll, requested_poll(request));
    TRY(const auto seconds,
        campus::optional_number(request, "seconds", 5, limits::poll_seconds_max));
    TRY(auto record, led_call(call, request, "asks"));
    std::optional<std::chrono::seconds> time;
    if (seconds) time = std::chrono::seconds{*seconds};
    TRY(const auto news, ask(record.call, std::move(poll), time, now_of(call)));
    return settled(call, record, news);
}

// What it changes is told with all votes of the next moment: the answer says only that it counts.
// It is kept for a while where the request has a key, and so does not say what was chosen.
Result<Json> vote_in_call(WriteCall& call, const Json& request) {
    TRY(const auto id, requested_id(request));
    TRY(const auto choices, requested_choices(request));
    TRY(auto record, own_call(call, request));
    TRY_OK(vote(record.call, call.who.user, id, choices, now_of(call)));
    TRY_OK(settle(call.transaction, call.directory, record, {}, "null"));
    return Json{{"callId", record.call.id}, {"poll", id}};
}

Result<Json> close_poll_in_call(WriteCall& call, const Json& request) {
    TRY(const auto id, requested_id(request));
    TRY(auto record, led_call(call, request, "closes polls"));
    TRY(const auto news, close_poll(record.call, id, now_of(call)));
    return settled(call, record, news);
}

}  // namespace homeroom::features::calls
