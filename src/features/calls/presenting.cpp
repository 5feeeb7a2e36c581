// screen:request, screen:grant, screen:deny, screen:start, screen:stop, screen:annotate: whose
// screen is shown, to whom, and where it is drawn upon.
#include "base/limits.h"
#include "features/calls/limits.h"
#include "features/calls/opening.h"
#include "features/calls/requests.h"
#include "features/calls/rules.h"
#include "features/calls/screens.h"
#include "features/calls/view.h"

namespace homeroom::features::calls {
namespace {

// Whoever says whose screen is shown.
bool leads(const WriteCall& call, const Call& in) {
    return leads_screens(call.policy, call.directory, in, call.who.user);
}

Error for_the_host() {
    return Error{Code::forbidden, "only who began the call and staff say whose screen is shown",
                 "call"};
}

}  // namespace

Result<Json> request_screen(WriteCall& call, const Json& request) {
    TRY(auto record, own_call(call, request));
    TRY(const auto from,
        campus::optional_text(request, "from", homeroom::limits::identifier_bytes_max));
    const std::string of = from.value_or(call.who.user);
    if (of != call.who.user && !leads(call, record.call)) return for_the_host();
    TRY(const auto news, request_screen(record.call, call.who.user, of, now_of(call)));
    return settled(call, record, news);
}

Result<Json> grant_screen(WriteCall& call, const Json& request) {
    TRY(auto record, own_call(call, request));
    TRY(const auto user, requested_user(request, "user"));
    TRY(const auto minutes,
        campus::optional_number(request, "minutes", 1, limits::screen_minutes_max));
    if (!leads(call, record.call)) return for_the_host();
    TRY(const auto news,
        grant_screen(record.call, call.who.user, user,
                     std::chrono::minutes{minutes.value_or(limits::screen_minutes_default)},
                     now_of(call)));
    return settled(call, record, news);
}

Result<Json> deny_screen(WriteCall& call, const Json& request) {
    TRY(auto record, own_call(call, request));
    TRY(const auto user, requested_user(request, "user"));
    if (!leads(call, record.call) && user != call.who.user) return for_the_host();
    TRY(const auto news, deny_screen(record.call, call.who.user, user));
    return settled(call, record, news);
}

Result<Json> start_screen(WriteCall& call, const Json& request) {
    TRY(auto viewers, requested_people(request, "viewers"));
    TRY(auto record, own_call(call, request));
    const bool is_free = leads(call, record.call);
    TRY(const auto news,
        start_screen(record.call, call.who.user, is_free, std::move(viewers), now_of(call)));
    return settled(call, record, news);
}

Result<Json> stop_screen(WriteCall& call, const Json& request) {
    TRY(auto record, own_call(call, request));
    if (record.call.screen.presenter != call.who.user && !leads(call, record.call))
        return for_the_host();
    TRY(const auto news, stop_screen(record.call, call.who.user));
    return settled(call, record, news);
}

// By who shows his screen, or leads the call; on a board on which he may draw himself. Who else may
// is said by the board.
Result<Json> annotate_screen(WriteCall& call, const Json& request) {
    TRY(const auto board,
        campus::optional_text(request, "doc", homeroom::limits::identifier_bytes_max));
    TRY(auto record, own_call(call, request));
    if (record.call.screen.presenter != call.who.user && !leads(call, record.call))
        return for_the_host();
    if (board) {
        TRY(const bool may_draw, call.rooms.is_in(call.transaction.db(), call.directory,
                                                  call.who.user, "board-" + *board));
        if (!may_draw)
            return Error{Code::not_found, "there is no such board on which you may draw", "doc"};
    }
    TRY(const auto news, annotate_screen(record.call, board.value_or("")));
    return settled(call, record, news);
}

}  // namespace homeroom::features::calls
