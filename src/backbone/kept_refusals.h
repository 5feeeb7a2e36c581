// What the backbone keeps of people: the words of a refused command may name one. That a command
// came, and under which code it is refused, stays: it must not be carried out when it comes again.
#pragma once

#include "campus/personal_data.h"

namespace homeroom::backbone {

campus::PersonalData personal_data();

}  // namespace homeroom::backbone
