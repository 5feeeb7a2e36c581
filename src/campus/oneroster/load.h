// Rows of a file → records, one file at a time; duplicate ids are settled here.
#pragma once

#include <string_view>

#include "campus/oneroster/diagnostics.h"
#include "campus/oneroster/loaded.h"

namespace homeroom::campus::oneroster {

// `declared`: the manifest gives the mode; otherwise there is no manifest. In 1.1 users bring their
// affiliations.
void load_file(Kind kind, std::string_view text, Mode mode, bool declared, LoadedPackage& into,
               Diagnostics& diagnostics);

}  // namespace homeroom::campus::oneroster
