#include "features/calls/call.h"

#include <algorithm>

#include "features/calls/floor.h"
#include "features/calls/limits.h"
#include "features/calls/lobby.h"
#include "features/calls/questions.h"
#include "features/calls/recording.h"
#include "features/calls/screens.h"

namespace homeroom::features::calls {
namespace {

constexpr std::string_view came = "joined", returned = "back", moved = "moved", went = "left",
                           went_away = "away", was_lost = "lost", was_removed = "removed",
                           did_not_answer = "missed";

Error is_over() {
    return Error{Code::conflict, "the call is over", "call"};
}

News about(NewsKind kind, std::string user, std::string_view word = {}) {
    return News{.kind = kind, .users = {std::move(user)}, .word = word};
}

bool is_direct(const Call& call) {
    return call.room.empty();
}

std::size_t count_ringing(const Call& call) {
    return static_cast<std::size_t>(std::ranges::count_if(
        call.legs, [](const Leg& leg) { return leg.state == LegState::ringing; }));
}

bool has_leg(const Call& call, LegState state) {
    return std::ranges::any_of(call.legs, [&](const Leg& leg) { return leg.state == state; });
}

// Why nobody answered. That somebody did not want to says most.
EndReason reason_of_silence(const Call& call) {
    if (has_leg(call, LegState::declined)) return EndReason::declined;
    if (has_leg(call, LegState::missed)) return EndReason::timeout;
    return has_leg(call, LegState::busy) ? EndReason::busy : EndReason::revoked;
}

void miss(Leg& leg, Happenings& news) {
    leg.state = LegState::missed;
    if (!leg.hidden) news.push_back(about(NewsKind::missed, leg.user));
}

void go_away(Leg& leg, WallTime now, std::chrono::milliseconds grace) {
    leg.state = LegState::away;
    leg.device = 0;
    leg.until = now + grace;
    leg.away_since = now;
}

void go(Call& call, Leg& leg, LegState to, Happenings& news) {
    leg.state = to;
    leg.device = 0;
    if (leg.consent == Consent::refused) leg.consent = Consent::asked;
    forget_floor_of(call, leg.user);
    forget_recording_of(call, leg.user, news);
    forget_screen_of(call, leg.user, news);
}

// What outlives it: that there was a lobby, so that it is shown to those who were let in; and what
// was asked.
void end_lesson(Call& call, WallTime now) {
    close_all_polls(call, now);
    Lesson& lesson = call.lesson;
    lesson = {
        .lobby = lesson.lobby, .polls = std::move(lesson.polls), .last_poll = lesson.last_poll};
    for (Leg& leg : call.legs) leg.muted = {};
}

void finish(Call& call, EndReason reason, WallTime now, Happenings& news) {
    News ended{.kind = NewsKind::ended};
    for (Leg& leg : call.legs) {
        if (leg.is_open()) ended.users.push_back(leg.user);
        if (leg.state == LegState::ringing) miss(leg, news);
        if (leg.is_here()) leg.state = LegState::left;
        leg.device = 0;
    }
    call.screen = {};
    end_lesson(call, now);
    call.state = CallState::ended;
    call.reason = reason;
    call.ended = now;
    news.push_back(std::move(ended));
}

// Whether those who are left are enough; `cause`: why the last one went.
void settle(Call& call, EndReason cause, WallTime now, Happenings& news) {
    if (!call.is_live()) return;
    const std::size_t here = call.count_here();
    const bool unanswered = call.state == CallState::ringing;
    if (here == 0) return finish(call, unanswered ? EndReason::cancelled : cause, now, news);
    if (is_direct(call) && here == 1 && count_ringing(call) == 0)
        finish(call, unanswered ? reason_of_silence(call) : cause, now, news);
}

// A place for somebody who was not in it. Those who have gone make room.
Result<Leg*> add_leg(Call& call, std::string_view user, std::string_view name) {
    if (call.legs.size() >= limits::legs_max) {
        const auto may_go = [&](const Leg& leg) { return !leg.is_open() && leg.user != call.host; };
        // Who was muted stays so when he comes again, if anybody else can be forgotten.
        auto gone = std::ranges::find_if(
            call.legs, [&](const Leg& leg) { return may_go(leg) && !leg.muted.any(); });
        if (gone == call.legs.end()) gone = std::ranges::find_if(call.legs, may_go);
        if (gone == call.legs.end())
            return Error{Code::too_large, "too many people are in this call", "call"};
        call.legs.erase(gone);
    }
    call.legs.push_back({.user = std::string{user}, .name = std::string{name}});
    return &call.legs.back();
}

Status require_room(const Call& call, const Arrival& arrival) {
    if (call.count_here() < arrival.members) return Ok{};
    return Error{Code::conflict,
                 "the call is full: it has at most " + std::to_string(arrival.members) + " people",
                 "call"};
}

void enter(Call& call, Leg& leg, const Arrival& arrival) {
    leg.state = LegState::present;
    leg.device = arrival.device;
    leg.leg = arrival.fresh_leg;
    leg.order = ++call.last_order;
    leg.hidden = false;
    forget_guest(call, leg.user);
    take_the_floor(call, leg, arrival.leads);
}

// He is here already: this is the same device again, or another of his.
Result<Happenings> come_back(Call& call, Leg& leg, const Arrival& arrival) {
    const bool same = !arrival.as.empty() && arrival.as == leg.leg;
    if (leg.state == LegState::present) {
        if (leg.device == arrival.device) return Happenings{};
        // The one that was may be gone without anybody's having noticed.
        if (!same && !arrival.moves)
            return Error{Code::conflict, "another of your devices is in this call", "call"};
    }
    const bool was_away = leg.state == LegState::away;
    Happenings news;
    if (same) {
        leg.state = LegState::present;
        leg.device = arrival.device;
    } else {
        forget_screen_of(call, leg.user, news);
        enter(call, leg, arrival);
    }
    news.push_back(about(NewsKind::member, leg.user, was_away ? returned : moved));
    return counted(call, std::move(news));
}

}  // namespace

Leg* Call::leg_of(std::string_view user) {
    const auto found = std::ranges::find(legs, user, &Leg::user);
    return found == legs.end() ? nullptr : &*found;
}

const Leg* Call::leg_of(std::string_view user) const {
    const auto found = std::ranges::find(legs, user, &Leg::user);
    return found == legs.end() ? nullptr : &*found;
}

std::size_t Call::count_here() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(legs, [](const Leg& leg) { return leg.is_here(); }));
}

