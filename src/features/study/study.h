// Study sessions: people of a class or group who study at the same time.
//
//   study:create, :update, :start, :end    writing.cpp, ending.cpp
//   study:get, :list, :attendance          reading.cpp
//   study:join, :leave                     joining.cpp, from live.cpp
//   study:state, :hand                     sharing.cpp, from live.cpp
//   study:divide, :gather, :move           breakouts.cpp, from live.cpp
//   phases, breakout rooms and absences that end by the clock: timekeeping.cpp
//
// That a session is made, starts and ends is told to its room, in the journal; what happens in it,
// to those who are in it, and it is not in the journal. It is in the store all the same, so that a
// session goes on where it was when the server comes back. Rules: rules.h; attendance:
// attendance.h; docs/decisions/0022-study.md says why.
#pragma once

#include <span>

#include "campus/personal_data.h"
#include "campus/schedule.h"
#include "campus/surface.h"

namespace homeroom::features::study {

void register_study(campus::Surface& surface);
void register_study(campus::Schedule& schedule);
std::span<const store::Migration> study_migrations();
// What it keeps of people (campus/personal_data.h).
campus::PersonalData personal_data();

}  // namespace homeroom::features::study
