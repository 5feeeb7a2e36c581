// PUT takes a token; GET takes a link instead, so that a page can show a picture. What is sent can
// do nothing in a browser but be shown or saved.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "api/feed_routes.h"
#include "api/surface_call.h"
#include "base/base64.h"
#include "base/limits.h"

namespace homeroom::api {
namespace {

using features::feed::FileFolder;
using features::feed::FileLink;

// What a browser shows without running anything of it; everything else is bytes.
constexpr std::array shown_types{
    std::string_view{"application/pdf"}, std::string_view{"audio/mpeg"},
    std::string_view{"audio/ogg"},       std::string_view{"image/gif"},
    std::string_view{"image/jpeg"},      std::string_view{"image/png"},
    std::string_view{"image/webp"},      std::string_view{"text/plain"},
    std::string_view{"video/mp4"},       std::string_view{"video/webm"},
};

// RFC 8187: everything but letters, digits and a few marks is percent-encoded.
std::string encoded_name(std::string_view name) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text;
    for (const char c : name) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
        if (plain) {
            text += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        text += '%';
        text += digits[byte / 16];
        text += digits[byte % 16];
    }
    return text;
}

net::HttpResponse response_of(FileFolder::Content content) {
    const auto& type = content.file.type;
    const bool shown = std::ranges::find(shown_types, type) != shown_types.end();
    auto response = net::HttpResponse::text(
        200, shown ? std::string_view{type} : std::string_view{"application/octet-stream"},
        std::move(content.bytes));
    response.headers.push_back(
        {"Content-Disposition", std::string{shown ? "inline" : "attachment"} +
                                    "; filename*=UTF-8''" + encoded_name(content.file.name)});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.headers.push_back({"Content-Security-Policy", "default-src 'none'; sandbox"});
    response.headers.push_back({"Cache-Control", "private, no-store"});
    response.headers.push_back({"Referrer-Policy", "no-referrer"});
    return response;
}

// A link that is no link is one that is not valid: there is nothing to see, either way.
FileLink link_of(const Request& request) {
    const auto text = [&](const char* name) { return request.http().parameter(name).value_or(""); };
    FileLink link{.signature = text("signature")};
    link.user = base64::decode_url_strict(text("user")).value_or("");
    const std::string expires = text("expires");
    std::from_chars(expires.data(), expires.data() + expires.size(), link.expires_ms);
    return link;
}

void get_attachment(const Request& request, campus::Surface& surface, FileFolder& folder) {
    const FileLink link = link_of(request);
    // What a link brings counts as its user's, as often as it is used; but whoever has got hold of
    // it must not use up what its user may ask himself.
    if (folder.is_signed(request.parameter(0), link)) {
        if (auto allowed = surface.allow_only(link.user, "attachment:link"); !allowed.ok())
            return request.answer_problem(allowed.error());
    }
    folder.read(request.parameter(0), link, [request](Result<FileFolder::Content> content) {
        if (!content.ok()) return request.answer_problem(content.error());
        request.answer(response_of(std::move(content).value()));
    });
}

void put_attachment(const Request& request, campus::Surface& surface,
                    const campus::Directory& directory, FileFolder& folder) {
    const auto person = person_of(request, directory);
    if (!person.ok()) return request.answer_problem(person.error());
    if (auto allowed = surface.allow(person->id, "attachment:create"); !allowed.ok())
        return request.answer_problem(allowed.error());
    folder.keep(person->id, request.parameter(0), request.http().body,
                [request, id = request.parameter(0)](const Status& status) {
                    if (!status.ok()) return request.answer_problem(status.error());
                    request.answer_json(200, campus::Json{{"attachmentId", id}}.dump());
                });
}

}  // namespace

void add_attachment_routes(Router& router, campus::Surface& surface,
                           const campus::Directory& directory, FileFolder& folder) {
    router.add({.method = "GET",
                .pattern = "/api/v1/attachments/{attachment}",
                .caller = Caller::anyone,
                .handler = [&surface, &folder](const Request& request) {
                    get_attachment(request, surface, folder);
                }});
    router.add(
        {.method = "PUT",
         .pattern = "/api/v1/attachments/{attachment}",
         .caller = Caller::user,
         .handler =
             [&](const Request& request) { put_attachment(request, surface, directory, folder); },
         .body_bytes_max = limits::file_bytes_max});
}

}  // namespace homeroom::api
