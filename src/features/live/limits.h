// How much there may be of live classes, and how long what takes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace homeroom::features::live {

using namespace std::chrono_literals;

inline constexpr std::size_t title_bytes_max = 200;
inline constexpr std::size_t url_bytes_max = 2'048;
inline constexpr std::int64_t open_max = 50;             // of a room: not over
inline constexpr std::size_t watched_by_device_max = 8;  // that one connection watches at once
inline constexpr std::size_t page_max = 100;
inline constexpr std::size_t page_default = 20;

inline constexpr auto unstarted_for_max = 24h;  // after its time, then it is cancelled
inline constexpr auto length_max = 12h;         // then it ends by itself

// Between the encoder's going and what follows from it; before the start (live.…_after, …_before).
inline constexpr std::chrono::milliseconds interrupted_after_default = 10s;
inline constexpr std::chrono::milliseconds ended_after_default = 120s;
inline constexpr std::chrono::milliseconds reminded_before_default = 10min;
inline constexpr std::chrono::milliseconds encoder_wait_max = 1h;
inline constexpr std::chrono::milliseconds reminded_before_max = 24h;

// What the media server tells.
inline constexpr std::size_t hook_bytes_max = 16'384;
inline constexpr std::size_t hook_id_bytes_max = 64;  // as long as a request's key
inline constexpr std::size_t encoder_session_bytes_max = 128;
inline constexpr std::chrono::seconds hook_age_max = 5min;  // either way: clocks differ
inline constexpr std::int64_t viewers_max = 10'000'000;
inline constexpr std::chrono::milliseconds viewers_heard_for = 60s;  // then it is old

// What opens a stream.
inline constexpr std::size_t ticket_bytes_max = 4'096;
inline constexpr std::size_t secret_bytes_min = 32;
inline constexpr std::size_t secrets_max = 4;
inline constexpr std::chrono::seconds ticket_time_default = 2min;
inline constexpr std::chrono::seconds ticket_time_min = 20s;
inline constexpr std::chrono::seconds ticket_time_max = 5min;
inline constexpr std::chrono::seconds publish_time_default = 4h;
inline constexpr std::chrono::seconds publish_time_max = 12h;

// How many begin to watch in a second, and how long the last of them waits at most.
inline constexpr double joins_per_second_default = 200;
inline constexpr std::chrono::milliseconds jitter_max = 60s;
// Where nobody may know how many there are.
inline constexpr std::chrono::milliseconds jitter_step_unlisted = 20s;

// The number of those who watch: how often it is told, and from where on in round numbers.
inline constexpr std::chrono::milliseconds viewers_interval = 3s;
inline constexpr std::int64_t viewers_exact_max = 100;

}  // namespace homeroom::features::live
