// What is kept of people beside the features: the roster's records, connections, the journal, the
// answers to keys, the audit log.
#pragma once

#include "campus/personal_data.h"

namespace homeroom::campus {

PersonalData own_personal_data();

// Whoever is named as `user` in a JSON value is nobody: {id, name} becomes the erased person's, and
// his id where it stands alone. Words are left as they are. Whether anything was changed.
bool replace_person(Json& value, std::string_view user);

}  // namespace homeroom::campus
