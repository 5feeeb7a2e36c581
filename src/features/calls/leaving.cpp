// call:leave, by whatever device of his, and call:end, for all.
#include "features/calls/opening.h"
#include "features/calls/requests.h"
#include "features/calls/rules.h"
#include "features/calls/view.h"

namespace homeroom::features::calls {

Result<Json> leave_call(WriteCall& call, const Json& request) {
    TRY(auto record, visible_call(call, request));
    TRY(const auto news, leave(record.call, call.who.user, now_of(call)));
    TRY_OK(settle_by_caller(call, record, news));
    return Json{{"call", call_view_for(call.directory, record.call, call.who.user)}};
}

Result<Json> end_call(WriteCall& call, const Json& request) {
    TRY(const auto id, requested_call(request));
    TRY(auto record, load_call(call.transaction.db(), id));
    const auto& policy = call.policy;
    const auto& directory = call.directory;
    const std::string& user = call.who.user;
    const bool may_know = record && (may_see(directory, record->call, user) ||
                                     may_be_in(policy, directory, record->call, user));
    const Leg* const own = may_know ? record->call.leg_of(user) : nullptr;
    const bool is_kept_from_him = own != nullptr && own->hidden && record->call.room.empty();
    if (!may_know || is_kept_from_him) return no_such_call();
    if (!is_host(policy, directory, record->call, user))
        return Error{Code::forbidden, "only who began the call and staff end it for all", "call"};
    TRY(const auto news, close(record->call, now_of(call)));
    TRY_OK(settle_by_caller(call, *record, news));
    return Json{{"call", call_view(directory, record->call)}};
}

}  // namespace homeroom::features::calls
