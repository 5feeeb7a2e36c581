// Attendance as one file: page after page of a request of the surface, as the one who asks may read
// them, and then all of it at once. Not more than table_bytes_max.
#pragma once

#include <string_view>

#include "api/attendance_csv.h"
#include "api/router.h"
#include "campus/roster/directory.h"
#include "campus/surface.h"

namespace homeroom::api {

struct AttendanceOf {
    std::string_view request{};  // "study:attendance"
    const char* kind = "";       // the field that names it, and the first column
    const char* title = "";      // the second column
    Attended (*attended)(const campus::Json& page) = nullptr;
};
// A handler of a path whose parameter is the id. `of` must outlive it.
Router::Handler attendance_table(campus::Surface& surface, const campus::Directory& directory,
                                 const AttendanceOf& of);

}  // namespace homeroom::api
