// Files for browsers: the application's pages, and the client's bundles under the server's path.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "homeroom/socketio/options.h"
#include "net/static_files.h"

namespace homeroom::socketio {

class Pages final : public net::HttpHandler {
public:
    static Result<std::unique_ptr<Pages>> load(const Options& options);

    bool is_bundle(std::string_view path) const;

    std::size_t body_bytes_max(const net::HttpRequest&) override { return 0; }
    void on_request(std::shared_ptr<net::HttpExchange> exchange) override;

private:
    std::string path_{};  // of the server; ends with "/"
    net::StaticFiles pages_{};
    net::StaticFiles bundles_{};
};

}  // namespace homeroom::socketio
