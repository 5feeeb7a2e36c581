// Grades: what a student got for an item of a class.
//
//   grade:save                        a draft, for the class's staff only      writing.cpp
//   grade:publish, grade:publishAll   now the student sees it                  writing.cpp
//   grade:withdraw                    and now no longer                        writing.cpp
//   grade:list                                                                 reading.cpp
//   grade:publish of the platform's back end (POST /api/v1/grades)             writing.cpp
//
// Two views, never mixed: the student's (and his guardians', where the school lets them) has what
// is published and goes to his own room; the staff's has the draft, too, and goes to the class's
// staff room. Nothing about a grade ever goes to the room of a class.
//
// Whoever grades must be staff of the class at that moment. A person keeps his own grades: they
// stay readable for him when he has left the class, and staff may still correct them. Whoever is
// staff no longer sees none. To everybody else a grade is as one that never was.
#pragma once

#include <span>

#include "campus/personal_data.h"
#include "campus/surface.h"

namespace homeroom::features::grades {

void register_grades(campus::Surface& surface);
std::span<const store::Migration> grades_migrations();
// What it keeps of people (campus/personal_data.h).
campus::PersonalData personal_data();

}  // namespace homeroom::features::grades
