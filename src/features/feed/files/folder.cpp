#include "features/feed/files/folder.h"

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <pthread.h>
#include <unistd.h>
#include <utility>

#include "base/ids.h"
#include "base/limits.h"
#include "base/log.h"
#include "store/data_directory.h"

namespace homeroom::features::feed {
namespace {

constexpr std::int64_t tidied_at_once_max = 1'000;

Error unknown() {
    return Error{Code::not_found, "there is no such attachment", "attachment"};
}

Error too_many_at_once() {
    return Error{Code::rate_limited, "too many files at once; wait for the others", "",
                 std::chrono::seconds{1}};
}

Error disk_error() {
    return Error{Code::unavailable, "the file could not be kept or read"};
}

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

Status may_keep(store::Database& db, const campus::Directory& directory, const std::string& user,
                const std::string& id, std::size_t bytes) {
    TRY(const auto file, load_file(db, id));
    if (!file || file->uploader != user || !directory.is_member(user, file->room)) return unknown();
    if (file->complete) return Error{Code::conflict, "it was uploaded already", "attachment"};
    if (static_cast<std::size_t>(file->bytes) == bytes) return Ok{};
    return Error{Code::invalid, "it has other bytes than were announced", "bytes"};
}

}  // namespace

Result<std::unique_ptr<FileFolder>> FileFolder::open(std::filesystem::path folder,
                                                     store::Store& store,
                                                     const campus::Directory& directory) {
    TRY_OK(store::make_data_directory(folder));
    TRY(auto key, link_key(store.db()));
    std::unique_ptr<FileFolder> made{
        new FileFolder(std::move(folder), std::move(key), store, directory)};
    made->thread_ = std::thread([self = made.get()] { self->work(); });
    pthread_setname_np(made->thread_.native_handle(), "files");
    return made;
}

FileFolder::FileFolder(std::filesystem::path folder, std::string key, store::Store& store,
                       const campus::Directory& directory)
    : folder_(std::move(folder)), key_(std::move(key)), store_(store), directory_(directory) {}

FileFolder::~FileFolder() {
    stop();
}

void FileFolder::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    if (thread_.joinable()) thread_.join();
}

bool FileFolder::run(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || jobs_.size() >= limits::file_jobs_max) return false;
        jobs_.push_back(std::move(job));
    }
    woken_.notify_one();
    return true;
}

// What waits when it stops is still done: each has an answer to give.
void FileFolder::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        woken_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
        if (jobs_.empty()) return;
        const auto job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
        lock.lock();
    }
}

bool FileFolder::begin(const std::string& user) {
    const std::lock_guard lock(mutex_);
    std::size_t& count = under_way_[user];
    if (count == file_jobs_per_user_max) return false;
    ++count;
    return true;
}

void FileFolder::end(const std::string& user) {
    const std::lock_guard lock(mutex_);
    const auto found = under_way_.find(user);
    if (--found->second == 0) under_way_.erase(found);
}

// --- Keeping ---

// Until the first is marked complete a second would find that it may, and take its place.
void FileFolder::keep(const std::string& user, const std::string& id, std::string bytes,
                      Kept told) {
    if (!begin(user)) return told(too_many_at_once());
    {
        std::unique_lock lock(mutex_);
        if (!being_kept_.insert(id).second) {
            lock.unlock();
            end(user);
            return told(Error{Code::conflict, "it is being sent already", "attachment"});
        }
    }
    const Kept kept = [this, user, id, told = std::move(told)](Status status) {
        {
            const std::lock_guard lock(mutex_);
            being_kept_.erase(id);
        }
        end(user);
        told(std::move(status));
    };
    const auto shared = std::make_shared<const std::string>(std::move(bytes));
    const bool taken = store_.submit_read(
        [this, user, id, shared, kept](Result<store::Database*> db) {
            if (!db.ok()) return kept(db.error());
            if (auto may = may_keep(**db, directory_, user, id, shared->size()); !may.ok())
                return kept(std::move(may));
            const bool queued = run([this, id, shared, kept] {
                if (auto written = write_file(id, *shared); !written.ok())
                    return kept(std::move(written));
                mark_complete(id, kept);
            });
            if (!queued) kept(campus::too_much_to_do());
        },
        store::owner_of(user));
    if (!taken) kept(campus::too_much_to_do());
}

