// PostgreSQL: a schema of a database on a server that may go away at any moment and come back.
//
// One process writes. It holds an advisory lock while its session lives, so that a second one is
// refused at its start; and the row store_writer has the number of its reign (epoch), which every
// transaction of its own finds unchanged or does nothing. So a process that was away, and in whose
// absence another has written, never writes again.
//
// A lost session is made anew at the next begin(), not more often than after a growing wait. Until
// then begin() is `unavailable` at once.
//
// Whether a commit took place whose answer was lost is known by what stands in store_writer: each
// transaction that writes puts its number there (batch). It is asked when the lock has been taken
// anew: then the old session is gone, and with it every doubt.
#pragma once

#include <memory>

#include "base/result.h"
#include "store/connection.h"

namespace homeroom::store {

struct DatabaseOptions;

Result<std::unique_ptr<Connection>> open_postgres(const DatabaseOptions& options);

}  // namespace homeroom::store
