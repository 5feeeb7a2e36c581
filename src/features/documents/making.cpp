// A document comes to be, gets another title, and goes.
#include "base/clock.h"
#include "base/ids.h"
#include "campus/roster/room_name.h"
#include "features/documents/asking.h"
#include "features/documents/limits.h"
#include "features/documents/requests.h"
#include "features/documents/telling.h"
#include "features/documents/templates.h"
#include "features/documents/view.h"

namespace homeroom::features::documents {
namespace {

constexpr auto creating_period = std::chrono::hours{24};

Result<std::string> requested_title(const Json& request) {
    return campus::required_words(request, "title", limits::document_title_bytes_max);
}

// Whoever is in a class, a course or a group; in an institution its staff. One's own room is for
// what is nobody else's.
Result<std::string> requested_room(const WriteCall& call, const Json& request) {
    TRY(auto room, campus::required_text(request, "room", campus::room_name_bytes_max));
    const auto name = campus::parse_room(room);
    if (!name || !call.directory.is_member(call.who.user, room))
        return Error{Code::not_found, "there is no such room", "room"};
    if (!name->whole() || name->kind == campus::RoomKind::global)
        return Error{
            Code::invalid,
            "a document is in a class, a course, a group, an institution or one's own room",
            "room"};
    if (name->kind == campus::RoomKind::institution &&
        !call.directory.is_school_staff(call.who.user, room))
        return Error{Code::forbidden, "only staff make documents for an institution", "room"};
    return room;
}

Result<std::string> requested_kind(const Json& request) {
    TRY(auto kind, campus::optional_text(request, "kind", limits::identifier_bytes_max));
    if (!kind) return std::string{kind_text};
    if (*kind != kind_text && *kind != kind_whiteboard)
        return Error{Code::invalid, R"(kind is "text" or "whiteboard")", "kind"};
    return std::move(*kind);
}

// In an institution everybody may read, unless it is asked for otherwise; elsewhere write.
Result<Role> requested_members(const Json& request, const Document& made) {
    TRY(const auto word, campus::optional_text(request, "members", limits::identifier_bytes_max));
    if (!word) return made.access.room.starts_with("institution-") ? Role::viewer : Role::editor;
    return given_role(*word, Role::none, Role::editor, made.kind, "members");
}

Status allow_one_more(const WriteCall& call, const std::string& room) {
    auto& db = call.transaction.db();
    auto made = db.statement("SELECT count(*) FROM documents WHERE author = ? AND created_at > ?");
    made.bind_all(std::string_view{call.who.user}, to_rfc3339(wall_now() - creating_period));
    TRY([[maybe_unused]] const bool row, made.step());
    if (made.number(0) >= limits::documents_created_per_day_max)
        return Error{Code::rate_limited, "too many new documents in a day", "",
                     std::chrono::hours{1}};
    auto there = db.statement("SELECT count(*) FROM documents WHERE room = ?");
    there.bind(1, std::string_view{room});
    TRY([[maybe_unused]] const bool other_row, there.step());
    if (there.number(0) >= limits::documents_per_room_max)
        return Error{Code::too_large, "the room has too many documents", "room"};
    return Ok{};
}

}  // namespace

Result<Json> create_document(WriteCall& call, const Json& request) {
    Document made{.id = make_ulid(wall_now()),
                  .author = call.who.user,
                  .author_name = call.who.name,
                  .created_at = call.transaction.at()};
    TRY(made.title, requested_title(request));
    TRY(made.kind, requested_kind(request));
    TRY(made.access.room, requested_room(call, request));
    TRY(made.access.members, requested_members(request, made));
    TRY_OK(allow_one_more(call, made.access.room));
    made.access.moment = call.transaction.moment();
    made.access.version = 1;
    made.access.people.emplace(call.who.user, Given{Role::owner, made.access.moment});
    TRY_OK(insert_document(call.transaction.db(), made));
    TRY_OK(fill_from_template(call, request, made));
    TRY_OK(tell(call.transaction, call.directory, call.who, made, "doc:created"));
    call.about = made.id;
    return Json{{"doc", view_of(call.directory, made)}, {"role", to_string(Role::owner)}};
}

Result<Json> rename_document(WriteCall& call, const Json& request) {
    TRY(auto document, owned_document(call, request));
    TRY(auto title, requested_title(request));
    if (title != document.title) {
        document.title = std::move(title);
        TRY_OK(update_document(call.transaction.db(), document));
        TRY_OK(tell(call.transaction, call.directory, call.who, document, "doc:updated"));
    }
    call.about = document.id;
    return Json{{"doc", view_of(call.directory, document)}, {"role", to_string(Role::owner)}};
}

Result<Json> delete_document_of(WriteCall& call, const Json& request) {
    TRY(const auto document, owned_document(call, request));
    TRY_OK(delete_document(call.transaction.db(), document.id));
    TRY_OK(tell_deleted(call.transaction, call.directory, call.who, document));
    return Json{{"docId", document.id}};
}

}  // namespace homeroom::features::documents
