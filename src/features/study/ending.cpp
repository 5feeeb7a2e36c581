#include "features/study/ending.h"

#include "features/study/attendance.h"
#include "features/study/limits.h"
#include "features/study/records.h"
#include "features/study/requests.h"
#include "features/study/view.h"

namespace homeroom::features::study {
namespace {

constexpr const char* nobody = "null";

Status finish_if(campus::DueCall& call, Stage stage) {
    TRY(auto session, load_session(call.transaction.db(), call.subject));
    if (!session || session->stage != stage) return Ok{};
    return finish(call.transaction, call.directory, *session, call.now, nobody);
}

}  // namespace

Status plan_times(store::Transaction& transaction, const Session& session, WallTime now) {
    const auto starts = parse_rfc3339(session.starts_at);
    TRY_OK(campus::schedule(transaction, unstarted_kind, session.id,
                            starts.value_or(now) + unstarted_for_max));
    // Who is invited that late needs no reminder.
    if (!starts || *starts - reminded_before <= now)
        return campus::unschedule(transaction, reminder_kind, session.id);
    return campus::schedule(transaction, reminder_kind, session.id, *starts - reminded_before);
}

Status forget_times(store::Transaction& transaction, const std::string& session) {
    for (const char* kind : {reminder_kind, unstarted_kind, length_kind, empty_kind})
        TRY_OK(campus::unschedule(transaction, kind, session));
    return Ok{};
}

Status finish(store::Transaction& transaction, const campus::Directory& directory, Session& session,
              WallTime now, const std::string& by_json) {
    auto& db = transaction.db();
    TRY(const auto members, present_in(db, session.id));
    for (const Presence& member : members) TRY_OK(depart(db, member, Departure::ended, now));
    session.stage = session.stage == Stage::live ? Stage::ended : Stage::cancelled;
    session.ended_at = to_rfc3339(now);
    session.breakouts.reset();
    session.led_by = session.shared.leader();
    session.shared.close();
    TRY_OK(save_session(db, session));
    TRY_OK(forget_times(transaction, session.id));
    return announce(transaction, directory, session, "study:ended", by_json);
}

Status remind_due(campus::DueCall& call) {
    TRY(const auto session, load_session(call.transaction.db(), call.subject));
    if (!session || session->stage != Stage::planned) return Ok{};
    return announce(call.transaction, call.directory, *session, "study:reminder", nobody);
}

Status cancel_due(campus::DueCall& call) {
    return finish_if(call, Stage::planned);
}

Status end_long_due(campus::DueCall& call) {
    return finish_if(call, Stage::live);
}

// Somebody may have come since that was asked for.
Status end_empty_due(campus::DueCall& call) {
    TRY(const auto members, present_in(call.transaction.db(), call.subject));
    if (!members.empty()) return Ok{};
    return finish_if(call, Stage::live);
}

}  // namespace homeroom::features::study
