// A request out of bytes, by Boost.Beast's parser. Sans I/O.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <variant>

#include "base/limit_counters.h"
#include "base/limits.h"
#include "net/http.h"

namespace homeroom::net {

class HttpParser {
public:
    // Nothing: the request is to be read elsewhere.
    using BodyLimit = std::function<std::optional<std::size_t>(const HttpRequest& head)>;

    struct MoreNeeded {
        // the client waits for "100 Continue" (RFC 9110 §10.1.1); told once
        bool continue_expected = false;
    };
    struct Refused {
        int status = 400;              // 400, 413, 431, 505
        std::optional<Limit> limit{};  // that was reached
    };
    // By word of the body limit. Of its bytes none was used: another parser can begin with them.
    struct Elsewhere {};
    using Step = std::variant<MoreNeeded, HttpRequest, Refused, Elsewhere>;

    struct Limits {
        std::size_t header_bytes_max = limits::http_header_bytes_max;
        std::size_t header_count_max = limits::http_header_count_max;
    };

    explicit HttpParser(Limits limits);
    ~HttpParser();

    // Reads on. `unread` is shortened by what was used; what is left must be given again with more
    // behind it.
    Step feed(std::string_view& unread, const BodyLimit& body_limit);

private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace homeroom::net
