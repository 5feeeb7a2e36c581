// The data directory: private to the server's user, and one process's at a time.
#pragma once

#include <filesystem>

#include "base/result.h"

namespace homeroom::store {

// Makes it, mode 0700, if it is not there. One that is there keeps its mode.
Status make_data_directory(const std::filesystem::path& directory);

// The exclusive right to a data directory, held by a lock file while it lives. Moves between
// threads.
class DirectoryLock {
public:
    // Makes the directory if need be. `conflict`, with its process id, when another holds it.
    static Result<DirectoryLock> take(const std::filesystem::path& directory);
    ~DirectoryLock();
    DirectoryLock(DirectoryLock&&) noexcept;
    DirectoryLock& operator=(DirectoryLock&&) = delete;

private:
    explicit DirectoryLock(int fd) : fd_(fd) {}
    int fd_;
};

}  // namespace homeroom::store
