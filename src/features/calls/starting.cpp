// call:start and call:invite. Two who call each other at the same time are in one call: the writer
// sees one of them first, and takes the other for his yes.
#include <algorithm>

#include "base/ids.h"
#include "base/limits.h"
#include "campus/contract_json.h"
#include "campus/roster/room_name.h"
#include "features/calls/limits.h"
#include "features/calls/opening.h"
#include "features/calls/requests.h"
#include "features/calls/rules.h"
#include "features/calls/settling.h"
#include "features/calls/view.h"

namespace homeroom::features::calls {
namespace {

struct Target {
    std::string room{};
    std::vector<std::string> users{};
};

Result<std::vector<std::string>> requested_users(const WriteCall& call, const Json& list) {
    const Error wrong{Code::invalid, "to.users must be a list of ids of other people", "to"};
    if (!list.is_array() || list.empty()) return wrong;
    if (list.size() > limits::called_max)
        return Error{Code::too_large,
                     "at most " + std::to_string(limits::called_max) + " people can be called",
                     "to"};
    std::vector<std::string> users;
    for (const Json& one : list) {
        if (!one.is_string()) return wrong;
        const auto& id = one.get_ref<const std::string&>();
        if (!campus::is_valid_id(id) || id == call.who.user) return wrong;
        if (std::ranges::find(users, id) == users.end()) users.push_back(id);
    }
    return users;
}

Result<Target> requested_target(const WriteCall& call, const Json& request) {
    const auto to = request.find("to");
    if (to == request.end() || !to->is_object() || to->size() != 1)
        return Error{Code::invalid, "to names a user, users or a room", "to"};
    const auto only = to->begin();
    const std::string& key = only.key();
    const Json& value = only.value();
    if (key == "user") {
        TRY(auto users, requested_users(call, Json::array({value})));
        return Target{.users = std::move(users)};
    }
    if (key == "users") {
        TRY(auto users, requested_users(call, value));
        return Target{.users = std::move(users)};
    }
    if (key != "room") return Error{Code::invalid, "to names a user, users or a room", "to"};
    TRY(auto room, campus::required_text(*to, "room", campus::room_name_bytes_max));
    return Target{.room = std::move(room)};
}

Result<bool> requested_video(const Json& request) {
    TRY(const auto media, campus::optional_text(request, "media", 16));
    if (!media || *media == "video") return true;
    if (*media == "audio") return false;
    return Error{Code::invalid, "media is \"audio\" or \"video\"", "media"};
}

Status refuse_blocked(const WriteCall& call, const std::string& user, const char* field) {
    TRY(const bool blocks, call.wishes.block(call.transaction.db(), call.who.user, user));
    if (blocks) return Error{Code::forbidden, "you block this person", field};
    return Ok{};
}

Result<std::vector<Callee>> judge_callees(const WriteCall& call,
                                          const std::vector<std::string>& users) {
    std::vector<Callee> callees;
    std::vector<std::string> all = users;
    all.push_back(call.who.user);
    for (const std::string& user : users) {
        TRY(auto callee, judge_callee(call, user, all, now_of(call)));
        callees.push_back(std::move(callee));
    }
    return callees;
}

// The call by which the one whom he calls rings at his at this moment.
Result<std::optional<Record>> call_from(const WriteCall& call,
                                        const std::vector<std::string>& users) {
    if (users.size() != 1) return std::optional<Record>{};
    TRY(auto live, load_live_calls_of(call.transaction.db(), call.who.user));
    for (Record& record : live) {
        const Leg* const own = record.call.leg_of(call.who.user);
        if (record.call.state == CallState::ringing && record.call.host == users.front() &&
            own->state == LegState::ringing)
            return std::optional{std::move(record)};
    }
    return std::optional<Record>{};
}

Result<Json> merge(WriteCall& call, Record record, Arrival arrival) {
    rank(call, record.call, arrival);
    TRY(const auto news, join(record.call, arrival));
    TRY_OK(settle_by_caller(call, record, news));
    Json answer = arrival_answer(call, record.call);
    answer["merged"] = true;
    return answer;
}

Result<Json> start_new(WriteCall& call, const Target& target, const Arrival& arrival, bool video) {
    const WallTime now = now_of(call);
    TRY(const auto callees, judge_callees(call, target.users));
    auto begun = begin_call({.id = make_ulid(now),
                             .room = target.room,
                             .user = call.who.user,
                             .name = call.who.name,
                             .leg = arrival.fresh_leg,
                             .device = arrival.device,
                             .video = video,
                             .now = now,
                             .ring = call.policy.calls.ring},
                            callees);
    TRY(const auto record,
        settle_new(call.transaction, call.directory, std::move(begun), campus::by_json(call.who)));
    Json answer = arrival_answer(call, record.call);
    answer["merged"] = false;
    return answer;
}

Result<Json> start_in_room(WriteCall& call, const Target& target, bool video) {
    TRY(auto going_on, load_live_call_in(call.transaction.db(), target.room));
    // Whoever may not begin one may join the one that there is.
    if (!going_on || !may_be_in(call.policy, call.directory, going_on->call, call.who.user)) {
        TRY_OK(require_room_to_begin(call.policy, call.directory, call.who.user, target.room));
    }
    TRY(auto arrival, arriving(call, going_on ? going_on->call.id : ""));
    if (going_on) return merge(call, std::move(*going_on), std::move(arrival));
    return start_new(call, target, arrival, video);
}

}  // namespace

Result<Json> start_call(WriteCall& call, const Json& request) {
    TRY(auto target, requested_target(call, request));
    TRY(const bool video, requested_video(request));
    if (!target.room.empty()) return start_in_room(call, target, video);
    std::vector<std::string> all = target.users;
    all.push_back(call.who.user);
    if (all.size() > call.policy.calls.members)
        return Error{Code::too_large,
                     "a call has at most " + std::to_string(call.policy.calls.members) + " people",
                     "to"};
    TRY_OK(require_company(call.policy, call.directory, call.who.user, target.users, all, "to"));
    for (const std::string& user : target.users) TRY_OK(refuse_blocked(call, user, "to"));
    TRY(auto theirs, call_from(call, target.users));
    TRY(auto arrival, arriving(call, theirs ? theirs->call.id : ""));
    if (theirs) return merge(call, std::move(*theirs), std::move(arrival));
    return start_new(call, target, arrival, video);
}

Result<Json> invite_to_call(WriteCall& call, const Json& request) {
    TRY(auto record, visible_call(call, request));
    TRY(const auto user,
        campus::required_text(request, "user", homeroom::limits::identifier_bytes_max));
    const Leg* const own = record.call.leg_of(call.who.user);
    if (own == nullptr || !own->is_here())
        return Error{Code::forbidden, "you are not in this call", "call"};
    if (record.call.count_here() >= call.policy.calls.members)
        return Error{Code::conflict, "the call is full", "call"};
    // Who has gone as well is shown to whoever comes, and hears of him.
    std::vector<std::string> all{user}, shown{user};
    for (const Leg& leg : record.call.legs) {
        if (leg.user == user) continue;
        if (leg.is_open()) all.push_back(leg.user);
        if (leg.state != LegState::removed) shown.push_back(leg.user);
    }
    if (!record.call.room.empty()) {
        if (!may_ring_in_room(call.directory, record.call, call.who.user))
            return Error{Code::forbidden, "only its host and staff ring people of the room",
                         "call"};
        if (user == call.who.user || !call.directory.is_member(user, record.call.room))
            return Error{Code::not_found, "there is nobody of this id in the room", "user"};
    } else {
        TRY_OK(require_company(call.policy, call.directory, call.who.user, {user}, all, "user"));
        TRY_OK(require_acquaintance(call.policy, call.directory, shown, "user"));
    }
    TRY_OK(refuse_blocked(call, user, "user"));
    TRY(const auto callee, judge_callee(call, user, shown, now_of(call)));
    TRY(const auto news,
        ring(record.call, call.who.user, callee, now_of(call), call.policy.calls.ring));
    TRY_OK(settle_by_caller(call, record, news));
    return Json{{"call", call_view(call.directory, record.call)}};
}

}  // namespace homeroom::features::calls
