// Announcements as they are stored, and how one is found by somebody who may see it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "campus/audience.h"
#include "store/database.h"

namespace homeroom::features::announcements {

struct Announcement {
    std::int64_t row = 0;
    std::string id{};
    std::string room{};        // "class-x", or "class-x/staff"
    std::string staff_room{};  // "class-x/staff" of both
    std::string author{};
    std::string author_name{};  // as it was when it was written
    std::string title{};
    std::string text{};
    bool require_ack = false;
    std::string created_at{};
    std::string edited_at{};     // empty: never
    std::string publish_at{};    // empty: at once
    std::string published_at{};  // empty: not yet
    bool held = false;           // its time came, and its author was staff no longer

    bool published() const { return !published_at.empty(); }
    // Who may see it now.
    campus::Audience audience() const {
        return campus::Audience::members(published() ? room : staff_room);
    }
    campus::Audience staff() const { return campus::Audience::members(staff_room); }
};

Result<std::optional<Announcement>> load_announcement(store::Database& db, std::string_view id);

// The one that the request's field `announcement` names, if `user` may see it at this moment; else
// `not_found`. Judged behind the read.
Result<Announcement> visible_announcement(store::Database& db, const campus::Directory& directory,
                                          std::string_view user, std::string_view id);

Status insert_announcement(store::Database& db, const Announcement& announcement);
// All but where, by whom and when it was written.
Status change_announcement(store::Database& db, const Announcement& announcement);
// The same, and to the head of its room's list.
Status move_to_head(store::Database& db, const Announcement& announcement);
Status erase_announcement(store::Database& db, std::string_view id);
Result<std::int64_t> count_waiting(store::Database& db, std::string_view room);

// Those to `rooms` that are published, or whose staff room is one of `staff_rooms`; newest first.
struct ListQuery {
    std::vector<std::string> rooms{};
    std::vector<std::string> staff_rooms{};
    std::int64_t before = INT64_MAX;  // rows older than this
    std::size_t limit = 0;
};
Result<std::vector<Announcement>> load_announcements(store::Database& db, const ListQuery& query);

// When this user acknowledged; nothing when he has not.
Result<std::optional<std::string>> acknowledged_at(store::Database& db, std::string_view id,
                                                   std::string_view user);

}  // namespace homeroom::features::announcements
