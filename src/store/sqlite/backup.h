// Copies of a SQLite database, made while it is in use.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace homeroom::store {

// Copies the database as it is at one moment, whoever reads and writes it meanwhile, and sees that
// the copy is whole and on the disk. `to` must not be there; it is the owner's alone (0600). What
// fails leaves nothing behind.
Status copy_database(const std::filesystem::path& from, const std::filesystem::path& to);

// fsync(2) of a file or folder.
Status sync_path(const std::filesystem::path& path);

}  // namespace homeroom::store
