// SQLite: a file in WAL mode.
#pragma once

#include <memory>

#include "base/result.h"
#include "store/connection.h"

namespace homeroom::store {

struct DatabaseOptions;

Result<std::unique_ptr<Connection>> open_sqlite(const DatabaseOptions& options);

}  // namespace homeroom::store
