// What may be in an update before it is refused as too large.
#pragma once

#include <cstddef>

#include "base/limits.h"

namespace homeroom::yjs {

// Everything but the bytes themselves is counted while reading, before anything is kept of it.
struct DecodeLimits {
    std::size_t bytes_max;
    std::size_t structs_max;  // each takes about 130 bytes while an update is looked at
    std::size_t clients_max;  // of structs, and of deletions as well
    std::size_t ranges_max;   // of deletions
    std::size_t holes_max;    // Skip structs
    std::size_t depth_max;    // nesting of one value, JSON or lib0's
    std::size_t values_max;   // values in all, JSON or lib0's, nested ones included
};

// What a client may send at once. A reconnecting one sends hours of offline work as one update.
inline constexpr DecodeLimits update_limits{.bytes_max = 1 * limits::MiB,
                                            .structs_max = 100'000,
                                            .clients_max = 10'000,
                                            .ranges_max = 100'000,
                                            .holes_max = 1'000,
                                            .depth_max = 64,
                                            .values_max = 200'000};

// A whole document: as it is kept, and as a merge of what was sent may become.
inline constexpr DecodeLimits document_limits{.bytes_max = 64 * limits::MiB,
                                              .structs_max = 1'000'000,
                                              .clients_max = 100'000,
                                              .ranges_max = 1'000'000,
                                              .holes_max = 10'000,
                                              .depth_max = 64,
                                              .values_max = 10'000'000};

static_assert(update_limits.bytes_max < document_limits.bytes_max &&
                  update_limits.structs_max < document_limits.structs_max,
              "a document is made of updates");

inline constexpr std::size_t awareness_state_bytes_max = 4 * limits::KiB;  // of one client
inline constexpr std::size_t awareness_entries_max = 1'000;                // of one message
inline constexpr std::size_t awareness_clients_max = 2'000;                // of one document

// Placing one piece among its neighbours looks at those made concurrently at the same place. A
// hostile document can make that quadratic: a real one of 260,000 edits takes fewer steps than it
// has edits.
inline constexpr std::size_t document_steps_max = 50'000'000;
inline constexpr std::size_t document_pieces_max = 3'000'000;  // structs, cut where others refer
inline constexpr std::size_t document_depth_max = 64;          // types within types

}  // namespace homeroom::yjs
