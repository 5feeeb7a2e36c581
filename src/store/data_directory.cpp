// mkdir(2) and flock(2) with words for what goes wrong.
#include "store/data_directory.h"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace homeroom::store {
namespace {

Error directory_error(const std::filesystem::path& path, std::string_view doing, int number) {
    const std::error_code reason(number, std::generic_category());
    return Error{
        number == ENOSPC || number == EDQUOT ? Code::unavailable : Code::internal,
        fmt::format("data directory: cannot {} {}: {}", doing, path.string(), reason.message())};
}

// Whoever holds the lock has written its process id there; a moment after it took it.
std::string holder_of(int fd) {
    std::array<char, 32> text{};
    const ssize_t length = ::pread(fd, text.data(), text.size(), 0);
    const std::string_view pid(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    const std::size_t end = pid.find('\n');
    if (end == 0 || end == std::string_view::npos) return "another process";
    return fmt::format("process {}", pid.substr(0, end));
}

}  // namespace

Status make_data_directory(const std::filesystem::path& directory) {
    std::error_code failed;
    const auto parent = std::filesystem::absolute(directory, failed).parent_path();
    if (!failed) std::filesystem::create_directories(parent, failed);
    if (failed) return directory_error(parent, "make", failed.value());
    if (::mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
        return directory_error(directory, "make", errno);
    }
    if (!std::filesystem::is_directory(directory, failed)) {
        return directory_error(directory, "use", failed ? failed.value() : ENOTDIR);
    }
    if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0) {
        return directory_error(directory, "use", errno);
    }
    return Ok{};
}

Result<DirectoryLock> DirectoryLock::take(const std::filesystem::path& directory) {
    TRY_OK(make_data_directory(directory));
    const auto file = directory / "lock";
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return directory_error(file, "open", errno);
    DirectoryLock lock(fd);
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return directory_error(file, "lock", errno);
        return Error{Code::conflict, fmt::format("data directory: {} is in use by {}",
                                                 directory.string(), holder_of(fd))};
    }
    const std::string pid = fmt::format("{}\n", ::getpid());
    if (::ftruncate(fd, 0) != 0 ||
        ::pwrite(fd, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
        return directory_error(file, "write", errno);
    }
    return lock;
}

// The file stays: removing it would let two processes hold locks of two files of that name.
DirectoryLock::~DirectoryLock() {
    if (fd_ >= 0) ::close(fd_);
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

}  // namespace homeroom::store
