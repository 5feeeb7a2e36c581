// What belongs to a lesson in a call: who is heard and seen, whose hands are up, who waits to be
// let in, what is asked, and whether it is recorded. Data alone, a part of the call's state; what
// happens to it is in floor.h, lobby.h, questions.h and recording.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"

namespace homeroom::features::calls {

// What somebody is heard and seen by.
struct Sources {
    bool mic = false;
    bool camera = false;

    bool any() const { return mic || camera; }
    bool operator==(const Sources&) const = default;
};
enum class Source : std::uint8_t { mic, camera };

// Of somebody in a call that is recorded. Who has not agreed is neither heard nor shown.
enum class Consent : std::uint8_t { asked, agreed, refused };

struct Hand {
    std::string user{};
    WallTime at{};
};

// Somebody who would like to come in, and is not of the call yet.
enum class GuestState : std::uint8_t { waiting, admitted, denied };
struct Guest {
    std::string user{};
    std::string name{};        // of then
    std::uint64_t device = 0;  // over which he waits
    GuestState state = GuestState::waiting;
    WallTime at{};
};

struct Poll {
    struct Option {
        std::string text{};
        std::int64_t votes = 0;
        std::int64_t told = 0;  // as the others have been told last
    };
    struct Vote {
        std::string user{};
        std::vector<std::int64_t> choices{};  // none of an anonymous poll's
    };
    std::string id{};
    std::string question{};
    std::vector<Option> options{};
    bool multiple = false;
    bool hidden = false;     // its tallies are told when it is closed
    bool anonymous = false;  // kept is who has voted, and not what: a vote stays as it is
    WallTime opened{};
    WallTime until{};   // closes by itself; the beginning of time: when somebody closes it
    WallTime closed{};  // the beginning of time: it is open
    // As long as it is open. Behind that are tallies alone.
    std::vector<Vote> votes{};
    std::int64_t voters_told = 0;

    bool is_open() const { return closed == WallTime{}; }
};

struct Lesson {
    Sources muted{};            // whoever comes, but for those who lead
    std::vector<Hand> hands{};  // in the order in which they went up
    bool lobby = false;
    bool locked = false;
    std::vector<Guest> guests{};  // in the order in which they came
    std::vector<Poll> polls{};
    std::int64_t last_poll = 0;
    WallTime tally_due{};  // votes are told then; the beginning of time: there are none to tell
    std::vector<std::string> captioners{};
    std::string recorded_by{};  // empty: it is not recorded
    WallTime recorded_since{};

    bool is_recorded() const { return !recorded_by.empty(); }
    bool is_idle() const {
        return !muted.any() && hands.empty() && !lobby && !locked && guests.empty() &&
               polls.empty() && captioners.empty() && !is_recorded();
    }
};

}  // namespace homeroom::features::calls
