#include "features/calls/opening.h"

#include "base/ids.h"
#include "base/limits.h"
#include "campus/contract_json.h"
#include "features/calls/rules.h"
#include "features/calls/settling.h"
#include "features/calls/view.h"

namespace homeroom::features::calls {

using campus::Json;
using campus::WriteCall;

Result<std::string> requested_call(const Json& request) {
    return campus::required_text(request, "call", homeroom::limits::identifier_bytes_max);
}

Result<Record> visible_call(const WriteCall& call, const Json& request) {
    TRY(const auto id, requested_call(request));
    TRY(auto record, load_call(call.transaction.db(), id));
    if (!record || !may_see(call.directory, record->call, call.who.user)) return no_such_call();
    return std::move(*record);
}

WallTime now_of(const WriteCall& call) {
    return parse_rfc3339(call.transaction.at()).value_or(wall_now());
}

Result<Arrival> arriving(WriteCall& call, std::string_view to_call) {
    if (call.who.device == 0)
        return Error{Code::invalid, "a call is joined over a connection, not by a single request"};
    const WallTime now = now_of(call);
    TRY(auto live, load_live_calls_of(call.transaction.db(), call.who.user));
    for (Record& other : live) {
        const Leg* const leg = other.call.leg_of(call.who.user);
        if (other.call.id == to_call || leg == nullptr || !leg->is_here()) continue;
        if (leg->state == LegState::present)
            return Error{Code::conflict, "you are in another call; leave it first", "call"};
        TRY(const auto news, leave(other.call, call.who.user, now));
        TRY_OK(settle_by_caller(call, other, news));
    }
    return Arrival{.user = call.who.user,
                   .name = call.who.name,
                   .device = call.who.device,
                   .fresh_leg = random_id20(),
                   .members = call.policy.calls.members,
                   .now = now};
}

Json arrival_answer(const WriteCall& call, const Call& joined) {
    const Leg* const leg = joined.leg_of(call.who.user);
    const bool here = leg != nullptr && leg->is_here();
    return Json{{"call", call_view(call.directory, joined)},
                {"leg", here ? Json(leg->leg) : Json(nullptr)}};
}

Status settle_by_caller(WriteCall& call, const Record& record, const Happenings& news) {
    if (news.empty()) return Ok{};
    return settle(call.transaction, call.directory, record, news, campus::by_json(call.who));
}

}  // namespace homeroom::features::calls
