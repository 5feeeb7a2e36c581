// Notifications as they are stored: what somebody may be notified of (a source), and who is (a row
// for each). What is shown as one is put together when it is shown (view.h), never here.
//
// Ids of one user's notifications ascend, whatever the clock does: "up to this one" is a
// comparison.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/notifications/rules.h"
#include "store/store.h"

namespace homeroom::features::notifications {

struct Source {
    std::int64_t row = 0;
    Kind kind{};
    std::string subject{};
    std::string room{};
    std::string collapse{};
    std::string audience{};  // campus::Audience::to_text: who may see it
    std::string actor{};     // JSON
    std::string target{};    // JSON
    std::string at{};
    store::Seq seq = 0;  // of the event that told of it
};

// One notification of a user.
struct Notification {
    std::string id{};
    bool read = false;
    Source source{};
};

// The source of a notice, made with its event's first step and found again with the others.
Result<Source> source_of(store::Transaction& transaction, const store::JournalEvent& event,
                         const Notice& notice);
// Whether somebody was told of this already.
Result<bool> was_told(store::Database& db, std::string_view user, const Source& source);

// Adds one and drops the oldest beyond limits::notifications_per_user_max. Gives its id.
Result<std::string> add_notification(store::Transaction& transaction, std::string_view user,
                                     const Source& source);

// A user's, newest first: all of them, or those not read. Of what is gone by now none, also before
// the follower has come to it.
Result<std::vector<Notification>> load_all(store::Database& db, std::string_view user);
Result<std::vector<Notification>> load_unread(store::Database& db, std::string_view user);

// Up to which of his the user has seen that they are there; empty: none.
Result<std::string> seen_up_to(store::Database& db, std::string_view user);
// Never goes back. Whether it moved.
Result<bool> move_seen(store::Database& db, std::string_view user, std::string_view up_to);

// Marks as read what is not newer than `up_to`; with `collapse`, only of that. How many were not.
Result<std::int64_t> mark_read(store::Transaction& transaction, std::string_view user,
                               std::string_view up_to, std::string_view collapse);

// Drops what is older than `before` (RFC 3339), at most so many rows of each kind. How many.
inline constexpr std::int64_t dropped_at_once_max = 1'000;  // rows, so that the writer is not kept
Result<std::int64_t> drop_old(store::Database& db, std::string_view before, std::int64_t rows_max);

}  // namespace homeroom::features::notifications
