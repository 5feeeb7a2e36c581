#include "net/http.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/limits.h"
#include "codec/form.h"
#include "net/http_protocol.h"

namespace homeroom::net {
namespace {

using ascii::same_letters;

}  // namespace

std::string HttpRequest::target() const {
    return query.empty() ? path : path + "?" + query;
}

std::optional<std::string_view> HttpRequest::header(std::string_view name) const {
    for (const HttpHeader& header : headers) {
        if (same_letters(header.name, name)) return header.value;
    }
    return std::nullopt;
}

bool HttpRequest::header_has_token(std::string_view name, std::string_view token) const {
    for (const HttpHeader& header : headers) {
        if (!same_letters(header.name, name)) continue;
        std::string_view rest = header.value;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            std::string_view item = rest.substr(0, comma);
            while (!item.empty() && (item.front() == ' ' || item.front() == '\t'))
                item.remove_prefix(1);
            while (!item.empty() && (item.back() == ' ' || item.back() == '\t'))
                item.remove_suffix(1);
            if (same_letters(item, token)) return true;
            if (comma == std::string_view::npos) break;
            rest.remove_prefix(comma + 1);
        }
    }
    return false;
}

std::string HttpRequest::header_list(std::string_view name) const {
    std::string list;
    for (const HttpHeader& header : headers) {
        if (!same_letters(header.name, name)) continue;
        if (!list.empty()) list += ", ";
        list += header.value;
    }
    return list;
}

std::optional<std::string> HttpRequest::parameter(std::string_view name) const {
    std::optional<std::string> found;
    codec::form::Reader fields{query};
    for (auto field = fields.next(); field; field = fields.next()) {
        if (field->name == name) found = std::move(field->value);
    }
    return found;
}

std::vector<std::pair<std::string, std::string>> HttpRequest::parameters() const {
    std::vector<std::pair<std::string, std::string>> all;
    codec::form::Reader fields{query};
    for (auto field = fields.next(); field; field = fields.next()) {
        if (all.size() == limits::query_parameters_max) break;
        all.emplace_back(std::move(field->name), std::move(field->value));
    }
    return all;
}

HttpResponse HttpResponse::text(int status, std::string_view content_type, std::string body) {
    HttpResponse response;
    response.status = status;
    response.headers.push_back({"Content-Type", std::string{content_type}});
    response.body = std::move(body);
    return response;
}

std::string_view reason_phrase(int status) {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 204: return "No Content";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 413: return "Content Too Large";
        case 415: return "Unsupported Media Type";
        case 422: return "Unprocessable Content";
        case 426: return "Upgrade Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 503: return "Service Unavailable";
        case 505: return "HTTP Version Not Supported";
        default: return "Status";
    }
}

HttpExchange::HttpExchange(HttpProtocol& protocol, HttpRequest request)
    : protocol_(&protocol), loop_(protocol.connection_.loop()), request_(std::move(request)) {}

void HttpExchange::respond(const HttpResponse& response) {
    if (protocol_ == nullptr) return;
    HttpProtocol* protocol = std::exchange(protocol_, nullptr);
    when_gone_ = nullptr;
    protocol->finish(response);
}

void HttpExchange::abort() {
    if (protocol_ == nullptr) return;
    HttpProtocol* protocol = std::exchange(protocol_, nullptr);
    when_gone_ = nullptr;
    protocol->connection_.close();
}

void HttpExchange::peer_gone() {
    protocol_ = nullptr;
    if (auto callback = std::exchange(when_gone_, nullptr)) callback();
}

Connection& HttpExchange::switch_protocols(std::string_view head) {
    HttpProtocol* protocol = std::exchange(protocol_, nullptr);
    when_gone_ = nullptr;
    protocol->switched_ = true;
    protocol->connection_.send(head);
    return protocol->connection_;
}

bool HttpExchange::can_switch_protocols() const {
    return protocol_ != nullptr && (protocol_->handling_ || protocol_->unread_.empty());
}

}  // namespace homeroom::net
