#include "net/http_parser.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace homeroom::net {

namespace http = boost::beast::http;

struct HttpParser::Implementation {
    explicit Implementation(Limits its_limits) : limits(its_limits) {}

    Limits limits;
    http::request_parser<http::string_body> parser{};
    HttpRequest request{};
    bool head_taken = false;
};

HttpParser::HttpParser(Limits limits) : implementation_(std::make_unique<Implementation>(limits)) {
    auto& parser = implementation_->parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    // The real limit depends on the route, which is known once the head is.
    parser.body_limit(boost::none);
}

HttpParser::~HttpParser() = default;

namespace {

std::string copy(boost::beast::string_view text) {
    return std::string{text.data(), text.size()};
}

// Nothing when the head holds more than it may.
bool take_head(const http::request<http::string_body>& message, std::size_t headers_max,
               HttpRequest& request) {
    request.method = copy(message.method_string());
    const auto target = copy(message.target());
    const auto question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.keep_alive = message.keep_alive();
    for (const auto& field : message) {
        if (request.headers.size() == headers_max) return false;
        request.headers.push_back({copy(field.name_string()), copy(field.value())});
    }
    return true;
}

// Where a body ends must have one answer only, or whoever stands before this server could see other
// requests than it does (RFC 9112 §6.1, §11.2). Beast takes any coding that it does not know for
// none, and joins folded lines.
bool is_unambiguous(const HttpRequest& request, std::string_view head) {
    std::size_t codings = 0;
    for (const HttpHeader& header : request.headers) {
        if (!boost::beast::iequals(header.name, "Transfer-Encoding")) continue;
        if (++codings > 1 || !boost::beast::iequals(header.value, "chunked")) return false;
    }
    return head.find("\r\n ") == std::string_view::npos &&
           head.find("\r\n\t") == std::string_view::npos;
}

// A request for nobody in particular could be answered by one host here and by another before us
// (RFC 9112 §3.2).
bool names_its_host(const http::request<http::string_body>& message) {
    const auto hosts = message.count(http::field::host);
    return hosts == 1 || (hosts == 0 && message.version() < 11);
}

HttpParser::Refused refusal_of(const boost::system::error_code& error) {
    if (error == http::error::header_limit) return {431, Limit::header_bytes};
    if (error == http::error::body_limit) return {413, Limit::body_bytes};
    if (error == http::error::bad_version) return {505};
    return {400};
}

}  // namespace

HttpParser::Step HttpParser::feed(std::string_view& unread, const BodyLimit& body_limit) {
    auto& [limits, parser, request, head_taken] = *implementation_;
    bool continue_expected = false;
    while (!parser.is_done()) {
        if (unread.empty()) return MoreNeeded{continue_expected};
        boost::system::error_code error;
        const std::string_view given = unread;
        const std::size_t used =
            parser.put(boost::asio::const_buffer{unread.data(), unread.size()}, error);
        unread.remove_prefix(used);
        if (error && error != http::error::need_more) return refusal_of(error);
        if (parser.is_header_done() && !head_taken) {
            head_taken = true;
            if (!take_head(parser.get(), limits.header_count_max, request))
                return Refused{431, Limit::header_count};
            if (!names_its_host(parser.get())) return Refused{400};
            if (!is_unambiguous(request, given.substr(0, used))) return Refused{400};
            const std::optional<std::size_t> bytes_max = body_limit(request);
            if (!bytes_max) {
                unread = given;  // Beast takes a head as a whole
                return Elsewhere{};
            }
            if (parser.content_length().value_or(0) > *bytes_max)
                return Refused{413, Limit::body_bytes};
            // For a chunked body, which says its length only by its end.
            parser.body_limit(*bytes_max);
            const auto expect = request.header("Expect");
            continue_expected = expect.has_value() && !parser.is_done();
            continue;
        }
        if (error == http::error::need_more || used == 0) {
            // Beast limits the head, but neither a chunk's extension nor what follows the last
            // chunk.
            if (unread.size() > limits.header_bytes_max)
                return Refused{head_taken ? 400 : 431, Limit::header_bytes};
            return MoreNeeded{continue_expected};
        }
    }
    request.body = std::move(parser.get().body());
    return std::move(request);
}

}  // namespace homeroom::net
