#include "features/calls/recording.h"

namespace homeroom::features::calls {
namespace {

constexpr std::string_view recording = "recording", consented = "consent";

News stop(Call& call) {
    Lesson& lesson = call.lesson;
    News stopped = changed(recording, lesson.recorded_by);
    lesson.recorded_by.clear();
    lesson.recorded_since = {};
    for (Leg& leg : call.legs) leg.consent = Consent::asked;
    return stopped;
}

}  // namespace

Result<Happenings> start_recording(Call& call, std::string_view by, WallTime now) {
    TRY_OK(require_here(call, by, "call"));
    Lesson& lesson = call.lesson;
    if (lesson.is_recorded()) return Happenings{};
    lesson.recorded_by = by;
    lesson.recorded_since = now;
    for (Leg& leg : call.legs) leg.consent = leg.user == by ? Consent::agreed : Consent::asked;
    return counted(call, {changed(recording, by)});
}

Result<Happenings> stop_recording(Call& call) {
    if (!call.is_live() || !call.lesson.is_recorded()) return Happenings{};
    return counted(call, {stop(call)});
}

void forget_recording_of(Call& call, std::string_view user, Happenings& news) {
    if (call.lesson.is_recorded() && call.lesson.recorded_by == user) news.push_back(stop(call));
}

Result<Happenings> consent(Call& call, std::string_view user, bool agrees) {
    TRY_OK(require_here(call, user, "call"));
    if (!call.lesson.is_recorded())
        return Error{Code::conflict, "this call is not recorded", "call"};
    Leg& leg = *call.leg_of(user);
    const Consent said = agrees ? Consent::agreed : Consent::refused;
    if (leg.consent == said) return Happenings{};
    Happenings news;
    if (agrees || leg.consent == Consent::agreed) news = counted(call, {changed(consented, user)});
    leg.consent = said;
    if (!agrees)
        news.push_back(
            {.kind = NewsKind::refused, .users = {std::string{user}}, .word = consented});
    return news;
}

}  // namespace homeroom::features::calls
