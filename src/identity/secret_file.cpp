// open(2), link(2) and fsync(2), with words for what goes wrong.
#include "identity/secret_file.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <stdlib.h>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "base/base64.h"
#include "base/ids.h"
#include "base/limits.h"

namespace homeroom::identity {
namespace {

using Path = std::filesystem::path;

Error failed(std::string_view doing, const Path& path, int number) {
    const std::error_code reason(number, std::generic_category());
    return Error{
        number == ENOSPC || number == EDQUOT ? Code::unavailable : Code::internal,
        fmt::format("signing secret: cannot {} {}: {}", doing, path.string(), reason.message())};
}

Error unfit(const Path& path, std::string_view why) {
    return Error{Code::invalid, fmt::format("signing secret: {} {}", path.string(), why)};
}

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    bool open() const { return fd_ >= 0; }
    int get() const { return fd_; }

private:
    int fd_;
};

// The file that is written aside: gone when this is, whether it was linked into place or not.
class Draft {
public:
    explicit Draft(const Path& beside)
        : name_(beside.string() + ".XXXXXX"), file_(::mkostemp(name_.data(), O_CLOEXEC)) {}
    ~Draft() {
        if (file_.open()) ::unlink(name_.c_str());
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    bool open() const { return file_.open(); }
    int descriptor() const { return file_.get(); }
    const std::string& name() const { return name_; }

private:
    std::string name_;
    Descriptor file_;
};

// Only its owner may read it: whoever can, can be anybody.
Status check_file(const struct stat& about, const Path& path) {
    if (!S_ISREG(about.st_mode)) return unfit(path, "is not a file");
    if (const auto mode = about.st_mode & 07777U; (mode & 077U) != 0) {
        return unfit(
            path, fmt::format("is open to others (mode {:04o}); mend it with: chmod 600 {}", mode,
                              path.string()));
    }
    return Ok{};
}

Result<std::string> read_all(int descriptor, const Path& path) {
    std::string text(limits::secret_file_bytes_max + 1, '\0');
    std::size_t have = 0;
    while (have < text.size()) {
        const ssize_t got = ::read(descriptor, text.data() + have, text.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed("read", path, errno);
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    if (have == text.size()) {
        return unfit(path, fmt::format("has more than {} bytes", limits::secret_file_bytes_max));
    }
    text.resize(have);
    return text;
}

void drop_line_end(std::string& text) {
    if (!text.ends_with('\n')) return;
    text.pop_back();
    if (text.ends_with('\r')) text.pop_back();
}

// Nothing when there is no such file.
Result<std::optional<std::string>> read_secret(const Path& path) {
    // Without blocking: a pipe of that name must not hold up the start.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.open() && errno == ENOENT) return std::optional<std::string>{};
    if (!file.open()) return failed("open", path, errno);
    struct stat about {};
    if (::fstat(file.get(), &about) != 0) return failed("examine", path, errno);
    TRY_OK(check_file(about, path));
    TRY(std::string secret, read_all(file.get(), path));
    drop_line_end(secret);
    if (secret.size() < limits::secret_bytes_min) {
        return unfit(path, fmt::format("has only {} bytes of the {} it needs; remove it, and a new "
                                       "one is made (tokens signed with the old one end)",
                                       secret.size(), limits::secret_bytes_min));
    }
    return std::optional{std::move(secret)};
}

Status write_all(int descriptor, std::string_view text, const Path& path) {
    while (!text.empty()) {
        const ssize_t written = ::write(descriptor, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return failed("write", path, errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return Ok{};
}

// A new name in a directory survives a crash only when the directory itself was flushed.
Status flush_directory(const Path& directory) {
    const Descriptor opened(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.open()) return failed("open", directory, errno);
    if (::fsync(opened.get()) != 0) return failed("flush", directory, errno);
    return Ok{};
}

// Afterwards the file is there and whole: ours, or that of a process that was quicker.
Status create_secret(const Path& directory, const Path& path) {
    const Draft draft(path);
    if (!draft.open() && errno == ENOENT) {
        return Error{Code::not_found, fmt::format("signing secret: the data directory {} does not "
                                                  "exist",
                                                  directory.string())};
    }
    if (!draft.open()) return failed("create a file in", directory, errno);
    // mkostemp() asks for 0600, from which a strange umask may have taken something.
    if (::fchmod(draft.descriptor(), 0600) != 0) return failed("protect", draft.name(), errno);
    TRY_OK(
        write_all(draft.descriptor(), base64::encode_url(random_bytes(32)) + "\n", draft.name()));
    if (::fsync(draft.descriptor()) != 0) return failed("flush", draft.name(), errno);
    // link(2), not rename(2): it never replaces, so the first to come decides for all.
    if (::link(draft.name().c_str(), path.c_str()) != 0 && errno != EEXIST) {
        return failed("create", path, errno);
    }
    return flush_directory(directory);
}

}  // namespace

Result<std::string> load_or_create_secret(const Path& directory) {
    const Path path = directory / "secret";
    TRY(auto existing, read_secret(path));
    if (existing) return *std::move(existing);
    TRY_OK(create_secret(directory, path));
    TRY(auto made, read_secret(path));
    if (made) return *std::move(made);
    return unfit(path, "is a link to nothing, or was removed while it was being made");
}

}  // namespace homeroom::identity
