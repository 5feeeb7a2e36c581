#include "api/connection_routes.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "api/surface_call.h"
#include "campus/audit.h"
#include "campus/audit_requests.h"
#include "campus/page.h"
#include "campus/platform_room.h"

namespace homeroom::api {
namespace {

using campus::ConnectionPage;
using campus::ConnectionQuery;
using campus::Json;
using campus::RoomKind;

// Whoever mistypes one must hear so, and not that nobody is there.
Status require_user(const campus::Directory& directory, std::string_view user) {
    if (directory.person(user)) return Ok{};
    return Error{Code::not_found, "there is no such user", "user"};
}

Status require_room(const campus::Directory& directory, const std::string& room) {
    const auto name = campus::parse_room(room);
    if (name && name->kind == RoomKind::global) return Ok{};
    if (name && name->kind == RoomKind::user && directory.person(name->id)) return Ok{};
    TRY([[maybe_unused]] const auto kind,
        campus::require_platform_room(
            directory, name ? campus::room_name(name->kind, name->id) : room, "room"));
    return Ok{};
}

Result<ConnectionQuery> query_of(const Request& request, const campus::Directory& directory) {
    Json asked = Json::object();
    take_query(request, {"user", "room", "after"}, {"limit"}, asked);
    TRY(const auto user, campus::optional_text(asked, "user", limits::identifier_bytes_max));
    TRY(const auto room, campus::optional_text(asked, "room", campus::room_name_bytes_max));
    TRY(const auto after, campus::optional_text(asked, "after", limits::identifier_bytes_max));
    ConnectionQuery query;
    TRY(query.limit, campus::requested_limit(asked, campus::connections_page_default,
                                             campus::connections_page_max));
    if (user) TRY_OK(require_user(directory, *user));
    if (room) TRY_OK(require_room(directory, *room));
    query.user = user.value_or("");
    query.room = room.value_or("");
    if (!after) return query;
    query.after = campus::connection_from_text(*after);
    if (!query.after)
        return Error{Code::invalid, "after is not a `next` of an earlier answer", "after"};
    return query;
}

std::string json_of(ConnectionPage page) {
    const std::string next = page.next ? '"' + *page.next + '"' : "null";
    return R"({"connections":[)" + std::move(page.entries) + R"(],"next":)" + next + '}';
}

// What is disclosed must have been written down.
void answer_when_audited(const Request& request, store::Store& store, ConnectionPage page,
                         const std::string& service, const std::string& user,
                         const std::string& room) {
    Json details{{"connections", page.count}};
    if (!room.empty()) details["room"] = room;
    const auto answer = std::make_shared<const std::string>(json_of(std::move(page)));
    const bool taken = store.submit({
        .work = [service, subject = user.empty() ? room : user,
                 text = campus::audit_details(std::move(details))](
                    store::Transaction& transaction) -> Status {
            return campus::audit(transaction, {.actor = service,
                                               .action = "connections.list",
                                               .subject = subject,
                                               .details = text});
        },
        .done =
            [request, answer](const Status& status) {
                if (!status.ok()) return request.answer_problem(status.error());
                request.answer_json(200, *answer);
            },
    });
    if (!taken) request.answer_problem(campus::too_much_to_do());
}

void list(const Request& request, const ConnectionParts& parts) {
    const std::string service = "service:" + request.claims().subject;
    if (const auto allowed = parts.surface.allow(service); !allowed.ok())
        return request.answer_problem(allowed.error());
    auto query = query_of(request, parts.directory);
    if (!query.ok()) return request.answer_problem(query.error());
    const auto then = [request, service, user = query->user, room = query->room,
                       &store = parts.store](Result<ConnectionPage> page) {
        if (!page.ok()) return request.answer_problem(page.error());
        answer_when_audited(request, store, std::move(*page), service, user, room);
    };
    parts.connections.read(std::move(*query), then);
}

}  // namespace

void add_connection_routes(Router& router, const ConnectionParts& parts) {
    router.add({.method = "GET",
                .pattern = "/api/v1/connections",
                .caller = Caller::platform,
                .handler = [parts](const Request& request) { list(request, parts); }});
}

}  // namespace homeroom::api
