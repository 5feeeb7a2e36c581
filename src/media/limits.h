// How much of media back ends there may be, and how long they may take.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace homeroom::media::limits {

using namespace std::chrono_literals;

// --- Requests to a media server (janus_core.h, livekit.h)
inline constexpr std::size_t requests_in_flight_max = 16;
inline constexpr auto request_time = 5s;                      // of one over HTTP
inline constexpr auto answer_time = 10s;                      // what is answered later, by an event
inline constexpr std::size_t answer_bytes_max = 1024 * 1024;  // of one, events included
inline constexpr auto poll_time = 45s;                        // Janus answers within 30 s
inline constexpr std::size_t events_per_poll = 20;

// --- A media server that is not there is looked for again
inline constexpr auto retry_first = 500ms;
inline constexpr auto retry_max = 5s;
inline constexpr auto room_retry = 2s;  // one room that could not be made

// --- What somebody may send
inline constexpr std::int64_t video_bitrate_default = 1'500'000;
inline constexpr std::int64_t video_bitrate_min = 64'000;
inline constexpr std::int64_t video_bitrate_max = 20'000'000;

// --- LiveKit's tokens
inline constexpr auto ticket_time_default = 300s;
inline constexpr auto ticket_time_min = 30s;
inline constexpr auto ticket_time_max = 3'600s;
inline constexpr auto command_time = 30s;  // the server's own tokens
inline constexpr auto command_again = 5s;  // while a ticket says more than may be

}  // namespace homeroom::media::limits
