#include "features/calls/happening.h"

#include <algorithm>
#include <iterator>

#include "features/calls/lobby.h"
#include "features/calls/records.h"
#include "features/calls/rules.h"
#include "features/calls/settling.h"
#include "features/calls/view.h"

namespace homeroom::features::calls {

using campus::Directory;
using campus::Json;

Status let_happen(store::Transaction& transaction, const Directory& directory, std::string_view id,
                  const Happening& happening, WallTime now) {
    TRY(auto record, load_call(transaction.db(), id));
    if (!record || !record->call.is_live()) return Ok{};
    const auto news = happening(record->call, now);
    if (news.empty()) return Ok{};
    return settle(transaction, directory, *record, news, "null");
}

Result<std::vector<Call>> take_over(store::Transaction& transaction, const Directory& directory,
                                    WallTime now, std::chrono::milliseconds grace) {
    TRY(auto records, load_live_calls(transaction.db(), INT32_MAX));
    std::vector<Call> calls;
    for (Record& record : records) {
        const auto news = lose_all(record.call, now, grace);
        TRY_OK(settle(transaction, directory, record, news, "null"));
        calls.push_back(std::move(record.call));
    }
    return calls;
}

Happenings clear_out(const campus::SchoolPolicy& policy, const Directory& directory, Call& call,
                     WallTime now) {
    Happenings all;
    // In whatever state: who is erased is found in no call any more.
    drop_guests(
        call, [&](const Guest& guest) { return !may_be_in(policy, directory, call, guest.user); },
        all);
    all = counted(call, std::move(all));
    // One who goes may leave another without company.
    while (call.is_live()) {
        const auto users = intruders(policy, directory, call);
        if (users.empty()) break;
        auto news = remove(call, users, now);
        std::ranges::move(news, std::back_inserter(all));
    }
    return all;
}

Json going_on(const Switchboard& board, const Directory& directory, const std::string& user,
              WallTime now) {
    auto ids = board.calls_of(user);
    if (board.has_rooms()) {
        for (const std::string& room : directory.rooms_of(user).all()) {
            const auto id = board.call_in(room);
            if (id && std::ranges::find(ids, *id) == ids.end()) ids.push_back(*id);
        }
    }
    Json calls = Json::array();
    for (const std::string& id : ids) {
        const Call& call = *board.find(id);
        if (!may_see(directory, call, user)) continue;
        Json one{{"call", call_view_for(directory, call, user)}, {"ringing", nullptr}};
        const Leg* const leg = call.leg_of(user);
        if (leg != nullptr && leg->state == LegState::ringing && !leg->hidden) {
            const auto left = std::max(std::chrono::milliseconds{0}, leg->until - now);
            one["ringing"] = Json{{"silent", leg->silent},
                                  {"until", to_rfc3339(leg->until)},
                                  {"ttlMs", left.count()}};
        }
        calls.push_back(std::move(one));
    }
    return calls;
}

}  // namespace homeroom::features::calls
