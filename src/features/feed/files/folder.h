// The folder with the files' bytes, and the thread that alone touches it: neither a loop nor the
// writer waits for it. One file an attachment, named by its id, the owner's alone (0600).
//
//   keep:  may he? (reader) → written beside, synced, renamed (thread) → marked as there (writer)
//   read:  may he, now? (reader) → its bytes (thread)
//   tidy:  what no row stands for any more goes (writer, thread)
//
// At most limits::file_jobs_max wait, and of one user file_jobs_per_user_max are under way; what
// comes beyond is refused. Any thread may ask.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/limits.h"
#include "features/feed/files/file.h"
#include "store/store.h"

namespace homeroom::features::feed {

// Of one user, from the request to its answer: the bytes of each are in memory. Browsers ask for
// six pictures at once.
inline constexpr std::size_t file_jobs_per_user_max = 16;
static_assert(file_jobs_per_user_max <= limits::file_jobs_max / 4,
              "no few keep the disk from all others");

class FileFolder {
public:
    struct Content {
        File file{};
        std::string bytes{};
    };
    // Whether a link is one that link_attachment gave out, and not too old.
    bool is_signed(const std::string& id, const FileLink& link) const;

    // Called once, on any thread.
    using Kept = std::function<void(Status)>;
    using Read = std::function<void(Result<Content>)>;

    // Makes the folder (0700). Before the store's start(): it reads the key of links.
    static Result<std::unique_ptr<FileFolder>> open(std::filesystem::path folder,
                                                    store::Store& store,
                                                    const campus::Directory& directory);
    ~FileFolder();
    // Finishes what waits, then refuses everything. Before the store's stop().
    void stop();

    // The bytes of an attachment of `user`, as many as he has said. Again is `conflict`.
    void keep(const std::string& user, const std::string& id, std::string bytes, Kept kept);
    // For whoever has a link that is valid, and may see its post at this moment; to all others
    // there is none.
    void read(const std::string& id, const FileLink& link, Read read);
    // What was deleted, and what its uploader has put in no post for limits::file_unused_time.
    void tidy();

private:
    FileFolder(std::filesystem::path folder, std::string key, store::Store& store,
               const campus::Directory& directory);
    bool run(std::function<void()> job);
    // Of a user: one more under way, if he may; one less.
    bool begin(const std::string& user);
    void end(const std::string& user);
    void work();
    Status write_file(const std::string& id, std::string_view bytes) const;
    Result<std::string> read_file(const File& file) const;
    void mark_complete(const std::string& id, Kept kept);
    Result<File> file_of_link(store::Database& db, const std::string& id,
                              const FileLink& link) const;
    void remove_gone(const std::vector<std::string>& ids);

    std::filesystem::path folder_;
    std::string key_;
    store::Store& store_;
    const campus::Directory& directory_;

    std::mutex mutex_{};
    std::condition_variable woken_{};
    std::deque<std::function<void()>> jobs_{};        // guarded
    std::set<std::string> being_kept_{};              // guarded: no second upload meanwhile
    std::map<std::string, std::size_t> under_way_{};  // guarded: of each user
    bool stopping_ = false;                           // guarded
    std::thread thread_{};
};

}  // namespace homeroom::features::feed
