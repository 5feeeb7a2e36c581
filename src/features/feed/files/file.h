// A file that belongs to a post: what is known of it. Its bytes are in a folder (files/folder.h),
// under its id.
//
//   attachment:create → a row and the place for its bytes → PUT by its uploader → post:create
//   attachment:link   → a link for one user and a short time → GET, judged again
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "features/feed/records.h"

namespace homeroom::features::feed {

struct File {
    std::string id{};
    std::string room{};
    std::string uploader{};
    std::string name{};
    std::string type{};
    std::int64_t bytes = 0;
    bool complete = false;  // its bytes are there
    std::string post{};     // empty: in none yet
};

Result<std::optional<File>> load_file(store::Database& db, std::string_view id);
// Whether the user may have it at this moment: who may see its post, and until it is in one its
// uploader, as long as he is in the room.
Result<bool> may_have(store::Database& db, const campus::Directory& directory, const File& file,
                      std::string_view user);

// Of a new post: the files that `attachments` names, which the caller has uploaded to its room and
// put in no other.
Result<std::vector<File>> requested_files(const campus::WriteCall& call,
                                          const campus::Json& request, const std::string& room);
Status attach(store::Database& db, const Post& post, const std::vector<File>& files);
Result<campus::Json> files_view(store::Database& db, std::string_view post);
// The rows go; the bytes go with the next tidying (FileFolder::tidy).
Status erase_files(store::Transaction& transaction, std::string_view post);

// The key of links, made with the tables.
Result<std::string> link_key(store::Database& db);
// A link's way past the token: a MAC over file, user and expiry.
struct FileLink {
    std::string user{};
    std::int64_t expires_ms = 0;  // since 1970
    std::string signature{};
};
FileLink make_link(std::string_view key, std::string_view file, std::string_view user,
                   WallTime expires);
bool is_valid(const FileLink& link, std::string_view key, std::string_view file, WallTime now);

}  // namespace homeroom::features::feed
