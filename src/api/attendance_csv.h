// The attendance of a study session as a table for spreadsheets: RFC 4180, a row for each interval.
#pragma once

#include <string>

#include "campus/surface.h"

namespace homeroom::api {

std::string attendance_csv_head();
// The rows of one page of study:attendance.
std::string attendance_csv_rows(const campus::Json& page);

}  // namespace homeroom::api
