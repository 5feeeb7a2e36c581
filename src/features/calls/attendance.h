// Who was in a call from when to when, as evidence: one open interval for each who is in it, and
// the closed ones behind it. Kept from the committed states of the call, in the transaction of
// each.
//
// Whoever lost his connection and came back in time was there all the while; who did not was there
// until he lost it. Another device or page of his is no interruption. After a server that was
// killed those who do not come back were there until it began anew.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "campus/attendance.h"
#include "features/calls/records.h"

namespace homeroom::features::calls {

// How it is now; `at`: the time of the command.
Status record_attendance(store::Database& db, const Record& record, std::string_view at);

// The people behind that place, at most `limit`.
Result<std::vector<campus::Attended>> attendance_of(store::Database& db, std::int64_t call,
                                                    std::int64_t after, std::size_t limit);

}  // namespace homeroom::features::calls
