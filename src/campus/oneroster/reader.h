// Reads a package from any source: manifest, files, and what they say of each other.
#pragma once

#include "campus/oneroster/diagnostics.h"
#include "campus/oneroster/package.h"
#include "campus/oneroster/source.h"

namespace homeroom::campus::oneroster {

// `diagnostics` holds what opening the source told.
Reading read_source(Source& source, Diagnostics diagnostics);

}  // namespace homeroom::campus::oneroster
