#include "app/backup_command.h"

#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "app/data_home.h"
#include "base/clock.h"
#include "store/data_directory.h"
#include "store/sqlite/backup.h"

namespace homeroom::app {
namespace {

using Path = std::filesystem::path;

constexpr int format = 1;
constexpr const char* manifest_name = "backup.json";
// Where a restore is prepared, and what says that it has begun to take the place of what was there.
constexpr const char* preparing = "restoring";
constexpr const char* restore_mark = "restore-unfinished";
// Beyond the events that were lost with what the backup does not have: clients may have seen those,
// and none of theirs is ever given to another.
constexpr store::Seq seqs_left_out = 1'000'000;
constexpr const char* plain_files[] = {"secret", "demo-school"};
constexpr const char* database_files[] = {"homeroom.db", "homeroom.db-wal", "homeroom.db-shm"};

Error failed(const std::string& doing, const Path& path, const std::error_code& reason) {
    const bool full = reason == std::errc::no_space_on_device;
    return Error{full ? Code::unavailable : Code::internal,
                 "cannot " + doing + " " + path.string() + ": " + reason.message()};
}

bool is_there(const Path& path) {
    std::error_code unknown;
    return std::filesystem::exists(path, unknown);
}

Path folder_of_files(const Config& config) {
    return config.feed.files.empty() ? config.data / "files" : config.feed.files;
}

Status refuse_postgres(const Config& config) {
    if (config.store.postgres.empty()) return Ok{};
    return Error{Code::invalid,
                 "store.postgres is set: PostgreSQL is backed up with its own tools "
                 "(docs/operations.md)",
                 "store.postgres"};
}

// The owner's alone from the first moment, and on the disk.
Status copy_privately(const Path& from, const Path& to) {
    std::error_code error;
    const int made = ::open(to.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (made < 0) return failed("write", to, {errno, std::generic_category()});
    ::close(made);
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, error);
    if (error) return failed("copy", from, error);
    std::filesystem::permissions(
        to, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
    return store::sync_path(to);
}

Status move_file(const Path& from, const Path& to) {
    std::error_code error;
    std::filesystem::rename(from, to, error);
    if (error) return failed("rename", from, error);
    return Ok{};
}

Status remove_tree(const Path& path) {
    std::error_code error;
    std::filesystem::remove_all(path, error);
    if (error) return failed("remove", path, error);
    return Ok{};
}

struct Contents {
    store::Seq seq = 0;
    std::vector<std::string> files{};  // the attachments whose bytes are there
};

// As the copy has it, which may be of an older version: it has none of what came later.
Result<Contents> contents_of(const Path& database) {
    TRY(auto db, store::Database::open({.file = database, .access = store::Access::read_only}));
    auto tables = db.statement(
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('journal', 'files')");
    TRY([[maybe_unused]] const bool counted, tables.step());
    Contents contents;
    if (tables.number(0) < 2) return contents;
    auto last = db.statement("SELECT max(seq) FROM journal");
    TRY([[maybe_unused]] const bool row, last.step());
    contents.seq = static_cast<store::Seq>(last.number(0));
    auto files = db.statement("SELECT id FROM files WHERE complete = 1 ORDER BY id");
    while (true) {
        TRY(const bool more, files.step());
        if (!more) return contents;
        contents.files.emplace_back(files.text(0));
    }
}

// One that was deleted since the database was copied is not there any more: as it should be.
Result<std::size_t> copy_attachments(const Path& from, const Path& to,
                                     const std::vector<std::string>& ids) {
    TRY_OK(store::make_data_directory(to));
    std::size_t copied = 0;
    for (const std::string& id : ids) {
        if (!is_there(from / id)) continue;
        TRY_OK(copy_privately(from / id, to / id));
        ++copied;
    }
    TRY_OK(store::sync_path(to));
    return copied;
}

Status write_manifest(const Path& folder, const Contents& contents, std::size_t files) {
    const nlohmann::json manifest{{"format", format},
                                  {"version", HOMEROOM_VERSION},
                                  {"at", to_rfc3339(wall_now())},
                                  {"seq", store::to_text(contents.seq)},
                                  {"files", files}};
    std::ofstream stream{folder / manifest_name};
    stream << manifest.dump(2) << '\n';
    stream.close();
    if (!stream)
        return Error{Code::unavailable, "cannot write " + (folder / manifest_name).string()};
    return store::sync_path(folder / manifest_name);
}

Status fill_backup(const Config& config, const Path& folder) {
    // The database first: a file that it does not know is left out.
    TRY_OK(store::copy_database(config.data / "homeroom.db", folder / "homeroom.db"));
    TRY(const auto contents, contents_of(folder / "homeroom.db"));
    TRY(const auto files,
        copy_attachments(folder_of_files(config), folder / "files", contents.files));
    for (const char* name : plain_files) {
        if (is_there(config.data / name)) TRY_OK(copy_privately(config.data / name, folder / name));
    }
    TRY_OK(write_manifest(folder, contents, files));
    TRY_OK(store::sync_path(folder));
    std::printf("up to event %s, %zu attachments\n", store::to_text(contents.seq).c_str(), files);
    return Ok{};
}

// --- Restoring -----------------------------------------------------------------------------------

Status check_manifest(const Path& folder) {
    std::ifstream stream{folder / manifest_name};
    const std::string text{std::istreambuf_iterator<char>{stream},
                           std::istreambuf_iterator<char>{}};
    const auto manifest = nlohmann::json::parse(text, nullptr, false);
    if (!stream || !manifest.is_object() || !manifest.contains("format") ||
        !manifest["format"].is_number_integer()) {
        return Error{Code::invalid,
                     folder.string() + " is no backup: it has no readable " + manifest_name};
    }
    if (manifest["format"].get<int>() > format)
        return Error{Code::conflict, folder.string() + " was made by a newer version of Homeroom"};
    return Ok{};
}

// Makes the copy beside, brings it to this version's tables, and lets its journal go on beyond what
// was lost.
Status prepare_restore(const Config& config, const Path& from, const Path& beside) {
    TRY_OK(store::make_data_directory(beside));
    TRY_OK(store::copy_database(from / "homeroom.db", beside / "homeroom.db"));
    for (const char* name : plain_files) {
        if (is_there(from / name)) TRY_OK(copy_privately(from / name, beside / name));
    }
    TRY(const auto contents, contents_of(beside / "homeroom.db"));
    TRY([[maybe_unused]] const auto files,
        copy_attachments(from / "files", beside / "files", contents.files));
    Config copy = config;
    copy.data = beside;
    TRY(const auto store, open_store(copy));
    return store->run_now([](store::Transaction& transaction) {
        return store::leave_out(transaction.db(), seqs_left_out);
    });
}

// Moves what is in the data directory into a folder of its own there.
Status put_aside(const Config& config) {
    std::vector<std::string> names{std::begin(database_files), std::end(database_files)};
    names.insert(names.end(), std::begin(plain_files), std::end(plain_files));
    if (config.feed.files.empty()) names.emplace_back("files");
    const Path aside = config.data / ("replaced-" + to_rfc3339(wall_now()));
    for (const std::string& name : names) {
        if (!is_there(config.data / name)) continue;
        TRY_OK(store::make_data_directory(aside));
        TRY_OK(move_file(config.data / name, aside / name));
    }
    if (is_there(aside)) std::printf("what was there before is in %s\n", aside.c_str());
    return Ok{};
}

// Attachments first, the database last. Where files/ is a folder elsewhere they are added to it.
Status move_in(const Config& config, const Path& beside) {
    TRY_OK(store::make_data_directory(folder_of_files(config)));
    std::error_code error;
    for (std::filesystem::directory_iterator file{beside / "files", error}, end;
         !error && file != end; file.increment(error)) {
        const Path to = folder_of_files(config) / file->path().filename();
        if (!is_there(to)) TRY_OK(copy_privately(file->path(), to));
    }
    if (error) return failed("read", beside / "files", error);
    TRY_OK(store::sync_path(folder_of_files(config)));
    for (const char* name : plain_files) {
        if (is_there(beside / name)) TRY_OK(move_file(beside / name, config.data / name));
    }
    return move_file(beside / "homeroom.db", config.data / "homeroom.db");
}

Status set_mark(const Path& data) {
    std::ofstream mark{data / restore_mark};
    mark << "`homeroom restore` was interrupted here: run it again.\n";
    mark.close();
    if (!mark) return Error{Code::unavailable, "cannot write to " + data.string(), "data"};
    TRY_OK(store::sync_path(data / restore_mark));
    return store::sync_path(data);
}

}  // namespace

Status backup_command(const Config& config, const Path& folder) {
    TRY_OK(refuse_postgres(config));
    TRY_OK(refuse_unfinished_restore(config.data));
    if (!is_there(config.data / "homeroom.db")) {
        return Error{Code::invalid, "there is no homeroom.db in " + config.data.string(), "data"};
    }
    if (is_there(folder))
        return Error{Code::conflict, folder.string() + " is there already; name another folder"};
    Path unfinished = folder;
    unfinished += ".unfinished";
    TRY_OK(remove_tree(unfinished));  // of a backup that was interrupted
    TRY_OK(store::make_data_directory(unfinished));
    if (Status filled = fill_backup(config, unfinished); !filled.ok()) {
        static_cast<void>(remove_tree(unfinished));
        return filled;
    }
    TRY_OK(move_file(unfinished, folder));
    std::error_code unknown;
    TRY_OK(store::sync_path(std::filesystem::absolute(folder, unknown).parent_path()));
    std::printf("the backup is in %s\n", folder.c_str());
    return Ok{};
}

Status restore_command(const Config& config, const Path& folder, Existing existing) {
    TRY_OK(refuse_postgres(config));
    TRY_OK(check_manifest(folder));
    TRY(const auto lock, store::DirectoryLock::take(config.data));
    const Path mark = config.data / restore_mark;
    if (is_there(config.data / "homeroom.db") && existing == Existing::refuse && !is_there(mark)) {
        return Error{Code::conflict,
                     config.data.string() + " has a school already; --replace puts it aside",
                     "data"};
    }
    const Path beside = config.data / preparing;
    TRY_OK(remove_tree(beside));  // of one that was interrupted
    if (Status prepared = prepare_restore(config, folder, beside); !prepared.ok()) {
        static_cast<void>(remove_tree(beside));
        return prepared;
    }
    TRY_OK(set_mark(config.data));
    TRY_OK(put_aside(config));
    TRY_OK(move_in(config, beside));
    TRY_OK(store::sync_path(config.data));
    TRY_OK(remove_tree(mark));
    TRY_OK(remove_tree(beside));
    std::printf("restored from %s\n", folder.c_str());
    return Ok{};
}

Status refuse_unfinished_restore(const Path& data) {
    if (!is_there(data / restore_mark)) return Ok{};
    return Error{Code::conflict,
                 "a restore into " + data.string() + " was not finished: run it again", "data"};
}

}  // namespace homeroom::app
