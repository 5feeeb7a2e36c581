// What boards may use at most that are drawn on with Excalidraw. A message is as long as the
// transport takes it (message_bytes_max), as it is where Excalidraw's own relay runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "features/documents/limits.h"

namespace homeroom::limits {

inline constexpr std::chrono::hours excalidraw_ticket_time{12};
// From the connection to its ticket: until then nobody knows who it is.
inline constexpr std::chrono::seconds excalidraw_join_wait{10};
inline constexpr std::size_t excalidraw_unjoined_max = 1'000;  // connections, in all
inline constexpr std::size_t excalidraw_sockets_per_user_max = 8;

// What is no picture: a ticket, whom one follows. JSON.
inline constexpr std::size_t excalidraw_argument_bytes_max = 1 * KiB;

// --- What stands on a board.
inline constexpr std::size_t excalidraw_element_id_bytes_max = 128;
inline constexpr std::size_t excalidraw_element_bytes_max = 256 * KiB;  // JSON
inline constexpr std::size_t excalidraw_json_values_max = 400'000;      // of one message
inline constexpr std::size_t excalidraw_json_depth_max = 32;
inline constexpr std::size_t excalidraw_elements_per_message_max = 10'000;
inline constexpr std::int64_t excalidraw_elements_max = 10'000;  // deleted ones included
// A newcomer is sent all of them at once.
inline constexpr std::int64_t excalidraw_scene_bytes_max = 3 * MiB;
// As long as its clients send deleted elements; then room is made of them.
inline constexpr std::chrono::hours excalidraw_deleted_time{24};
inline constexpr std::chrono::minutes excalidraw_tidy_interval{1};  // of one board, for that

// --- While they are open.
// What one connection drew while its last was being stored: of each element the newest.
inline constexpr std::size_t excalidraw_waiting_bytes_max = 2 * MiB;
// So many of these at a time: the writer has others to serve.
inline constexpr std::size_t excalidraw_elements_per_command_max = 500;
// What is longer counts as several for its rate: reading it costs as much.
inline constexpr std::size_t excalidraw_counted_bytes = 64 * KiB;
inline constexpr std::size_t excalidraw_shown_bytes_max = 4 * KiB;   // pointer, selection, viewport
inline constexpr std::chrono::milliseconds excalidraw_interval{33};  // between pointers
// Pointers times receivers in an interval, as for awareness.
inline constexpr std::size_t excalidraw_deliveries_max = 6'000;
inline constexpr std::chrono::milliseconds excalidraw_check_interval = std::chrono::seconds{2};
inline constexpr std::size_t excalidraw_followed_max = 16;  // by one connection

static_assert(excalidraw_scene_bytes_max + 512 * std::int64_t{KiB} <
                  std::int64_t{send_queue_bytes_max},
              "a newcomer can be sent all of it");
static_assert(excalidraw_deliveries_max >= document_sockets_max, "one pointer is news for all");

}  // namespace homeroom::limits
