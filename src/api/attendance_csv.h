// The attendance of a study session or a call as a table for spreadsheets: RFC 4180, a row for each
// interval.
#pragma once

#include <string>
#include <string_view>

#include "campus/surface.h"

namespace homeroom::api {

// What somebody was in: its id, and what tells people which it was.
struct Attended {
    std::string id{};
    std::string title{};
};
Attended attended_session(const campus::Json& page);
Attended attended_call(const campus::Json& page);

// `kind` and `title`: what the first two columns are called.
std::string attendance_csv_head(std::string_view kind, std::string_view title);
// The rows of one page of study:attendance or call:attendance.
std::string attendance_csv_rows(const Attended& in, const campus::Json& page);

}  // namespace homeroom::api
