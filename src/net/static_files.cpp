#include "net/static_files.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/base64.h"
#include "base/hash.h"
#include "codec/form.h"
#include "codec/http_compression.h"

namespace homeroom::net {
namespace {

namespace fs = std::filesystem;

std::string content_type_of(const fs::path& path) {
    const std::string extension = path.extension().string();
    if (extension == ".html") return "text/html; charset=utf-8";
    if (extension == ".js") return "text/javascript; charset=utf-8";
    if (extension == ".css") return "text/css; charset=utf-8";
    if (extension == ".svg") return "image/svg+xml";
    if (extension == ".png") return "image/png";
    if (extension == ".ico") return "image/x-icon";
    if (extension == ".json" || extension == ".map") return "application/json";
    if (extension == ".webmanifest") return "application/manifest+json";
    if (extension == ".txt") return "text/plain; charset=utf-8";
    return "application/octet-stream";
}

constexpr std::size_t tag_bytes = 12;

std::string tag_of(std::string_view bytes) {
    return '"' + base64::encode_url(sha256(bytes).substr(0, tag_bytes)) + '"';
}

constexpr std::size_t compressed_from_bytes = 1024;

// Pictures and fonts are compressed already.
bool is_text(std::string_view content_type) {
    return content_type.starts_with("text/") || content_type == "application/json" ||
           content_type == "application/manifest+json" || content_type == "image/svg+xml";
}

std::string gzip_of(std::string_view content_type, std::string_view bytes) {
    if (bytes.size() < compressed_from_bytes || !is_text(content_type)) return {};
    std::string gzip = codec::http::compress(codec::http::Coding::gzip, bytes);
    return gzip.size() < bytes.size() ? gzip : std::string{};
}

}  // namespace

Result<StaticFiles> StaticFiles::load(const fs::path& folder, std::string content_security_policy) {
    StaticFiles files;
    files.content_security_policy_ = std::move(content_security_policy);
    std::error_code error;
    if (!fs::exists(folder, error)) return files;
    const fs::path root = fs::canonical(folder, error);
    for (fs::recursive_directory_iterator it{folder, error}, end; !error && it != end;
         it.increment(error)) {
        std::error_code unknown;
        if (!it->is_regular_file(unknown)) continue;
        // A link is followed within the folder only.
        const fs::path target = fs::canonical(it->path(), unknown);
        if (unknown || std::ranges::mismatch(root, target).in1 != root.end()) continue;
        std::ifstream stream{it->path(), std::ios::binary};
        File file{
            .content_type = content_type_of(it->path()),
            .bytes = {std::istreambuf_iterator<char>{stream}, std::istreambuf_iterator<char>{}}};
        if (!stream) return Error{Code::unavailable, "cannot read " + it->path().string()};
        file.tag = tag_of(file.bytes);
        file.gzip = gzip_of(file.content_type, file.bytes);
        file.gzip_tag = tag_of(file.gzip);
        const std::string name = "/" + it->path().lexically_relative(folder).generic_string();
        file.immutable = name.starts_with("/assets/");  // the build puts a hash into these names
        if (name == "/index.html") files.files_["/"] = file;
        files.files_[name] = std::move(file);
    }
    if (error)
        return Error{Code::unavailable, "cannot read " + folder.string() + ": " + error.message()};
    return files;
}

bool StaticFiles::has(std::string_view path) const {
    return files_.contains(codec::form::percent_decode(path));
}

std::optional<HttpResponse> StaticFiles::answer(const HttpRequest& request,
                                                std::string_view path) const {
    const auto found = files_.find(codec::form::percent_decode(path));
    if (found == files_.end()) return std::nullopt;
    const File& file = found->second;
    const bool compressed =
        !file.gzip.empty() && codec::http::choose_coding(request.header_list("Accept-Encoding")) ==
                                  codec::http::Coding::gzip;
    const std::string& tag = compressed ? file.gzip_tag : file.tag;
    HttpResponse response;
    response.headers = {
        {"ETag", tag},
        {"Cache-Control", file.immutable ? "public, max-age=31536000, immutable" : "no-cache"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"}};
    if (!content_security_policy_.empty())
        response.headers.push_back({"Content-Security-Policy", content_security_policy_});
    if (!file.gzip.empty()) response.headers.push_back({"Vary", "Accept-Encoding"});
    if (request.header("If-None-Match").value_or("") == tag) {
        response.status = 304;
        return response;
    }
    response.headers.push_back({"Content-Type", file.content_type});
    if (compressed) response.headers.push_back({"Content-Encoding", "gzip"});
    response.body = compressed ? file.gzip : file.bytes;
    return response;
}

}  // namespace homeroom::net