Happenings counted(Call& call, Happenings news) {
    if (!news.empty()) ++call.version;
    return news;
}

News changed(std::string_view what, std::string_view user) {
    return about(NewsKind::changed, std::string{user}, what);
}

Status require_here(const Call& call, std::string_view user, const char* field) {
    const Leg* const leg = call.leg_of(user);
    if (call.is_live() && leg != nullptr && leg->is_here()) return Ok{};
    return Error{Code::conflict, "there is nobody of this id in the call", field};
}

// --- Beginning

Begun begin_call(const Draft& draft, const std::vector<Callee>& callees) {
    Begun begun{.call = {.id = draft.id,
                         .state = draft.room.empty() ? CallState::ringing : CallState::active,
                         .room = draft.room,
                         .host = draft.user,
                         .video = draft.video,
                         .created = draft.now,
                         .until = draft.now + limits::call_time_max}};
    Call& call = begun.call;
    if (call.state == CallState::active) call.answered = draft.now;
    enter(call, call.legs.emplace_back(Leg{.user = draft.user, .name = draft.name}),
          {.user = draft.user, .device = draft.device, .fresh_leg = draft.leg});
    begun.news.push_back(about(NewsKind::started, draft.user));
    News loud{.kind = NewsKind::ringing};
    News silent{.kind = NewsKind::ringing, .silent = true};
    for (const Callee& callee : callees) {
        Leg& leg = call.legs.emplace_back(Leg{.user = callee.user,
                                              .name = callee.name,
                                              .by = draft.user,
                                              .until = draft.now + draft.ring,
                                              .hidden = callee.hidden,
                                              .silent = callee.silent});
        if (callee.busy) {
            leg.state = LegState::busy;
            if (!callee.hidden) begun.news.push_back(about(NewsKind::missed, callee.user));
        } else if (!callee.hidden) {
            (callee.silent ? silent : loud).users.push_back(callee.user);
        }
    }
    for (News& ringing : {std::ref(loud), std::ref(silent)})
        if (!ringing.users.empty()) begun.news.push_back(std::move(ringing));
    settle(call, EndReason::busy, draft.now, begun.news);
    call.version = 1;
    return begun;
}

