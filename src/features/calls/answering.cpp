// call:accept, call:decline, call:join. The first of somebody's devices that accepts is in the
// call: the writer takes one after the other.
#include "features/calls/opening.h"
#include "features/calls/requests.h"
#include "features/calls/rules.h"
#include "features/calls/view.h"

namespace homeroom::features::calls {

Result<Json> accept_call(WriteCall& call, const Json& request) {
    TRY(auto record, visible_call(call, request));
    if (!may_be_in(call.policy, call.directory, record.call, call.who.user)) return no_such_call();
    TRY_OK(require_company_to_come(call.policy, call.directory, record.call, call.who.user));
    TRY(auto arrival, arriving(call, record.call.id));
    rank(call, record.call, arrival);
    TRY(const auto news, accept(record.call, arrival));
    TRY_OK(settle_by_caller(call, record, news));
    return arrival_answer(call, record.call);
}

Result<Json> decline_call(WriteCall& call, const Json& request) {
    TRY(auto record, visible_call(call, request));
    TRY(const auto news, decline(record.call, call.who.user, now_of(call)));
    TRY_OK(settle_by_caller(call, record, news));
    return Json{{"call", call_view_for(call.directory, record.call, call.who.user)}};
}

Result<Json> join_call(WriteCall& call, const Json& request) {
    TRY(const auto id, requested_call(request));
    TRY(const auto as, campus::optional_text(request, "leg", 64));
    TRY(const auto moves, campus::optional_bool(request, "move"));
    TRY(auto record, load_call(call.transaction.db(), id));
    if (!record || !may_be_in(call.policy, call.directory, record->call, call.who.user))
        return no_such_call();
    // What rings at his in a room is kept from him, not that something goes on there.
    const Leg* const own = record->call.leg_of(call.who.user);
    if (own != nullptr && own->hidden && record->call.room.empty()) return no_such_call();
    TRY_OK(require_company_to_come(call.policy, call.directory, record->call, call.who.user));
    TRY(auto arrival, arriving(call, id));
    rank(call, record->call, arrival);
    arrival.as = as.value_or("");
    arrival.moves = moves.value_or(false);
    TRY(const auto news, join(record->call, arrival));
    TRY_OK(settle_by_caller(call, *record, news));
    return arrival_answer(call, record->call);
}

}  // namespace homeroom::features::calls
