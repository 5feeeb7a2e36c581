#include "features/live/live_class.h"

#include <algorithm>
#include <array>

namespace homeroom::features::live {
namespace {

constexpr std::array stages{Stage::scheduled, Stage::preparing, Stage::live,     Stage::interrupted,
                            Stage::ended,     Stage::recorded,  Stage::cancelled};

bool is_due(const std::optional<WallTime>& time, WallTime now) {
    return time && *time <= now;
}

}  // namespace

std::string_view to_string(Stage stage) {
    switch (stage) {
        case Stage::scheduled: return "scheduled";
        case Stage::preparing: return "preparing";
        case Stage::live: return "live";
        case Stage::interrupted: return "interrupted";
        case Stage::ended: return "ended";
        case Stage::recorded: return "recorded";
        case Stage::cancelled: return "cancelled";
    }
    return "";
}

std::optional<Stage> stage_from(std::string_view text) {
    const auto found = std::ranges::find(stages, text, [](Stage one) { return to_string(one); });
    return found == stages.end() ? std::nullopt : std::optional{*found};
}

void LiveClass::plan(std::optional<WallTime> starts, const Times& times, WallTime now) {
    starts_at = starts ? to_rfc3339(*starts) : std::string{};
    closes_at = starts.value_or(now) + unstarted_for_max;
    reminds_at.reset();
    // Who is told that late needs no reminder.
    if (starts && *starts - times.reminded_before > now)
        reminds_at = *starts - times.reminded_before;
}

News LiveClass::prepare(std::string_view by, WallTime now) {
    if (stage != Stage::scheduled) return News::none;
    stage = Stage::preparing;
    presenter = by;
    closes_at = std::max(closes_at.value_or(now), now + unstarted_for_max);
    return News::preparing;
}

News LiveClass::start(std::string_view by, WallTime now) {
    if (stage != Stage::scheduled && stage != Stage::preparing) return News::none;
    stage = Stage::live;
    // Who has prepared it is who is seen, whoever presses the button.
    if (presenter.empty()) presenter = by;
    started_at = to_rfc3339(now);
    reminds_at.reset();
    closes_at = now + length_max;
    return News::started;
}

News LiveClass::end(WallTime now) {
    if (over()) return News::none;
    return finish(on_air() ? Stage::ended : Stage::cancelled, now);
}

News LiveClass::finish(Stage last, WallTime now) {
    stage = last;
    ended_at = to_rfc3339(now);
    encoder = false;
    for (auto* time : {&reminds_at, &interrupts_at, &gives_up_at, &closes_at}) time->reset();
    if (stage == Stage::cancelled) return News::cancelled;
    if (!recording.empty()) stage = Stage::recorded;  // the media server was faster
    return News::ended;
}

// Of an encoder that has gone nothing is heard any more; and one that has taken another's place is
// not lost with it, whenever that is said.
bool LiveClass::is_stale(const Signal& signal, WallTime at) const {
    if (!heard_at) return false;
    if (at < *heard_at) return true;
    if (signal.session.empty()) return false;
    if (signal.what != Heard::started) return encoder && signal.session == replaced_session;
    return at == *heard_at && signal.session == encoder_session && !encoder;
}

News LiveClass::hear_recording(const std::string& where) {
    if (stage == Stage::cancelled || where == recording) return News::none;
    recording = where;
    if (!over()) return News::none;  // it is told when it has ended
    stage = Stage::recorded;
    return News::recording;
}

News LiveClass::hear(const Signal& signal, const Times& times, WallTime now) {
    if (signal.what == Heard::recording) return hear_recording(signal.url);
    // Of a stream elsewhere the school's media server knows nothing.
    if (over() || !url.empty()) return News::none;
    const WallTime at = std::min(signal.at, now);
    if (is_stale(signal, at)) return News::none;
    heard_at = at;
    const bool takes_a_place = encoder && signal.session != encoder_session;
    if (signal.what == Heard::started && takes_a_place) replaced_session = encoder_session;
    encoder_session = signal.session;
    if (signal.what == Heard::started) {
        encoder = true;
        interrupts_at.reset();
        gives_up_at.reset();
        if (!on_air()) return start(host, now);
        if (stage == Stage::live) return News::none;
        stage = Stage::live;
        return News::back;
    }
    encoder = false;
    if (!on_air()) return News::none;
    if (signal.what == Heard::ended) return end(now);
    // Said twice it is not lost later.
    if (gives_up_at) return News::none;
    interrupts_at = now + times.interrupted_after;
    gives_up_at = now + times.ended_after;
    return News::none;
}

News LiveClass::tick(WallTime now) {
    if (is_due(closes_at, now) || is_due(gives_up_at, now)) return end(now);
    if (is_due(interrupts_at, now)) {
        interrupts_at.reset();
        stage = Stage::interrupted;
        return News::interrupted;
    }
    if (is_due(reminds_at, now)) {
        reminds_at.reset();
        return stage == Stage::scheduled || stage == Stage::preparing ? News::reminder : News::none;
    }
    return News::none;
}

void LiveClass::wait_anew(const Times& times, WallTime now) {
    if (gives_up_at) gives_up_at = std::max(*gives_up_at, now + times.ended_after);
}

std::optional<WallTime> LiveClass::due() const {
    std::optional<WallTime> first;
    for (const auto* time : {&reminds_at, &interrupts_at, &gives_up_at, &closes_at}) {
        if (*time && (!first || **time < *first)) first = *time;
    }
    return first;
}

}  // namespace homeroom::features::live
