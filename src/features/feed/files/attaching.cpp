// attachment:create makes room for a file before its bytes come; attachment:link gives the way to
// them, to one user for a short time.
#include <algorithm>

#include "base/base64.h"
#include "base/ids.h"
#include "base/limits.h"
#include "campus/roster/room_name.h"
#include "features/feed/files/file.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/requests.h"
#include "features/feed/room_rules.h"

namespace homeroom::features::feed {
namespace {

std::string path_of(std::string_view file) {
    return "/api/v1/attachments/" + std::string{file};
}

// What it is called when it is saved: no path, and nothing that a terminal or a header would take
// for more than a name.
Result<std::string> requested_name(const Json& request) {
    TRY(auto name, campus::required_words(request, "name", limits::file_name_bytes_max));
    const bool plain = std::ranges::none_of(name, [](char c) {
        return c == '/' || c == '\\' || c == 0x7F || static_cast<unsigned char>(c) < 0x20;
    });
    if (!plain || name == "." || name == "..")
        return Error{Code::invalid, "name is a file's name, without a path", "name"};
    return name;
}

// type "/" subtype, as RFC 6838 §4.2 has them, in lower case.
Result<std::string> requested_type(const Json& request) {
    TRY(auto type, campus::required_text(request, "type", limits::file_type_bytes_max));
    const auto slash = std::ranges::count(type, '/');
    const bool plain = std::ranges::all_of(type, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view{"/.+-_"}.find(c) != std::string_view::npos;
    });
    if (slash != 1 || !plain || type.front() == '/' || type.back() == '/')
        return Error{Code::invalid, "type is a media type like \"image/png\"", "type"};
    return type;
}

Status require_place(store::Database& db, const std::string& user) {
    auto select = db.statement("SELECT count(*) FROM files WHERE uploader = ? AND post IS NULL");
    select.bind(1, std::string_view{user});
    TRY([[maybe_unused]] const bool found, select.step());
    if (select.number(0) < limits::files_unused_per_user_max) return Ok{};
    return Error{Code::too_large, "too many attachments of yours are in no post yet", "to"};
}

Json file_view(const File& file) {
    return Json{{"id", file.id}, {"name", file.name}, {"type", file.type}, {"bytes", file.bytes}};
}

}  // namespace

Result<Json> create_attachment(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    File file{.id = make_ulid(wall_now()), .uploader = call.who.user};
    TRY(file.room, campus::required_text(request, "to", campus::room_name_bytes_max));
    TRY_OK(require_feed(call.directory, call.who.user, file.room, "to"));
    TRY_OK(require_voice(call, file.room, "to"));
    TRY(file.name, requested_name(request));
    TRY(file.type, requested_type(request));
    TRY(const auto bytes, campus::optional_number(request, "bytes", 1, limits::file_bytes_max));
    if (!bytes) return Error{Code::invalid, "bytes is missing", "bytes"};
    file.bytes = *bytes;
    TRY_OK(require_place(db, call.who.user));
    TRY_OK(db.statement("INSERT INTO files (id, room, uploader, name, type, bytes, created_at) "
                        "VALUES (?, ?, ?, ?, ?, ?, ?)")
               .bind_all(std::string_view{file.id}, std::string_view{file.room},
                         std::string_view{file.uploader}, std::string_view{file.name},
                         std::string_view{file.type}, file.bytes,
                         std::string_view{call.transaction.at()})
               .run());
    call.about = file.id;
    return Json{{"attachment", file_view(file)}, {"upload", path_of(file.id)}};
}

Result<Json> link_attachment(ReadCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "attachment", limits::identifier_bytes_max));
    TRY(const auto file, load_file(call.db, id));
    TRY(const auto key, link_key(call.db));
    TRY(const bool may,
        file ? may_have(call.db, call.directory, *file, call.who.user) : Result<bool>{false});
    if (!may || !file->complete)
        return Error{Code::not_found, "there is no such attachment", "attachment"};
    const WallTime expires = wall_now() + limits::file_link_lifetime;
    const auto link = make_link(key, id, call.who.user, expires);
    return Json{{"attachment", file_view(*file)},
                {"url", path_of(id) + "?user=" + base64::encode_url(link.user) + "&expires=" +
                            std::to_string(link.expires_ms) + "&signature=" + link.signature},
                {"expiresAt", to_rfc3339(expires)}};
}

}  // namespace homeroom::features::feed
