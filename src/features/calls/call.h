// A call and what can happen to it. Pure: no store, no sockets, no clock of its own; who may do a
// thing is judged before (rules.h).
//
//   call   ringing ──somebody accepts──▶ active ──too few are left──▶ ended
//             └──nobody will any more─────────────────────────────────▶ ended
//   leg    ringing ──▶ present ⇄ away ──▶ left, lost, removed    one for each person of the call
//             └──▶ declined, busy, missed
//
// A call in a room is active from its beginning and needs one person; one between people needs two,
// or one and somebody who rings. Whoever goes can come again as long as it is active.
//
// Every operation is done whole or not at all: an Error changes nothing. Each that changes anything
// counts `version` on by one, and says in news what is to be told.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "features/calls/lesson.h"

namespace homeroom::features::calls {

enum class CallState : std::uint8_t { ringing, active, ended };

enum class EndReason : std::uint8_t {
    none,
    completed,  // they had talked, and went
    declined,
    busy,
    timeout,    // nobody answered
    cancelled,  // by who called, before anybody answered
    closed,     // by its host, for all
    failed,     // connections were lost and did not come back
    revoked,    // they may not call each other any more
    expired,    // it was too old
};

enum class LegState : std::uint8_t {
    ringing,
    present,
    away,  // the connection is lost; there is time to come back
    declined,
    busy,
    missed,
    left,
    lost,
    removed,
};

struct Leg {
    std::string user{};
    std::string name{};  // of then
    std::string by{};    // who called him; empty: who began, or came by himself
    LegState state = LegState::ringing;
    // Of one device's being there: another when somebody comes anew, the same when he comes back
    // as who he was. What the others connected to.
    std::string leg{};
    std::uint64_t device = 0;  // the connection that is there; 0: none
    // The later of two is the polite one when both make an offer.
    std::int64_t order = 0;
    WallTime until{};  // ringing: until then; away: until then
    // He is not to notice anything of it, because he blocks who called; the others see him ring.
    bool hidden = false;
    bool silent = false;  // told, but his devices do not ring
    Sources muted{};      // by who leads the call: he may not send it, whichever leg he is
    Sources devices{.mic = true, .camera = true};  // what he says that he has switched on
    Consent consent = Consent::asked;              // where the call is recorded
    WallTime away_since{};

    bool is_here() const { return state == LegState::present || state == LegState::away; }
    bool is_open() const { return is_here() || state == LegState::ringing; }
};

// Who may show his screen, who would like to, and who does (screens.h).
struct Screen {
    struct Wish {
        std::string user{};
        std::string of{};  // whose screen is asked for; his own, or that of whom staff asks
        WallTime at{};
    };
    struct Grant {
        std::string user{};
        WallTime until{};
    };
    std::vector<Wish> wishes{};
    std::vector<Grant> grants{};
    std::string presenter{};  // empty: nobody
    WallTime until{};         // the presenter's time; the beginning of time: without end
    // Of what is shown: to whom alone; empty: to all. And the board on which it is drawn upon.
    std::vector<std::string> viewers{};
    std::string board{};

    bool is_shown_to(std::string_view user) const;
    bool is_idle() const { return wishes.empty() && grants.empty() && presenter.empty(); }
};

struct Call {
    std::string id{};
    std::int64_t version = 0;
    CallState state = CallState::ringing;
    EndReason reason = EndReason::none;
    std::string room{};  // empty: between people
    std::string host{};  // who began it
    bool video = false;
    WallTime created{}, answered{}, ended{};  // the beginning of time: not yet
    WallTime until{};                         // no longer than that
    std::int64_t last_order = 0;
    std::vector<Leg> legs{};
    Screen screen{};
    Lesson lesson{};

    bool is_live() const { return state != CallState::ended; }
    Leg* leg_of(std::string_view user);
    const Leg* leg_of(std::string_view user) const;
    std::size_t count_here() const;
};

enum class NewsKind : std::uint8_t {
    started,
    ringing,
    accepted,
    declined,
    missed,
    member,   // somebody has come, gone, lost his connection or come back
    removed,  // to who may not be there any more
    ended,
    screen_requested,
    screen_granted,
    screen_denied,
    screen_started,
    screen_stopped,
    changed,   // something else of it; the word says what (floor.h, lobby.h, …)
    refused,   // to be recorded: to himself and to who leads it alone
    admitted,  // to who waited: he may come
    denied,
};
struct News {
    NewsKind kind{};
    std::vector<std::string> users{};  // whom it is about; of the end: who was in it until then
    std::string_view word{};           // of a member: what he did; of a screen: why it stopped
    bool silent = false;
    std::string by{};  // of a screen: who did it
    WallTime until{};  // of a grant
};
using Happenings = std::vector<News>;

// What operations here and in floor.h, lobby.h, screens.h and so on share.
// Counts the version on, where there is anything to tell.
Happenings counted(Call& call, Happenings news);
News changed(std::string_view what, std::string_view user);
// `conflict`: the call is over, or he is not in it.
Status require_here(const Call& call, std::string_view user, const char* field);

// --- Beginning

struct Draft {
    std::string id{};
    std::string room{};  // empty: between people
    std::string user{};
    std::string name{};
    std::string leg{};
    std::uint64_t device = 0;
    bool video = false;
    WallTime now{};
    std::chrono::milliseconds ring{};
};
struct Callee {
    std::string user{};
    std::string name{};
    bool hidden = false;
    bool silent = false;
    bool busy = false;  // and who calls may know
};
struct Begun {
    Call call{};
    Happenings news{};
};
Begun begin_call(const Draft& draft, const std::vector<Callee>& callees);
// One more, by somebody who is there.
Result<Happenings> ring(Call& call, std::string_view by, const Callee& callee, WallTime now,
                        std::chrono::milliseconds time);

// --- What a person does

// Who comes, over which connection, and as which leg.
struct Arrival {
    std::string user{};
    std::string name{};
    std::uint64_t device = 0;
    std::string fresh_leg{};  // for who comes anew
    std::string as{};         // the leg that he was; empty: he does not say
    bool moves = false;       // takes it from another of his devices
    std::size_t members = 0;  // how many there may be
    bool leads = false;       // nobody lets him in or mutes him
    WallTime now{};
};
// Of who rings. `conflict`: another of his devices was faster, or the call is over.
Result<Happenings> accept(Call& call, const Arrival& arrival);
// Of anybody who may; also of who comes back. He may have to wait (lobby.h): then he has no leg.
Result<Happenings> join(Call& call, const Arrival& arrival);
Result<Happenings> decline(Call& call, std::string_view user, WallTime now);
// Before anybody answered, whoever called takes it back by it.
Result<Happenings> leave(Call& call, std::string_view user, WallTime now);
Result<Happenings> close(Call& call, WallTime now);

// --- What happens to them. Nothing to tell: nothing happened.

// The connection has ended.
Happenings lose(Call& call, std::string_view user, std::uint64_t device, WallTime now,
                std::chrono::milliseconds grace);
// Whoever rang or was away too long.
Happenings expire(Call& call, WallTime now);
// They may not be in it any more.
Happenings remove(Call& call, const std::vector<std::string>& users, WallTime now);
// The server has started anew, and has none of the connections.
Happenings lose_all(Call& call, WallTime now, std::chrono::milliseconds grace);

// When expire() has to be called next; nothing of a call that is over.
std::optional<WallTime> next_deadline(const Call& call);

// Of two legs' orders, whether the one is polite to the other.
inline bool is_polite(std::int64_t own, std::int64_t other) {
    return own > other;
}

}  // namespace homeroom::features::calls
