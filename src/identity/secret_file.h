// The signing secret that the server makes for itself.
//
// file := at least 32 bytes ["\n"]          `DIRECTORY/secret`, readable by its owner alone
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace homeroom::identity {

// The signing secret of this data directory: reads `directory/secret`, or makes it on first use (32
// random bytes as base64url and a newline, mode 0600, written aside, fsynced and linked into place,
// so that two processes that start at once agree on one). A file that others may read is refused
// with words that say how to mend it. Blocks; for the start, not for a loop.
Result<std::string> load_or_create_secret(const std::filesystem::path& directory);

}  // namespace homeroom::identity
