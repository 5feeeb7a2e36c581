#include "socketio/pages.h"

#include <filesystem>
#include <utility>

namespace homeroom::socketio {
namespace {

Result<net::StaticFiles> load_folder(const std::string& folder) {
    if (folder.empty()) return net::StaticFiles{};
    // Whoever names a folder wants it to be there.
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored))
        return Error{Code::invalid, folder + " is not a folder"};
    return net::StaticFiles::load(folder, {});
}

}  // namespace

Result<std::unique_ptr<Pages>> Pages::load(const Options& options) {
    auto pages = std::make_unique<Pages>();
    pages->path_ = options.path;
    TRY(pages->pages_, load_folder(options.pages));
    TRY(pages->bundles_, load_folder(options.client_bundles));
    return pages;
}

bool Pages::is_bundle(std::string_view path) const {
    return path.starts_with(path_) && path.ends_with(".js") &&
           bundles_.has(path.substr(path_.size() - 1));
}

void Pages::on_request(std::shared_ptr<net::HttpExchange> exchange) {
    const net::HttpRequest& request = exchange->request();
    if (request.method != "GET" && request.method != "HEAD") {
        auto refusal = net::HttpResponse::text(405, "text/plain", "method not allowed\n");
        refusal.headers.push_back({"Allow", "GET, HEAD"});
        return exchange->respond(refusal);
    }
    const std::string_view path = request.path;
    const auto file = is_bundle(path) ? bundles_.answer(request, path.substr(path_.size() - 1))
                                      : pages_.answer(request, path);
    exchange->respond(file ? *file : net::HttpResponse::text(404, "text/plain", "not found\n"));
}

}  // namespace homeroom::socketio
