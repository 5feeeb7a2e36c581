// Who may grade whom.
#pragma once

#include <string>

#include "base/result.h"
#include "campus/surface.h"

namespace homeroom::features::grades {

// The room of a class; nothing that could be another room.
std::string class_room_of(std::string_view class_id);

// Whether he may grade in this class now: its staff, and the platform's back end in any that there
// is. To outsiders every class is `not_found`; its other members get `forbidden`.
Status require_grader(const campus::Directory& directory, const campus::Principal& who,
                      const std::string& class_id);

// Whether somebody can get his first grade there: a member of the class who is not its staff.
Status require_student(const campus::Directory& directory, const std::string& student,
                       const std::string& class_id);

}  // namespace homeroom::features::grades
