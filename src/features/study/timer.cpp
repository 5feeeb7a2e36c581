#include "features/study/timer.h"

#include <algorithm>
#include <string>

namespace homeroom::features::study {
namespace {

using campus::Json;
using std::chrono::milliseconds;
using std::chrono::seconds;

Json phase_json(Timer::Phase phase) {
    switch (phase) {
        case Timer::Phase::idle: return nullptr;
        case Timer::Phase::focus: return "focus";
        case Timer::Phase::rest: return "break";
    }
    return nullptr;
}

Status take_seconds(const Json& patch, const char* field, seconds& to) {
    TRY(const auto value, campus::optional_number(patch, field, 1, timer_seconds_max));
    if (value) to = seconds{*value};
    return Ok{};
}

}  // namespace

void Timer::begin_next(WallTime at) {
    paused_with.reset();
    if (phase == Phase::focus && round >= rounds) return stop();
    const bool was_focus = phase == Phase::focus;
    if (!was_focus) ++round;
    phase = was_focus ? Phase::rest : Phase::focus;
    ends_at = at + (was_focus ? rest : focus);
}

void Timer::start(WallTime now) {
    if (phase == Phase::idle) return begin_next(now);
    if (!paused_with) return;
    ends_at = now + *paused_with;
    paused_with.reset();
}

void Timer::pause(WallTime now) {
    if (!ends_at) return;
    paused_with = std::max(milliseconds{0}, *ends_at - now);
    ends_at.reset();
}

void Timer::stop() {
    phase = Phase::idle;
    round = 0;
    ends_at.reset();
    paused_with.reset();
}

void Timer::skip(WallTime now) {
    if (phase != Phase::idle) begin_next(now);
}

bool Timer::advance(WallTime now) {
    bool ended = false;
    while (ends_at && *ends_at <= now) {
        begin_next(*ends_at);
        ended = true;
    }
    return ended;
}

Status apply_timer_patch(Timer& timer, const Json& patch, WallTime now) {
    if (!patch.is_object()) return Error{Code::invalid, "timer is an object", "timer"};
    for (const auto& [name, value] : patch.items()) {
        if (name != "focus" && name != "break" && name != "rounds" && name != "do")
            return Error{Code::invalid, "a timer has focus, break, rounds and do", "timer"};
    }
    // What has ended has ended, before anything is done to it.
    timer.advance(now);
    TRY_OK(take_seconds(patch, "focus", timer.focus));
    TRY_OK(take_seconds(patch, "break", timer.rest));
    TRY(const auto rounds, campus::optional_number(patch, "rounds", 1, timer_rounds_max));
    timer.rounds = rounds.value_or(timer.rounds);
    TRY(const auto deed, campus::optional_text(patch, "do", 16));
    if (!deed) return Ok{};
    if (*deed == "start") {
        timer.start(now);
    } else if (*deed == "pause") {
        timer.pause(now);
    } else if (*deed == "stop") {
        timer.stop();
    } else if (*deed == "skip") {
        timer.skip(now);
    } else {
        return Error{Code::invalid, R"(do is "start", "pause", "stop" or "skip")", "do"};
    }
    return Ok{};
}

Json timer_view(const Timer& timer) {
    return Json{
        {"focus", timer.focus.count()},
        {"break", timer.rest.count()},
        {"rounds", timer.rounds},
        {"phase", phase_json(timer.phase)},
        {"round", timer.round},
        {"running", timer.ends_at.has_value()},
        {"endsAt", timer.ends_at ? Json(to_rfc3339(*timer.ends_at)) : Json(nullptr)},
        {"remaining", timer.paused_with ? Json(timer.paused_with->count()) : Json(nullptr)}};
}

Json to_json(const Timer& timer) {
    return timer_view(timer);
}

Timer timer_from_json(const Json& json) {
    Timer timer;
    timer.focus = seconds{json.at("focus").get<std::int64_t>()};
    timer.rest = seconds{json.at("break").get<std::int64_t>()};
    timer.rounds = json.at("rounds").get<std::int64_t>();
    const Json& phase = json.at("phase");
    if (phase.is_string())
        timer.phase = phase == "focus" ? Timer::Phase::focus : Timer::Phase::rest;
    timer.round = json.at("round").get<std::int64_t>();
    if (const Json& ends = json.at("endsAt"); ends.is_string())
        timer.ends_at = parse_rfc3339(ends.get<std::string>());
    if (const Json& left = json.at("remaining"); left.is_number())
        timer.paused_with = milliseconds{left.get<std::int64_t>()};
    return timer;
}

}  // namespace homeroom::features::study
