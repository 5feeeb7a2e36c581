// How much there may be of study sessions, and how long what takes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace homeroom::features::study {

using namespace std::chrono_literals;

inline constexpr std::size_t title_bytes_max = 200;
inline constexpr std::size_t agenda_items_max = 50;
inline constexpr std::size_t agenda_text_bytes_max = 300;
inline constexpr std::size_t item_id_bytes_max = 64;
inline constexpr std::size_t deleted_items_max = 50;           // that are remembered as deleted
inline constexpr std::size_t members_max = 500;                // in one session at once
inline constexpr std::int64_t open_sessions_max = 50;          // of a room: planned, or going on
inline constexpr std::int64_t open_sessions_of_host_max = 10;  // of these, one person's
inline constexpr std::size_t sessions_of_device_max = 8;       // that one connection is in
// All of them are one row with their session, written anew with each change.
inline constexpr std::size_t breakouts_max = 30;
inline constexpr std::size_t breakout_items_max = 10;  // on the agenda of one
inline constexpr std::size_t breakout_deleted_max = 5;
// Of all of their agendas together: as much as one agenda of the session has.
inline constexpr std::size_t breakouts_bytes_max = 16'000;
// Of one person in one session. The last one is gone on with after that.
inline constexpr std::int64_t intervals_max = 40;

inline constexpr std::int64_t timer_seconds_max = 14'400;  // of a phase
inline constexpr std::int64_t timer_rounds_max = 24;
inline constexpr std::int64_t focus_seconds_default = 1'500;
inline constexpr std::int64_t break_seconds_default = 300;
inline constexpr std::int64_t rounds_default = 4;
inline constexpr std::int64_t breakout_seconds_max = 43'200;

inline constexpr std::size_t sessions_page_max = 100;
inline constexpr std::size_t sessions_page_default = 20;
inline constexpr std::size_t attendance_page_max = 500;  // people
inline constexpr std::size_t attendance_page_default = 100;

inline constexpr auto reminded_before = 10min;  // its start
inline constexpr auto unstarted_for_max = 24h;  // after its start, then it is cancelled
inline constexpr auto length_max = 12h;         // then it ends by itself
inline constexpr auto empty_for_max = 30min;    // then, too
inline constexpr std::chrono::milliseconds grace_default = 60s;  // within which one comes back
inline constexpr std::chrono::milliseconds grace_max = 1h;

// Between two looks at what is to be told and what is due.
inline constexpr std::chrono::milliseconds look_interval = 50ms;
// What the states of one session may bring to all of its members together; a large one is told
// less often.
inline constexpr std::int64_t told_bytes_per_second = 10'000'000;
inline constexpr std::chrono::milliseconds tell_interval_max = 2s;
inline constexpr std::chrono::milliseconds retry_interval = 1s;  // where the store refused
// How exactly it is known, after a crash, until when people were there.
inline constexpr std::chrono::milliseconds alive_interval = 10s;

}  // namespace homeroom::features::study
