#include "features/grades/rules.h"

#include "campus/roster/room_name.h"

namespace homeroom::features::grades {

std::string class_room_of(std::string_view class_id) {
    // An id that ends in "/staff" would be the name of a sub-room.
    return campus::is_valid_id(class_id) ? campus::room_name(campus::RoomKind::class_room, class_id)
                                         : std::string{};
}

Status require_grader(const campus::Directory& directory, const campus::Principal& who,
                      const std::string& class_id) {
    const std::string room = class_room_of(class_id);
    const Error unknown{Code::not_found, "there is no such class", "class"};
    if (room.empty()) return unknown;
    if (who.service) return directory.class_(class_id) ? Status{Ok{}} : unknown;
    if (directory.is_staff(who.user, room)) return Ok{};
    if (!directory.is_member(who.user, room)) return unknown;
    return Error{Code::forbidden, "only the class's staff may grade", "class"};
}

Status require_student(const campus::Directory& directory, const std::string& student,
                       const std::string& class_id) {
    const std::string room = class_room_of(class_id);
    if (directory.is_member(student, room) && !directory.is_staff(student, room)) return Ok{};
    return Error{Code::not_found, "there is no such student in this class", "student"};
}

}  // namespace homeroom::features::grades
