// call:record, call:consent. Nothing is recorded by the server: it says that somebody does, and
// holds everybody to what each has said to that.
#include "campus/audit_requests.h"
#include "features/calls/opening.h"
#include "features/calls/recording.h"
#include "features/calls/requests.h"
#include "features/calls/rules.h"

namespace homeroom::features::calls {
namespace {

Status note(WriteCall& call, const Record& record, const Happenings& news, const char* action) {
    if (news.empty()) return Ok{};
    return campus::note(call, action, record.call.id, {{"room", record.call.room}});
}

Error not_allowed() {
    return Error{Code::forbidden, "your school does not let you record calls", "call"};
}

}  // namespace

// Where the school does not allow it, or not any more: what was begun before can be ended.
Result<Json> refuse_recording(WriteCall& call, const Json& request) {
    TRY(const bool on, campus::required_bool(request, "on"));
    if (!on) return record_call(call, request);
    TRY([[maybe_unused]] const auto record, led_call(call, request, "says that it is recorded"));
    return not_allowed();
}

// By staff; whoever leads it may end it, which is noted however it ends (settling.cpp).
Result<Json> record_call(WriteCall& call, const Json& request) {
    TRY(const bool on, campus::required_bool(request, "on"));
    TRY(auto record, led_call(call, request, "says that it is recorded"));
    if (!on) {
        TRY(const auto news, stop_recording(record.call));
        return settled(call, record, news);
    }
    if (!is_of_the_staff(call.directory, call.who.user)) return not_allowed();
    TRY(const auto news, start_recording(record.call, call.who.user, now_of(call)));
    TRY_OK(note(call, record, news, "recording.start"));
    return settled(call, record, news);
}

Result<Json> consent_to_recording(WriteCall& call, const Json& request) {
    TRY(const bool agrees, campus::required_bool(request, "agrees"));
    TRY(auto record, own_call(call, request));
    TRY(const auto news, consent(record.call, call.who.user, agrees));
    TRY_OK(note(call, record, news, agrees ? "recording.agree" : "recording.refuse"));
    return settled(call, record, news);
}

}  // namespace homeroom::features::calls
