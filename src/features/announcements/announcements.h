// Announcements to a class, a course, an institution, or to their staff; and the platform's alerts.
//
//   announcement:create, :update, :withdraw          writing.cpp
//   what was to be published later                   publishing.cpp
//   announcement:ack, :acks                          acknowledging.cpp
//   announcement:list                                reading.cpp
//   alert of the platform's back end                 alerts.cpp
//
// Rules: the staff of a room announce there; the author changes his own, and any of the staff
// withdraws, all as long as they are staff. What is published is seen by the room as it is now.
// What is not published yet, and who has acknowledged, is seen by the staff alone. When its time
// comes the author must still be staff, or it is held: nobody sees more of it, and the staff are
// told.
#pragma once

#include <span>

#include "campus/personal_data.h"
#include "campus/schedule.h"
#include "campus/surface.h"

namespace homeroom::features::announcements {

void register_announcements(campus::Surface& surface);
void register_announcements(campus::Schedule& schedule);
std::span<const store::Migration> announcements_migrations();
// What it keeps of people (campus/personal_data.h).
campus::PersonalData personal_data();

}  // namespace homeroom::features::announcements
