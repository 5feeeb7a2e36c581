// What is shared in a session, and whose hands are up.
#include "base/limits.h"
#include "features/study/in_session.h"
#include "features/study/limits.h"
#include "features/study/rules.h"
#include "features/study/view.h"

namespace homeroom::features::study {
namespace {

using campus::Json;

Result<std::optional<Version>> seen_version(const Json& request) {
    TRY(const auto seen, campus::optional_number(request, "version", 0, std::int64_t{1} << 52));
    return seen;
}

Error no_breakout() {
    return {Code::not_found, "there is no such breakout room", "breakout"};
}

// Who leads hands it on; where nobody does, and everybody may edit, anybody takes it himself. To
// nobody whose name is not shown to all, whoever asks: all are told who leads.
Result<std::string> requested_leader(const RoomCall& call, const std::string& user,
                                     const Session& session, const Json& value) {
    const bool hands_on = runs_or_leads(call.directory, session, user);
    const bool takes = session.shared.leader().empty() && session.control == Control::everyone;
    if (value.is_null()) {
        if (hands_on) return std::string{};
    } else {
        TRY(auto next,
            campus::required_text(Json{{"leader", value}}, "leader", limits::identifier_bytes_max));
        if (hands_on || (takes && next == user)) {
            TRY(const auto member, presence_of(call.transaction.db(), session.id, next));
            if (member && (next == user || is_shown_to_all(call.directory, session.room, next)))
                return next;
            return Error{Code::not_found, "there is no such member in the session", "leader"};
        }
    }
    return Error{Code::forbidden, "who leads is said by who leads, its host and the room's staff",
                 "leader"};
}

// Of the session as a whole.
Result<bool> apply_to_all(const RoomCall& call, const std::string& user, Session& session,
                          Json patch, std::optional<Version> seen) {
    const bool leads = runs_or_leads(call.directory, session, user);
    if (!leads && session.breakouts && session.breakouts->of(user) != nullptr)
        return Error{Code::forbidden, "you are in a breakout room until it ends", "breakout"};
    const auto leader = patch.find("leader");
    const bool has_leader = leader != patch.end();
    const Json wanted = has_leader ? *leader : Json(nullptr);
    if (has_leader) patch.erase("leader");
    if (!patch.empty() && !may_edit(call.directory, session, user))
        return Error{Code::forbidden, "only who leads it may change what is shared", "patch"};
    Shared edited = session.shared;
    TRY(bool different, edited.apply(patch, seen, call.now));
    if (has_leader) {
        TRY(const auto next, requested_leader(call, user, session, wanted));
        TRY(const bool led, edited.lead(next, seen));
        different = different || led;
    }
    session.shared = std::move(edited);
    return different;
}

Result<bool> apply_to_breakout(const RoomCall& call, const std::string& user, Session& session,
                               const std::string& id, const Json& patch,
                               std::optional<Version> seen) {
    Breakout* const breakout = session.breakouts ? session.breakouts->find(id) : nullptr;
    if (breakout == nullptr) return no_breakout();
    if (session.breakouts->of(user) != breakout && !runs_or_leads(call.directory, session, user))
        return no_breakout();
    if (patch.contains("timer") || patch.contains("leader"))
        return Error{Code::invalid, "a breakout room has an agenda and what is current", "patch"};
    TRY(const bool different, breakout->shared.apply(patch, seen, call.now));
    if (breakout->shared.agenda().items().size() > breakout_items_max)
        return Error{Code::too_large, "a breakout room's agenda has at most 10 items", "agenda"};
    breakout->shared.remember_deleted(breakout_deleted_max);
    std::size_t bytes = 0;
    for (const Breakout& room : session.breakouts->rooms) bytes += room.shared.agenda().bytes();
    if (bytes > breakouts_bytes_max)
        return Error{Code::too_large,
                     "the agendas of all breakout rooms together have at most 16,000 bytes",
                     "agenda"};
    return different;
}

}  // namespace

Result<Happening> patch_state(RoomCall& call, const std::string& user, const std::string& id,
                              const Json& request) {
    TRY(auto session, entered(call, user, id));
    const auto patch = request.find("patch");
    if (patch == request.end() || !patch->is_object())
        return Error{Code::invalid, "patch is an object", "patch"};
    TRY(const auto seen, seen_version(request));
    TRY(const auto breakout,
        campus::optional_text(request, "breakout", limits::identifier_bytes_max));
    Happening happening{.session = std::move(session)};
    if (breakout) {
        TRY(const bool different,
            apply_to_breakout(call, user, happening.session, *breakout, *patch, seen));
        if (different) happening.breakouts.push_back(*breakout);
        const Breakout& now = *happening.session.breakouts->find(*breakout);
        happening.answer =
            Json{{"state", breakout_state_view(now)}, {"version", now.shared.version()}};
    } else {
        TRY(happening.state, apply_to_all(call, user, happening.session, *patch, seen));
        happening.answer = Json{{"state", state_view(call.directory, happening.session)},
                                {"version", happening.session.shared.version()}};
    }
    return settle(call, std::move(happening));
}

// Who leads takes hands down, when it is their turn.
Result<Happening> raise_hand(RoomCall& call, const std::string& user, const std::string& id,
                             const Json& request) {
    TRY(auto session, entered(call, user, id));
    TRY(const bool raised, campus::required_bool(request, "raised"));
    TRY(const auto whose, campus::optional_text(request, "user", limits::identifier_bytes_max));
    if (whose && *whose != user) {
        if (raised || !runs_or_leads(call.directory, session, user))
            return Error{Code::forbidden, "who leads it may take down the hands of others", "user"};
    }
    Happening happening{.session = std::move(session)};
    happening.state = happening.session.shared.raise(whose.value_or(user), raised, call.now);
    happening.answer = Json{{"state", state_view(call.directory, happening.session)},
                            {"version", happening.session.shared.version()}};
    return settle(call, std::move(happening));
}

}  // namespace homeroom::features::study
