// What documents may use at most. What is in one update or one document beside this:
// yjs/limits.h.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/limits.h"
#include "yjs/limits.h"

namespace homeroom::limits {

inline constexpr std::size_t document_title_bytes_max = 200;
inline constexpr std::int64_t documents_per_room_max = 2'000;
inline constexpr std::int64_t documents_created_per_day_max = 100;  // by one user
inline constexpr std::int64_t document_people_max = 500;  // with a role of their own in one
inline constexpr std::size_t documents_page_max = 100;
inline constexpr std::size_t documents_page_default = 20;

// --- Content.
inline constexpr std::size_t document_bytes_max = yjs::document_limits.bytes_max;
// Far fewer than can be read: each costs memory as long as the document is open, and every merge.
inline constexpr std::size_t document_holes_max = 1'000;
// Stretches of units and deletions of one document, 24 bytes each.
inline constexpr std::size_t document_stretches_max = 500'000;
inline constexpr std::int64_t document_clients_max = 50'000;  // each page load of an editor is one
inline constexpr std::int64_t document_clients_per_user_max = 5'000;
// New ones of one update: that of a document that was brought along has those of all its history.
inline constexpr std::size_t document_clients_at_once_max = 1'000;
// Updates behind the snapshot; more wait for a compaction that does not come.
inline constexpr std::size_t document_updates_behind_max = 20'000;

// --- Whiteboards.
inline constexpr std::size_t document_shape_id_bytes_max = 128;
inline constexpr std::size_t document_shapes_at_once_max = 1'000;         // new ones of one update
inline constexpr std::size_t document_shape_value_bytes_max = 128 * KiB;  // a stroke's points
inline constexpr std::size_t document_shapes_page_max = 1'000;            // whose they are
inline constexpr std::size_t document_shapes_page_default = 200;

// --- Compaction: so many updates, or so many bytes and an eighth of the snapshot.
inline constexpr std::size_t document_compacted_updates = 500;
inline constexpr std::size_t document_compacted_bytes = 1 * MiB;
// Of those that nobody has open: at each housekeeping.
inline constexpr std::size_t documents_compacted_at_once = 10;
// What could not be made small is not tried again for so long.
inline constexpr std::chrono::milliseconds documents_rest = std::chrono::hours{1};

// --- While they are open.
inline constexpr std::size_t documents_per_socket_max = 32;
inline constexpr std::size_t document_sockets_max = 1'000;  // that have one document open
inline constexpr std::chrono::milliseconds document_idle = std::chrono::minutes{1};
// What is known of all open documents together, in stretches.
inline constexpr std::size_t documents_known_stretches_max = 4'000'000;
inline constexpr std::size_t documents_cached_bytes_max = 64 * MiB;  // whole ones, for who comes
// A larger difference goes in parts of this size, each when the one before was acknowledged.
inline constexpr std::size_t document_part_bytes_max = 512 * KiB;
inline constexpr std::size_t documents_sending_bytes_max = 128 * MiB;  // to all, in parts
inline constexpr std::chrono::milliseconds document_part_wait = std::chrono::seconds{60};
// Updates that wait to be judged, taken apart.
inline constexpr std::size_t document_pending_bytes_per_user_max = 64 * MiB;
inline constexpr std::size_t documents_pending_bytes_max = 512 * MiB;
inline constexpr std::chrono::milliseconds awareness_interval{80};  // between a document's news
inline constexpr std::chrono::milliseconds awareness_check_interval = std::chrono::seconds{3};
inline constexpr std::size_t awareness_clients_per_socket_max = 4;  // of one document
// States times receivers, between a document's news: a class of which everybody moves is shown each
// other less often. Who presents comes first.
inline constexpr std::size_t awareness_deliveries_max = 12'000;

// --- History.
// What one person writes without so long a break, or takes out, is one entry.
inline constexpr std::chrono::seconds document_edit_joined{120};
inline constexpr std::size_t document_deletion_bytes_max = 4 * KiB;  // of one entry
inline constexpr std::int64_t document_versions_max = 500;           // of one document
inline constexpr std::size_t document_version_title_bytes_max = 200;
inline constexpr std::size_t document_version_bytes_max = 4 * MiB;
// Versions are made on the writer: of what is read in some tens of milliseconds. It is structs that
// take the time, and six bytes may be one.
inline constexpr std::size_t document_version_source_bytes_max = 8 * MiB;
inline constexpr std::size_t document_version_source_structs_max = 200'000;
inline constexpr std::size_t document_deletion_ranges_told_max = 1'000;  // of one entry
inline constexpr std::size_t document_template_bytes_max = 8 * MiB;  // as are copies of templates
inline constexpr std::size_t document_deletions_page_max = 200;
inline constexpr std::size_t document_deletions_page_default = 50;
inline constexpr std::size_t document_root_bytes_max = 200;         // the name of a type
inline constexpr std::size_t document_answer_bytes_max = 16 * MiB;  // text or authors in one answer

static_assert(document_holes_max < yjs::document_limits.holes_max,
              "what is kept can be read again");
static_assert(document_stretches_max < yjs::document_limits.ranges_max,
              "what is kept can be read again");
static_assert(document_clients_max < static_cast<std::int64_t>(yjs::document_limits.clients_max),
              "what is kept can be read again");
static_assert(awareness_deliveries_max >= document_sockets_max,
              "at least one state is news for all");
static_assert(document_part_bytes_max < send_queue_bytes_max / 4,
              "a part leaves room for what comes live");

}  // namespace homeroom::limits
