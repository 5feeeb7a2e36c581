// Where recovery logs are kept while the server is not running.
#pragma once

#include <string>

#include "base/result.h"
#include "homeroom/socketio/value.h"

namespace homeroom::socketio {

// By namespace. A file that is not there holds none.
Result<Json> load_recovery_file(const std::string& path);
// Once the server runs on what was read: one that ends without saving must never offer what is no
// longer true.
Status remove_recovery_file(const std::string& path);
Status save_recovery_file(const std::string& path, const Json& saved);

}  // namespace homeroom::socketio
