#include "features/study/study.h"

#include "features/study/ending.h"
#include "features/study/records.h"
#include "features/study/requests.h"
#include "features/study/room.h"

namespace homeroom::features::study {

std::span<const store::Migration> study_migrations() {
    return migrations_of_records();
}

void register_study(campus::Surface& surface) {
    surface.write("study:create", create_session);
    surface.write("study:update", update_session);
    surface.write("study:start", start_session);
    surface.write("study:end", end_session);
    surface.read("study:get", get_session);
    surface.read("study:list", list_sessions);
    surface.read("study:attendance", list_attendance);
    surface.rooms().add(room_prefix, is_in_room);
}

void register_study(campus::Schedule& schedule) {
    schedule.on(reminder_kind, remind_due);
    schedule.on(unstarted_kind, cancel_due);
    schedule.on(length_kind, end_long_due);
    schedule.on(empty_kind, end_empty_due);
}

}  // namespace homeroom::features::study
