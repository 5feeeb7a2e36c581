// What records say of records in other files: that they are there, that nothing is its own
// ancestor, that types fit.
//
// A target is looked for only where its file is bulk, and so the whole truth; the rest is left to
// the change set, which knows what is stored. The tolerant profile skips a record that means
// nothing without its target, and blanks the reference where it does.
#pragma once

#include "campus/oneroster/diagnostics.h"
#include "campus/oneroster/loaded.h"

namespace homeroom::campus::oneroster {

void check_references(LoadedPackage& package, Diagnostics& diagnostics);

}  // namespace homeroom::campus::oneroster
