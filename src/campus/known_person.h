// Whether an id is anybody's: an operator who mistypes one must hear so, and not that nothing was
// ever sent to that person. On the connection that is given, on its thread.
#pragma once

#include <string_view>

#include "base/result.h"
#include "campus/roster/directory.h"
#include "store/store.h"

namespace homeroom::campus {

// On the roster, or with a trace where it can be looked up at once: the journal, his connections
// and requests. Of somebody who left long ago nothing but what he wrote may be left: that is false,
// too.
Result<bool> is_known_person(store::Database& db, const Directory& directory,
                             std::string_view user);

}  // namespace homeroom::campus
