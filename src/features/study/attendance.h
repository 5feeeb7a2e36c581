// Who was in a session from when to when: one open interval for each person who is in it, however
// many devices he is in it with, and the closed ones behind it.
//
//   joined ──▶ there ──connection lost──▶ away ──back within the grace──▶ there (the same interval)
//                └──left, removed, session ended──▶ closed    └──not back──▶ closed, when he was
//                lost
//
// A connection that is lost is not a departure until the grace is over; then it was one from the
// moment it was lost. Rows; in the writer's transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "campus/attendance.h"
#include "store/store.h"

namespace homeroom::features::study {

enum class Departure : std::uint8_t { left, lost, removed, ended };

struct Presence {  // an open interval
    std::int64_t row = 0;
    std::string user{};
    std::string joined_at{};
    std::string away_since{};  // empty: there
    std::string away_until{};

    bool away() const { return !away_since.empty(); }
};

Result<std::vector<Presence>> present_in(store::Database& db, std::string_view session);
Result<std::optional<Presence>> presence_of(store::Database& db, std::string_view session,
                                            std::string_view user);

// He is there from now on, or still. Whoever has been away for too long has departed before.
enum class Arrival : std::uint8_t { joined, back, was_there };
struct Attendee {
    std::string_view session;
    std::string_view user;
    std::string_view name;
};
Result<Arrival> arrive(store::Database& db, const Attendee& who, WallTime now);
// His last connection is lost. False: he is not there.
Result<bool> lose(store::Database& db, std::string_view session, std::string_view user,
                  WallTime now, std::chrono::milliseconds grace);
// Whoever is away was there until then, everybody else until now.
Status depart(store::Database& db, const Presence& who, Departure how, WallTime now);

// After a start: of a session whose people were there until `seen` at least. They have the grace
// anew, from now on.
Status await_all(store::Database& db, std::string_view session, std::string_view seen,
                 WallTime until);

// The people behind that place, at most `limit`.
Result<std::vector<campus::Attended>> attendance_of(store::Database& db, std::string_view session,
                                                    std::int64_t after, std::size_t limit);

}  // namespace homeroom::features::study
