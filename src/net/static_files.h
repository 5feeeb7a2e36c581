// A folder's files, read once at start and served from memory: hashed names (below /assets/) for
// ever, the rest revalidated; texts also compressed, once. Nothing outside the folder can be
// reached, since nothing is opened after the start. Immutable once loaded; any thread.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"

namespace homeroom::net {

class StaticFiles {
public:
    // A folder that is not there gives no files; one that can't be read is an error.
    // `content_security_policy`: a header of every answer; empty: none.
    static Result<StaticFiles> load(const std::filesystem::path& folder,
                                    std::string content_security_policy);

    bool empty() const { return files_.empty(); }
    // `path`: as in a request, percent-encoded.
    bool has(std::string_view path) const;
    // Nothing when there is no such file.
    std::optional<HttpResponse> answer(const HttpRequest& request, std::string_view path) const;

private:
    struct File {
        std::string content_type;
        std::string bytes;
        std::string tag{};       // ETag
        std::string gzip{};      // the bytes compressed; empty where that gains nothing
        std::string gzip_tag{};  // another one: it names these bytes
        bool immutable = false;
    };
    std::string content_security_policy_{};
    std::map<std::string, File> files_{};  // by decoded path, with "/" in front
};

}  // namespace homeroom::net
