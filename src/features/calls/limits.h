// How much of calls there may be.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace homeroom::features::calls::limits {

using namespace std::chrono_literals;

// --- The state (call.h)
inline constexpr std::size_t called_max = 15;   // by one call:start
inline constexpr std::size_t legs_max = 64;     // of one call at once, those who have gone included
inline constexpr std::size_t members_max = 64;  // what calls.members can be set to
inline constexpr std::size_t live_calls_of_user_max =
    16;  // that ring or go on; further ones ring out
inline constexpr auto call_time_max = std::chrono::hours{12};  // no ghost is older
inline constexpr std::size_t rows_per_page_default = 20;
inline constexpr std::size_t rows_per_page_max = 100;
inline constexpr std::size_t supervised_looked_at_max = 500;  // live calls, for one list

// --- Screens
inline constexpr std::size_t screen_wishes_max = 32;  // in one call's queue
inline constexpr std::int64_t screen_minutes_default = 10;
inline constexpr std::int64_t screen_minutes_max = 180;

// --- A lesson (lesson.h). All of it is in the call's row, and in each of its events.
inline constexpr std::size_t captioners_max = 8;
inline constexpr std::size_t guests_max =
    128;  // in the lobby of a call, those who were denied included
inline constexpr std::size_t polls_max = 10;  // that are kept; the oldest makes room
inline constexpr std::size_t open_polls_max = 3;
inline constexpr std::size_t voters_max = 200;  // of one poll, those who have gone included
inline constexpr std::size_t poll_options_max = 10;
inline constexpr std::size_t poll_option_bytes_max = 200;
inline constexpr std::size_t poll_question_bytes_max = 500;
inline constexpr std::int64_t poll_seconds_max = 3'600;
inline constexpr auto tally_interval = 1s;  // between two tellings of tallies
inline constexpr std::size_t caption_bytes_max = 500;
inline constexpr std::size_t language_bytes_max = 35;    // a BCP 47 tag
inline constexpr auto reaction_interval = 1s;            // between two tellings of reactions
inline constexpr std::int64_t intervals_max = 40;        // of one person in one call
inline constexpr std::int64_t erased_at_once = 500;      // intervals, by one step of an erasure
inline constexpr std::size_t attendance_page_max = 500;  // people
inline constexpr std::size_t attendance_page_default = 100;
static_assert(open_polls_max < polls_max, "there is one to make room");

// --- Signals (signal.h, switchboard.h)
inline constexpr std::size_t description_bytes_max = 64 * 1024;  // an SDP, as text
inline constexpr std::size_t candidate_bytes_max = 2 * 1024;
inline constexpr std::size_t candidates_per_signal_max = 50;
inline constexpr std::size_t candidates_per_negotiation_max = 200;  // of one side
// However it is escaped, and with the candidates that may come with it.
inline constexpr std::size_t signal_request_bytes_max = 256 * 1024;
// Of one user, over all of his connections: a signal counts as many as it has pieces of so many
// bytes.
inline constexpr std::size_t signal_piece_bytes = 4 * 1024;
inline constexpr double signal_pieces_per_second = 40;
inline constexpr double signal_pieces_burst = 400;  // joining a full mesh
static_assert(signal_request_bytes_max / signal_piece_bytes < signal_pieces_burst,
              "whoever waits long enough may send the longest");
// Of all who send to one user. What comes at once must fit in his send queue; and the rate is that
// of several, so that one of them alone does not keep him from the others.
inline constexpr double heard_pieces_per_second = 4 * signal_pieces_per_second;
inline constexpr double heard_pieces_burst = 600;
static_assert(heard_pieces_burst * static_cast<double>(signal_piece_bytes) < 2.5e6);

// --- Relays (ice.h)
inline constexpr std::size_t urls_max = 8;
inline constexpr std::size_t secrets_max = 4;

}  // namespace homeroom::features::calls::limits
