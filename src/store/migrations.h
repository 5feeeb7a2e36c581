// Bringing a database to this version's schema.
#pragma once

#include <span>

#include "base/result.h"
#include "store/store.h"

namespace homeroom::store {

// Runs those of `migrations` that have not run yet, in order, each in a transaction of its own.
// `conflict`, and nothing is changed, when one has run that is not among them.
Status migrate(Database& db, std::span<const Migration> migrations);

}  // namespace homeroom::store
