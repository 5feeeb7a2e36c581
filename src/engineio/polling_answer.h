// The HTTP answers of the polling transport: payload, "ok", errors, with all the headers that
// options and hooks add. Loop thread only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engineio/frame.h"
#include "engineio/options.h"
#include "net/http.h"

namespace homeroom::engineio {

enum class Revision : std::uint8_t { eio3, eio4 };

// How one client wants its payloads.
struct PollingStyle {
    Revision revision = Revision::eio4;
    bool base64 = false;  // protocol 3: bytes as text, for clients that can't receive them
    bool jsonp = false;
};

struct Payload {
    std::string body{};
    bool binary = false;  // protocol 3's binary form
    Compress compress = Compress::no;
};

// The packets as one payload.
Payload make_payload(std::span<const Frame> packets, const PollingStyle& style);

// 200 with the payload, for a GET.
net::HttpResponse payload_answer(const Options& options, const net::HttpRequest& request,
                                 const PollingStyle& style, Payload payload);
// 200 "ok", for a POST.
net::HttpResponse post_answer(const Options& options, const net::HttpRequest& request);
// Without a body.
net::HttpResponse empty_answer(const Options& options, const net::HttpRequest& request, int status);

// What the answer that opens a session has besides: the cookie and the hook's headers.
void add_opening_headers(const Options& options, const net::HttpRequest& request,
                         std::string_view sid, std::vector<net::HttpHeader>& headers);
// What every answer and every upgrade has: CORS and the hook's headers.
void add_common_headers(const Options& options, const net::HttpRequest& request,
                        std::vector<net::HttpHeader>& headers);

}  // namespace homeroom::engineio
