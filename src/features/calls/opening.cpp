#include "features/calls/opening.h"

#include <algorithm>

#include "base/ids.h"
#include "base/limits.h"
#include "campus/contract_json.h"
#include "campus/roster/room_name.h"
#include "features/calls/limits.h"
#include "features/calls/lobby.h"
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

Result<Record> own_call(const WriteCall& call, const Json& request) {
    TRY(auto record, visible_call(call, request));
    const Leg* const own = record.call.leg_of(call.who.user);
    if (!record.call.is_live() || own == nullptr || !own->is_here())
        return Error{Code::conflict, "you are not in this call", "call"};
    return record;
}

Result<Record> led_call(const WriteCall& call, const Json& request, const char* what) {
    TRY(auto record, visible_call(call, request));
    if (!record.call.is_live()) return Error{Code::conflict, "the call is over", "call"};
    const Leg* const own = record.call.leg_of(call.who.user);
    if (record.call.room.empty() && (own == nullptr || !own->is_here()))
        return Error{Code::conflict, "you are not in this call", "call"};
    if (!leads(call.directory, record.call, call.who.user))
        return Error{Code::forbidden, std::string{"only who leads the call "} + what, "call"};
    return record;
}

Result<std::string> requested_user(const Json& request, const char* field) {
    return campus::required_text(request, field, homeroom::limits::identifier_bytes_max);
}

Result<std::vector<std::string>> requested_people(const Json& request, const char* field) {
    const auto found = request.find(field);
    if (found == request.end() || found->is_null()) return std::vector<std::string>{};
    const Error wrong{Code::invalid, std::string{field} + " is a list of ids of people", field};
    if (!found->is_array() || found->empty()) return wrong;
    if (found->size() > limits::legs_max)
        return Error{Code::too_large, "so many are in no call", field};
    std::vector<std::string> people;
    for (const Json& one : *found) {
        if (!one.is_string() || !campus::is_valid_id(one.get_ref<const std::string&>()))
            return wrong;
        if (std::ranges::find(people, one.get_ref<const std::string&>()) == people.end())
            people.push_back(one.get<std::string>());
    }
    return people;
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

void rank(const WriteCall& call, const Call& in, Arrival& arrival) {
    const bool over = oversees(call.policy, call.directory, in, arrival.user);
    arrival.leads = over || leads(call.directory, in, arrival.user);
    // Students are not rid of who oversees them by being as many as may be.
    if (over) arrival.members = limits::legs_max;
}

Json arrival_answer(const WriteCall& call, const Call& joined) {
    const Leg* const leg = joined.leg_of(call.who.user);
    const bool here = leg != nullptr && leg->is_here();
    return Json{{"call", call_view_for(call.directory, joined, call.who.user)},
                {"leg", here ? Json(leg->leg) : Json(nullptr)},
                {"waiting", is_waiting(joined, call.who.user)}};
}

Status settle_by_caller(WriteCall& call, const Record& record, const Happenings& news) {
    if (news.empty()) return Ok{};
    return settle(call.transaction, call.directory, record, news, campus::by_json(call.who));
}

Result<Json> settled(WriteCall& call, const Record& record, const Happenings& news) {
    TRY_OK(settle_by_caller(call, record, news));
    return Json{{"call", call_view_for(call.directory, record.call, call.who.user)}};
}

}  // namespace homeroom::features::calls
