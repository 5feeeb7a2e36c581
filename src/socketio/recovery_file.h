// Where recovery logs are kept while the server is not running.
#pragma once

#include <string>

#include "base/result.h"
#include "homeroom/socketio/value.h"

namespace homeroom::socketio {

// By namespace. A file that is not there holds none; it is removed once it is read, so that a
// server that ends without saving never offers what is no longer true.
Result<Json> load_recovery_file(const std::string& path);
Status save_recovery_file(const std::string& path, const Json& saved);

}  // namespace homeroom::socketio
