// SQLite's online backup, in one step: it reads in one transaction of its own. In several, every
// commit between two of them would make it begin anew, and under load it would never end. The
// write-ahead log grows meanwhile, as with any long read.
#include "store/sqlite/backup.h"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <sqlite3.h>
#include <system_error>
#include <unistd.h>

#include "base/limits.h"
#include "store/database.h"

namespace homeroom::store {
namespace {

struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

Error system_error(const std::filesystem::path& path, int number) {
    const std::error_code reason(number, std::generic_category());
    return Error{number == ENOSPC || number == EDQUOT ? Code::unavailable : Code::internal,
                 fmt::format("cannot write {}: {}", path.string(), reason.message())};
}

Error sqlite_error(const std::filesystem::path& path, sqlite3* handle, int code) {
    const char* words = handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
    return Error{(code & 0xff) == SQLITE_FULL ? Code::unavailable : Code::internal,
                 fmt::format("{}: {} ({})", path.string(), words, code)};
}

Result<Handle> open_handle(const std::filesystem::path& file) {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &opened,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, nullptr);
    Handle handle(opened);
    if (code != SQLITE_OK) return sqlite_error(file, opened, code);
    sqlite3_busy_timeout(opened, static_cast<int>(limits::database_busy_timeout.count()));
    return handle;
}

Status make_empty(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) return system_error(file, errno);
    ::close(fd);
    return Ok{};
}

Status copy_pages(const std::filesystem::path& from, const std::filesystem::path& to) {
    TRY(const Handle source, open_handle(from));
    TRY(const Handle target, open_handle(to));
    sqlite3_backup* const backup = sqlite3_backup_init(target.get(), "main", source.get(), "main");
    if (backup == nullptr) return sqlite_error(to, target.get(), sqlite3_errcode(target.get()));
    const int stepped = sqlite3_backup_step(backup, -1);
    const int finished = sqlite3_backup_finish(backup);
    if (stepped != SQLITE_DONE) return sqlite_error(from, nullptr, stepped);
    if (finished != SQLITE_OK) return sqlite_error(to, target.get(), finished);
    // The copy is in WAL mode as the original is; without that nobody makes files beside it.
    const int code =
        sqlite3_exec(target.get(), "PRAGMA journal_mode = DELETE", nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return sqlite_error(to, target.get(), code);
    return Ok{};
}

Status check_copy(const std::filesystem::path& file) {
    TRY(Database db, Database::open({.file = file, .access = Access::read_only}));
    return db.check(Check::full);
}

}  // namespace

Status sync_path(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return system_error(path, errno);
    const int failed = ::fsync(fd) == 0 ? 0 : errno;
    ::close(fd);
    if (failed != 0) return system_error(path, failed);
    return Ok{};
}

Status copy_database(const std::filesystem::path& from, const std::filesystem::path& to) {
    TRY_OK(make_empty(to));
    Status status = copy_pages(from, to);
    if (status.ok()) status = check_copy(to);
    if (status.ok()) status = sync_path(to);
    if (status.ok()) return status;
    std::error_code ignored;
    std::filesystem::remove(to, ignored);
    return status;
}

}  // namespace homeroom::store
