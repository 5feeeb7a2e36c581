// call:settings, call:admit, call:deny: the lobby and the lock, by who leads the call. To who may
// not know of it there is none, whatever else he says.
#include "features/calls/lobby.h"
#include "features/calls/opening.h"
#include "features/calls/requests.h"

namespace homeroom::features::calls {

Result<Json> set_call(WriteCall& call, const Json& request) {
    TRY(auto record, led_call(call, request, "says who comes in"));
    TRY(const auto lobby, campus::optional_bool(request, "lobby"));
    TRY(const auto locked, campus::optional_bool(request, "locked"));
    TRY(const auto news, set_door(record.call, lobby, locked));
    return settled(call, record, news);
}

Result<Json> admit_to_call(WriteCall& call, const Json& request) {
    TRY(auto record, led_call(call, request, "lets others in"));
    TRY(const auto user, requested_user(request, "user"));
    TRY(const auto news, admit(record.call, user));
    return settled(call, record, news);
}

Result<Json> deny_call(WriteCall& call, const Json& request) {
    TRY(auto record, led_call(call, request, "lets others in"));
    TRY(const auto user, requested_user(request, "user"));
    TRY(const auto news, deny(record.call, user));
    return settled(call, record, news);
}

}  // namespace homeroom::features::calls
