// The web client's files, read once at start and served from memory: hashed names for ever, the
// rest revalidated. Nothing outside the folder can be reached, since nothing is opened after the
// start. Immutable once loaded; any thread.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "api/router.h"
#include "base/result.h"

namespace homeroom::api {

class StaticFiles {
public:
    // A folder that is not there gives no files; one that can't be read is an error.
    static Result<StaticFiles> load(const std::filesystem::path& folder);

    bool empty() const { return files_.empty(); }
    void serve(const Request& request) const;

private:
    struct File {
        std::string content_type;
        std::string bytes;
        std::string tag{};  // ETag
        bool immutable = false;
    };
    std::map<std::string, File> files_{};  // by URL path
};

}  // namespace homeroom::api
