// SQLite's files on the simulated disk (https://www.sqlite.org/vfs.html): files, their locks, and
// the memory that connections share about a write-ahead log, which is gone with the process.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <sqlite3.h>
#include <utility>

#include "disk.h"
#include "machine.h"
#include "trace.h"

namespace homeroom::simulation {
namespace {

constexpr std::int64_t sync_nanoseconds = 200'000;
constexpr int path_bytes_max = 512;

struct Handle;

// What the connections to one file have of it together.
struct Together {
    std::map<const Handle*, int> levels{};  // SQLITE_LOCK_…, of those that have any
    std::vector<std::unique_ptr<char[]>> regions{};
    struct Slot {
        std::set<const Handle*> shared{};
        const Handle* exclusive = nullptr;
    };
    std::array<Slot, SQLITE_SHM_NLOCK> slots{};
};

struct Handle {
    std::shared_ptr<Disk> disk{};
    std::shared_ptr<File> file{};
    std::shared_ptr<Together> together{};
    std::string name{};
    bool remove_at_close = false;
    int error = 0;  // errno of the last failure
};

struct OpenFile {
    sqlite3_file base;  // first: SQLite knows of nothing else
    Handle* handle;
};

std::shared_ptr<Disk>& disk_in_use() {
    static auto& disk = *new std::shared_ptr<Disk>;
    return disk;
}

std::map<const File*, std::weak_ptr<Together>>& known_together() {
    static auto& all = *new std::map<const File*, std::weak_ptr<Together>>;
    return all;
}

std::shared_ptr<Together> together_of(const File& file) {
    std::erase_if(known_together(), [](const auto& entry) { return entry.second.expired(); });
    auto& known = known_together()[&file];
    auto together = known.lock();
    if (!together) known = together = std::make_shared<Together>();
    return together;
}

Handle& handle_of(sqlite3_file* file) {
    return *reinterpret_cast<OpenFile*>(file)->handle;
}

int code_of(Handle& handle, Disk::Outcome outcome, int failure) {
    switch (outcome) {
        case Disk::Outcome::done: return SQLITE_OK;
        case Disk::Outcome::full: handle.error = ENOSPC; return SQLITE_FULL;
        case Disk::Outcome::failed:
        case Disk::Outcome::dead: break;
    }
    handle.error = EIO;
    return failure;
}

// --- One file ------------------------------------------------------------------------------------

int close_file(sqlite3_file* file) {
    Handle* const handle = &handle_of(file);
    handle->together->levels.erase(handle);
    if (handle->remove_at_close) handle->disk->remove(handle->name, true);
    delete handle;
    return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* to, int bytes, sqlite3_int64 at) {
    Handle& handle = handle_of(file);
    std::size_t got = 0;
    const std::span<char> room(static_cast<char*>(to), static_cast<std::size_t>(bytes));
    const auto outcome = handle.disk->read(*handle.file, static_cast<std::size_t>(at), room, got);
    if (outcome != Disk::Outcome::done) return code_of(handle, outcome, SQLITE_IOERR_READ);
    return got == room.size() ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int bytes, sqlite3_int64 at) {
    Handle& handle = handle_of(file);
    const auto outcome =
        handle.disk->write(*handle.file, static_cast<std::size_t>(at),
                           {static_cast<const char*>(from), static_cast<std::size_t>(bytes)});
    Machine::here().perhaps_let_others();
    return code_of(handle, outcome, SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    Handle& handle = handle_of(file);
    return code_of(handle, handle.disk->truncate(*handle.file, static_cast<std::size_t>(size)),
                   SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* file, int) {
    Handle& handle = handle_of(file);
    Machine::here().stand_still(sync_nanoseconds);
    Machine::here().perhaps_let_others();
    const auto outcome = handle.disk->sync(*handle.file);
    Machine::here().perhaps_let_others();
    return code_of(handle, outcome, SQLITE_IOERR_FSYNC);
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(handle_of(file).file->now.size());
    return SQLITE_OK;
}

int level_of(const Together& together, const Handle& handle) {
    const auto found = together.levels.find(&handle);
    return found == together.levels.end() ? SQLITE_LOCK_NONE : found->second;
}

int lock_file(sqlite3_file* file, int wanted) {
    Handle& handle = handle_of(file);
    Together& together = *handle.together;
    if (level_of(together, handle) >= wanted) return SQLITE_OK;
    const auto others_have = [&](int least) {
        return std::ranges::any_of(together.levels, [&](const auto& entry) {
            return entry.first != &handle && entry.second >= least;
        });
    };
    if (wanted == SQLITE_LOCK_SHARED && others_have(SQLITE_LOCK_PENDING)) return SQLITE_BUSY;
    if (wanted > SQLITE_LOCK_SHARED && others_have(SQLITE_LOCK_RESERVED)) return SQLITE_BUSY;
    if (wanted == SQLITE_LOCK_EXCLUSIVE && others_have(SQLITE_LOCK_SHARED)) {
        together.levels[&handle] = SQLITE_LOCK_PENDING;
        return SQLITE_BUSY;
    }
    together.levels[&handle] = wanted;
    return SQLITE_OK;
}

int unlock_file(sqlite3_file* file, int wanted) {
    Handle& handle = handle_of(file);
    auto& levels = handle.together->levels;
    if (level_of(*handle.together, handle) <= wanted) return SQLITE_OK;
    if (wanted == SQLITE_LOCK_NONE) {
        levels.erase(&handle);
    } else {
        levels[&handle] = wanted;
    }
    return SQLITE_OK;
}

int is_reserved(sqlite3_file* file, int* reserved) {
    *reserved = std::ranges::any_of(handle_of(file).together->levels, [](const auto& entry) {
        return entry.second >= SQLITE_LOCK_RESERVED;
    });
    return SQLITE_OK;
}

int control_file(sqlite3_file* file, int what, void* argument) {
    auto* const number = static_cast<int*>(argument);
    switch (what) {
        case SQLITE_FCNTL_LAST_ERRNO: *number = handle_of(file).error; return SQLITE_OK;
        case SQLITE_FCNTL_POWERSAFE_OVERWRITE: *number = 1; return SQLITE_OK;
        case SQLITE_FCNTL_PERSIST_WAL: *number = 0; return SQLITE_OK;
        default: return SQLITE_NOTFOUND;
    }
}

int sector_size(sqlite3_file*) {
    return static_cast<int>(sector_bytes);
}

int traits(sqlite3_file*) {
    return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

// --- The memory that connections share -----------------------------------------------------------

int map_memory(sqlite3_file* file, int region, int bytes, int make, void volatile** to) {
    auto& regions = handle_of(file).together->regions;
    const auto index = static_cast<std::size_t>(region);
    while (make != 0 && regions.size() <= index)
        regions.emplace_back(new char[static_cast<std::size_t>(bytes)]());
    *to = index < regions.size() ? regions[index].get() : nullptr;
    return SQLITE_OK;
}

int lock_memory(sqlite3_file* file, int first, int count, int flags) {
    const Handle& handle = handle_of(file);
    auto& slots = handle.together->slots;
    const std::span<Together::Slot> wanted(slots.data() + first, static_cast<std::size_t>(count));
    if ((flags & SQLITE_SHM_UNLOCK) != 0) {
        for (auto& slot : wanted) {
            slot.shared.erase(&handle);
            if (slot.exclusive == &handle) slot.exclusive = nullptr;
        }
        return SQLITE_OK;
    }
    const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (const auto& slot : wanted) {
        if (slot.exclusive != nullptr && slot.exclusive != &handle) return SQLITE_BUSY;
        const std::size_t mine = slot.shared.contains(&handle) ? 1 : 0;
        if (exclusive && slot.shared.size() > mine) return SQLITE_BUSY;
    }
    for (auto& slot : wanted) {
        if (exclusive) {
            slot.exclusive = &handle;
        } else {
            slot.shared.insert(&handle);
        }
    }
    return SQLITE_OK;
}

void order_memory(sqlite3_file*) {
    Machine::here().perhaps_let_others();
}

int unmap_memory(sqlite3_file* file, int) {
    const Handle& handle = handle_of(file);
    for (auto& slot : handle.together->slots) {
        slot.shared.erase(&handle);
        if (slot.exclusive == &handle) slot.exclusive = nullptr;
    }
    return SQLITE_OK;
}

const sqlite3_io_methods file_methods{
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = size_of_file,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = traits,
    .xShmMap = map_memory,
    .xShmLock = lock_memory,
    .xShmBarrier = order_memory,
    .xShmUnmap = unmap_memory,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

// --- The file system -----------------------------------------------------------------------------

int open_file(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_given) {
    file->pMethods = nullptr;
    auto handle = std::make_unique<Handle>();
    handle->disk = disk_in_use();
    if (!handle->disk || handle->disk->is_dead()) return SQLITE_CANTOPEN;
    if (name == nullptr) {
        handle->file = std::make_shared<File>();
    } else {
        handle->name = name;
        handle->file = handle->disk->open(name, (flags & SQLITE_OPEN_CREATE) != 0);
        if (!handle->file) return SQLITE_CANTOPEN;
        handle->remove_at_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0;
    }
    handle->together = together_of(*handle->file);
    if (flags_given != nullptr) *flags_given = flags;
    auto& opened = *reinterpret_cast<OpenFile*>(file);
    opened.handle = handle.release();
    opened.base.pMethods = &file_methods;
    return SQLITE_OK;
}

int remove_file(sqlite3_vfs*, const char* name, int for_sure) {
    const auto& disk = disk_in_use();
    if (!disk->has(name)) return SQLITE_IOERR_DELETE_NOENT;
    const bool done = disk->remove(name, for_sure != 0) == Disk::Outcome::done;
    return done ? SQLITE_OK : SQLITE_IOERR_DELETE;
}

int has_file(sqlite3_vfs*, const char* name, int, int* has) {
    *has = disk_in_use() && disk_in_use()->has(name) ? 1 : 0;
    return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int bytes, char* to) {
    const std::size_t length = std::strlen(name);
    if (length >= static_cast<std::size_t>(bytes)) return SQLITE_CANTOPEN;
    std::memcpy(to, name, length + 1);
    return SQLITE_OK;
}

int random_of(sqlite3_vfs*, int count, char* to) {
    for (int i = 0; i < count; ++i)
        to[i] = static_cast<char>(Machine::here().chance().next() & 0xFFU);
    return count;
}

int sleep_for(sqlite3_vfs*, int microseconds) {
    auto& machine = Machine::here();
    machine.wait({.until = Machine::Until::time,
                  .deadline = machine.steady() + std::int64_t{microseconds} * 1'000});
    return microseconds;
}

int time_now(sqlite3_vfs*, sqlite3_int64* milliseconds) {
    constexpr sqlite3_int64 unix_epoch = 24405875 * sqlite3_int64{8640000};  // in Julian days
    *milliseconds = unix_epoch + Machine::here().wall() / 1'000'000;
    return SQLITE_OK;
}

int day_now(sqlite3_vfs* vfs, double* days) {
    sqlite3_int64 milliseconds = 0;
    time_now(vfs, &milliseconds);
    *days = static_cast<double>(milliseconds) / 86'400'000.0;
    return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) {
    return EIO;
}

void register_with_sqlite() {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    static sqlite3_vfs vfs{};
    vfs.iVersion = 2;
    vfs.szOsFile = sizeof(OpenFile);
    vfs.mxPathname = path_bytes_max;
    vfs.zName = "simulation";
    vfs.xOpen = open_file;
    vfs.xDelete = remove_file;
    vfs.xAccess = has_file;
    vfs.xFullPathname = full_name;
    vfs.xRandomness = random_of;
    vfs.xSleep = sleep_for;
    vfs.xCurrentTime = day_now;
    vfs.xGetLastError = last_error;
    vfs.xCurrentTimeInt64 = time_now;
    if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK) fail("SQLite does not take the disk");
}

}  // namespace

void use_disk(std::shared_ptr<Disk> disk) {
    static const bool once = (register_with_sqlite(), true);
    static_cast<void>(once);
    disk_in_use() = std::move(disk);
}

}  // namespace homeroom::simulation