Result<Happenings> ring(Call& call, std::string_view by, const Callee& callee, WallTime now,
                        std::chrono::milliseconds time) {
    if (!call.is_live()) return is_over();
    if (call.lesson.locked) return Error{Code::conflict, "the call is locked", "call"};
    Leg* leg = call.leg_of(callee.user);
    if (leg != nullptr && leg->is_open())
        return Error{Code::conflict, "he is in this call already, or it rings at his", "user"};
    if (leg == nullptr) {
        TRY(leg, add_leg(call, callee.user, callee.name));
    }
    leg->by = by;
    leg->state = callee.busy ? LegState::busy : LegState::ringing;
    leg->until = now + time;
    leg->hidden = callee.hidden;
    leg->silent = callee.silent;
    // The others are told in any case, so that they cannot tell who hears of it.
    Happenings news{about(NewsKind::member, callee.user, callee.busy ? "busy" : "ringing")};
    if (!callee.hidden) {
        // Whom somebody calls in goes by the lobby. Who does not hear of it waits on.
        drop_waiting(
            call, [&](const Guest& guest) { return guest.user == callee.user; }, news);
        news.push_back(about(callee.busy ? NewsKind::missed : NewsKind::ringing, callee.user));
        news.back().silent = callee.silent;
    }
    return counted(call, std::move(news));
}

// --- What a person does

Result<Happenings> accept(Call& call, const Arrival& arrival) {
    Leg* const leg = call.leg_of(arrival.user);
    if (leg != nullptr && leg->state == LegState::present && leg->device == arrival.device)
        return Happenings{};
    if (!call.is_live()) return is_over();
    if (leg == nullptr || leg->state != LegState::ringing) {
        return Error{Code::conflict,
                     leg != nullptr && leg->is_here() ? "it was answered on another device"
                                                      : "it does not ring any more",
                     "call"};
    }
    TRY_OK(require_room(call, arrival));
    enter(call, *leg, arrival);
    if (call.state == CallState::ringing) {
        call.state = CallState::active;
        call.answered = arrival.now;
    }
    return counted(call, {about(NewsKind::accepted, arrival.user)});
}

Result<Happenings> join(Call& call, const Arrival& arrival) {
    Leg* leg = call.leg_of(arrival.user);
    if (leg != nullptr && leg->state == LegState::ringing) return accept(call, arrival);
    if (!call.is_live()) return is_over();
    if (leg != nullptr && leg->is_here()) return come_back(call, *leg, arrival);
    if (call.state != CallState::active)
        return Error{Code::conflict, "nobody has answered yet", "call"};
    TRY_OK(require_room(call, arrival));
    Happenings news;
    TRY(const bool passes, pass_the_door(call, arrival, news));
    if (!passes) return counted(call, std::move(news));
    if (leg == nullptr) {
        TRY(leg, add_leg(call, arrival.user, arrival.name));
    }
    enter(call, *leg, arrival);
    return counted(call, {about(NewsKind::member, arrival.user, came)});
}

Result<Happenings> decline(Call& call, std::string_view user, WallTime now) {
    Leg* const leg = call.leg_of(user);
    if (leg != nullptr && leg->state == LegState::declined) return Happenings{};
    if (!call.is_live()) return is_over();
    if (leg == nullptr || leg->state != LegState::ringing)
        return Error{Code::conflict, "it does not ring any more", "call"};
    leg->state = LegState::declined;
    Happenings news{about(NewsKind::declined, std::string{user})};
    settle(call, EndReason::declined, now, news);
    return counted(call, std::move(news));
}

