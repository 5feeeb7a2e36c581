#include "engineio/polling_answer.h"

#include <algorithm>
#include <utility>

#include "codec/engineio.h"
#include "codec/engineio_v3.h"
#include "codec/http_compression.h"
#include "codec/jsonp.h"

namespace homeroom::engineio {

namespace eio = codec::engineio;

namespace {

std::string cookie_text(const Cookie& cookie, std::string_view sid) {
    std::string text = cookie.name + "=" + std::string{sid};
    if (cookie.max_age) text += "; Max-Age=" + std::to_string(cookie.max_age->count());
    if (!cookie.domain.empty()) text += "; Domain=" + cookie.domain;
    if (!cookie.path.empty()) text += "; Path=" + cookie.path;
    if (cookie.http_only) text += "; HttpOnly";
    if (cookie.secure) text += "; Secure";
    if (!cookie.same_site.empty()) text += "; SameSite=" + cookie.same_site;
    return text;
}

// The reference tells these browsers not to "protect" themselves from an answer that looks like
// what was asked.
bool is_old_internet_explorer(const net::HttpRequest& request) {
    const auto agent = request.header("User-Agent").value_or("");
    return agent.find(";MSIE") != std::string_view::npos ||
           agent.find("Trident/") != std::string_view::npos;
}

void compress(const Options& options, const net::HttpRequest& request, Compress wanted,
              net::HttpResponse& response) {
    if (!options.http_compression_bytes_min || wanted == Compress::no ||
        response.body.size() < *options.http_compression_bytes_min)
        return;
    const auto coding = codec::http::choose_coding(request.header_list("Accept-Encoding"));
    if (!coding) return;
    response.body = codec::http::compress(*coding, response.body);
    response.headers.push_back({"Content-Encoding", std::string{codec::http::to_string(*coding)}});
}

net::HttpResponse answer(const Options& options, const net::HttpRequest& request, int status,
                         std::string_view content_type, std::string body) {
    auto response = net::HttpResponse::text(status, content_type, std::move(body));
    response.headers.push_back({"cache-control", "no-store"});
    if (is_old_internet_explorer(request)) response.headers.push_back({"X-XSS-Protection", "0"});
    add_common_headers(options, request, response.headers);
    return response;
}

Payload make_v3_payload(std::span<const Frame> packets, bool base64) {
    std::vector<eio::v3::Outgoing> outgoing;
    outgoing.reserve(packets.size());
    for (const Frame& packet : packets)
        outgoing.push_back({.binary = packet.is_binary(), .data = packet.payload()});
    const bool binary = !base64 && std::ranges::any_of(packets, &Frame::is_binary);
    return {.body = binary ? eio::v3::encode_binary_payload(outgoing)
                           : eio::v3::encode_payload(outgoing),
            .binary = binary};
}

}  // namespace

Payload make_payload(std::span<const Frame> packets, const PollingStyle& style) {
    Payload payload;
    if (style.revision == Revision::eio3) {
        payload = make_v3_payload(packets, style.base64 || style.jsonp);
    } else {
        for (const Frame& packet : packets) {
            if (!payload.body.empty()) payload.body += eio::record_separator;
            payload.body += packet.as_text();
        }
    }
    if (std::ranges::any_of(packets, &Frame::is_compressible)) payload.compress = Compress::yes;
    return payload;
}

net::HttpResponse payload_answer(const Options& options, const net::HttpRequest& request,
                                 const PollingStyle& style, Payload payload) {
    std::string_view type =
        payload.binary ? "application/octet-stream" : "text/plain; charset=UTF-8";
    if (style.jsonp) {
        type = "text/javascript; charset=UTF-8";
        payload.body = eio::encode_jsonp(request.parameter("j").value_or(""), payload.body);
    }
    auto response = answer(options, request, 200, type, std::move(payload.body));
    compress(options, request, payload.compress, response);
    return response;
}

net::HttpResponse post_answer(const Options& options, const net::HttpRequest& request) {
    return answer(options, request, 200, "text/html", "ok");
}

net::HttpResponse empty_answer(const Options& options, const net::HttpRequest& request,
                               int status) {
    return answer(options, request, status, "text/plain; charset=UTF-8", "");
}

void add_opening_headers(const Options& options, const net::HttpRequest& request,
                         std::string_view sid, std::vector<net::HttpHeader>& headers) {
    if (options.cookie && !request.header("Upgrade"))
        headers.push_back({"Set-Cookie", cookie_text(*options.cookie, sid)});
    if (options.hooks.initial_headers) options.hooks.initial_headers(headers, request);
}

void add_common_headers(const Options& options, const net::HttpRequest& request,
                        std::vector<net::HttpHeader>& headers) {
    for (net::HttpHeader& header : net::cors_headers(options.cors, request))
        headers.push_back(std::move(header));
    if (options.hooks.headers) options.hooks.headers(headers, request);
}

}  // namespace homeroom::engineio
