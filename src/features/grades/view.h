// Grades and the events about them in the contract's JSON. The student's view and the staff's are
// two functions, so that neither can become the other by a flag.
#pragma once

#include "campus/surface.h"
#include "features/grades/records.h"

namespace homeroom::features::grades {

// Of a published grade.
campus::Json student_view(const campus::Directory& directory, const Grade& grade);
campus::Json staff_view(const campus::Directory& directory, const Grade& grade);

// Each of these makes the journal forget what it last said to the same people about this grade: it
// keeps the last word only, so nobody is ever replayed a mark that was corrected or taken back.
Status tell_student(campus::WriteCall& call, const Grade& grade);  // what is published now
Status retract(campus::WriteCall& call, const Grade& grade);       // that it is no longer
Status tell_staff(campus::WriteCall& call, const Grade& grade);

}  // namespace homeroom::features::grades