Result<Happenings> leave(Call& call, std::string_view user, WallTime now) {
    Leg* const leg = call.leg_of(user);
    // Who waits, and does not know that it rings at his, gives up his place and nothing else.
    if (leg != nullptr && leg->state == LegState::ringing && !is_waiting(call, user))
        return decline(call, user, now);
    Happenings news;
    drop_waiting(
        call, [&](const Guest& guest) { return guest.user == user; }, news);
    if (leg == nullptr || !leg->is_here()) return counted(call, std::move(news));
    go(call, *leg, LegState::left, news);
    // Whoever called and goes before anybody answered has taken it back, whoever else rings.
    if (call.state == CallState::ringing && user == call.host) {
        finish(call, EndReason::cancelled, now, news);
        news.back().users.push_back(leg->user);
        return counted(call, std::move(news));
    }
    news.insert(news.begin(), about(NewsKind::member, std::string{user}, went));
    settle(call, EndReason::completed, now, news);
    return counted(call, std::move(news));
}

Result<Happenings> close(Call& call, WallTime now) {
    if (!call.is_live()) return Happenings{};
    Happenings news;
    finish(call, call.state == CallState::ringing ? EndReason::cancelled : EndReason::closed, now,
           news);
    return counted(call, std::move(news));
}

// --- What happens to them

Happenings lose(Call& call, std::string_view user, std::uint64_t device, WallTime now,
                std::chrono::milliseconds grace) {
    Happenings news;
    drop_waiting(
        call, [&](const Guest& guest) { return guest.user == user && guest.device == device; },
        news);
    Leg* const leg = call.leg_of(user);
    if (leg != nullptr && leg->state == LegState::present && leg->device == device) {
        go_away(*leg, now, grace);
        news.push_back(about(NewsKind::member, leg->user, went_away));
    }
    return counted(call, std::move(news));
}

Happenings lose_all(Call& call, WallTime now, std::chrono::milliseconds grace) {
    if (!call.is_live()) return {};
    Happenings news;
    drop_waiting(
        call, [](const Guest&) { return true; }, news);
    for (Leg& leg : call.legs) {
        if (leg.state != LegState::present) continue;
        go_away(leg, now, grace);
        news.push_back(about(NewsKind::member, leg.user, went_away));
    }
    return counted(call, std::move(news));
}

Happenings expire(Call& call, WallTime now) {
    if (!call.is_live()) return {};
    Happenings news;
    if (call.until <= now) {
        finish(call, EndReason::expired, now, news);
        return counted(call, std::move(news));
    }
    std::vector<std::string> silent;
    for (Leg& leg : call.legs) {
        if (leg.until > now) continue;
        if (leg.state == LegState::ringing) {
            miss(leg, news);
            silent.push_back(leg.user);
        }
        if (leg.state != LegState::away) continue;
        go(call, leg, LegState::lost, news);
        news.push_back(about(NewsKind::member, leg.user, was_lost));
    }
    expire_screen(call, now, news);
    expire_polls(call, now, news);
    settle(call, EndReason::failed, now, news);
    // Those who talk on see that he does not come.
    for (std::string& user : silent)
        if (call.is_live())
            news.push_back(about(NewsKind::member, std::move(user), did_not_answer));
    return counted(call, std::move(news));
}

Happenings remove(Call& call, const std::vector<std::string>& users, WallTime now) {
    if (!call.is_live()) return {};
    Happenings news;
    for (const std::string& user : users) {
        Leg* const leg = call.leg_of(user);
        if (leg == nullptr || !leg->is_open()) continue;
        go(call, *leg, LegState::removed, news);
        if (!leg->hidden) news.push_back(about(NewsKind::removed, user));
        news.push_back(about(NewsKind::member, user, was_removed));
    }
    settle(call, EndReason::revoked, now, news);
    return counted(call, std::move(news));
}

std::optional<WallTime> next_deadline(const Call& call) {
    if (!call.is_live()) return std::nullopt;
    WallTime next = call.until;
    for (const Leg& leg : call.legs) {
        if (leg.state == LegState::ringing || leg.state == LegState::away)
            next = std::min(next, leg.until);
    }
    if (const auto screen = next_screen_deadline(call.screen)) next = std::min(next, *screen);
    if (const auto poll = next_poll_deadline(call.lesson)) next = std::min(next, *poll);
    return next;
}

}  // namespace homeroom::features::calls