// Beside it and renamed, so that what stands under its name is whole, whatever ends the process.
Status FileFolder::write_file(const std::string& id, std::string_view bytes) const {
    const auto place = folder_ / id;
    const auto beside = folder_ / (id + "." + random_id20());
    const int file = ::open(beside.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (file < 0) return disk_error();
    const bool written = write_all(file, bytes) && ::fsync(file) == 0;
    ::close(file);
    std::error_code failed;
    if (written) std::filesystem::rename(beside, place, failed);
    if (written && !failed) return Ok{};
    std::error_code ignored;
    std::filesystem::remove(beside, ignored);
    return disk_error();
}

void FileFolder::mark_complete(const std::string& id, Kept kept) {
    const bool taken = store_.submit({
        .work = [id](store::Transaction& transaction) -> Status {
            auto mark = transaction.db().statement(
                "UPDATE files SET complete = 1 WHERE id = ? AND complete = 0");
            mark.bind(1, std::string_view{id});
            TRY_OK(mark.run());
            // Gone meanwhile: its bytes go with what is tidied.
            if (transaction.db().changes() > 0) return Ok{};
            TRY_OK(transaction.db()
                       .statement("INSERT OR IGNORE INTO files_gone (id) SELECT ?1 "
                                  "WHERE NOT EXISTS (SELECT 1 FROM files WHERE id = ?1)")
                       .bind(1, std::string_view{id})
                       .run());
            return Ok{};
        },
        .done = [kept](const Status& status) { kept(status); },
    });
    if (!taken) kept(campus::too_much_to_do());
}

// --- Reading ---

bool FileFolder::is_signed(const std::string& id, const FileLink& link) const {
    return is_valid(link, key_, id, wall_now());
}

Result<File> FileFolder::file_of_link(store::Database& db, const std::string& id,
                                      const FileLink& link) const {
    TRY(auto file, load_file(db, id));
    if (!file || !file->complete) return unknown();
    TRY(const bool may, may_have(db, directory_, *file, link.user));
    if (!may) return unknown();
    return std::move(*file);
}

void FileFolder::read(const std::string& id, const FileLink& link, Read told) {
    if (!is_signed(id, link)) return told(unknown());
    if (!begin(link.user)) return told(too_many_at_once());
    const Read read = [this, user = link.user, told = std::move(told)](Result<Content> content) {
        end(user);
        told(std::move(content));
    };
    const bool taken = store_.submit_read(
        [this, id, link, read](Result<store::Database*> db) {
            auto file = db.ok() ? file_of_link(**db, id, link) : Result<File>{db.error()};
            if (!file.ok()) return read(file.error());
            const bool queued = run([this, file = *file, read] {
                auto bytes = read_file(file);
                if (!bytes.ok()) return read(bytes.error());
                read(Content{file, std::move(*bytes)});
            });
            if (!queued) read(campus::too_much_to_do());
        },
        store::owner_of(link.user));
    if (!taken) read(campus::too_much_to_do());
}

Result<std::string> FileFolder::read_file(const File& file) const {
    std::ifstream stream{folder_ / file.id, std::ios::binary};
    std::string bytes(static_cast<std::size_t>(file.bytes), '\0');
    stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!stream) {
        log::error("an attachment's file cannot be read id={}", file.id);
        return disk_error();
    }
    return bytes;
}

// --- Tidying ---

void FileFolder::tidy() {
    const auto gone = std::make_shared<std::vector<std::string>>();
    store_.submit({
        .work = [gone](store::Transaction& transaction) -> Status {
            auto& db = transaction.db();
            const std::string before = to_rfc3339(wall_now() - limits::file_unused_time);
            TRY_OK(db.statement("INSERT OR IGNORE INTO files_gone (id) SELECT id FROM files "
                                "WHERE post IS NULL AND created_at < ?")
                       .bind(1, std::string_view{before})
                       .run());
            TRY_OK(db.statement("DELETE FROM files WHERE post IS NULL AND created_at < ?")
                       .bind(1, std::string_view{before})
                       .run());
            auto select = db.statement("SELECT id FROM files_gone LIMIT ?");
            select.bind(1, tidied_at_once_max);
            while (true) {
                TRY(const bool more, select.step());
                if (!more) return Ok{};
                gone->emplace_back(select.text(0));
            }
        },
        .done =
            [this, gone](const Status& status) {
                if (status.ok() && !gone->empty()) run([this, gone] { remove_gone(*gone); });
            },
    });
}

// Forgotten once the file is away; until then it is tried again.
void FileFolder::remove_gone(const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
        std::error_code failed;
        std::filesystem::remove(folder_ / id, failed);
        if (failed) continue;
        store_.submit({.work =
                           [id](store::Transaction& transaction) {
                               return transaction.db()
                                   .statement("DELETE FROM files_gone WHERE id = ?")
                                   .bind(1, std::string_view{id})
                                   .run();
                           },
                       .done = [](const Status&) {}});
    }
}

}  // namespace homeroom::features::feed
