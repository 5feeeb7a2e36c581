#include "features/events/events.h"

#include <algorithm>
#include <array>

#include "campus/audience.h"
#include "campus/platform_room.h"
#include "campus/roster/room_name.h"

namespace homeroom::features::events {
namespace {

using campus::Audience;
using campus::Json;
using campus::WriteCall;

constexpr std::size_t type_bytes_max = 64;
constexpr std::size_t data_bytes_max = 64 * limits::KiB;
constexpr std::size_t users_max = 200;  // that one event names

// What stands before the ":" of names that are the server's own, now or by the contract later:
// nobody else's event may be taken for one of them.
constexpr auto reserved = std::to_array<std::string_view>(
    {"alert",    "announcement", "attachment",    "auth",         "block",      "call",
     "comment",  "connect",      "connect_error", "conversation", "disconnect", "disconnecting",
     "doc",      "error",        "feed",          "grade",        "group",      "guardian",
     "live",     "message",      "notification",  "poll",         "post",       "presence",
     "reaction", "report",       "rooms",         "screen",       "service",    "session",
     "study",    "supervision",  "time",          "typing"});

Result<std::string> requested_type(const Json& request) {
    TRY(auto type, campus::required_text(request, "type", type_bytes_max));
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view{":._-"}.find(c) != std::string_view::npos;
    };
    if (type.empty() || !std::ranges::all_of(type, fits))
        return Error{Code::invalid, "a type has letters, digits and : . _ -", "type"};
    const auto name = std::string_view{type}.substr(0, type.find(':'));
    if (std::ranges::find(reserved, name) != reserved.end())
        return Error{Code::invalid, "this name is the server's own", "type"};
    return type;
}

Error no_such_user() {
    return Error{Code::not_found, "to.users names somebody who is not on the roster", "to"};
}

Result<Audience> to_users(const WriteCall& call, const Json& users) {
    if (!users.is_array() || users.empty())
        return Error{Code::invalid, "to.users must be a list of user ids", "to"};
    if (users.size() > users_max)
        return Error{Code::too_large, "an event names at most 200 people", "to"};
    std::vector<std::string> named;
    for (const Json& user : users) {
        if (!user.is_string())
            return Error{Code::invalid, "to.users must be a list of user ids", "to"};
        const auto& id = user.get_ref<const std::string&>();
        if (!call.directory.user(id)) return no_such_user();
        if (std::ranges::find(named, id) == named.end()) named.push_back(id);
    }
    if (named.size() == 1)
        return Audience::members(campus::room_name(campus::RoomKind::user, named.front()));
    return Audience::users(campus::room_name(campus::RoomKind::global, {}), std::move(named));
}

// A room with or without "/staff", everybody, one user, or some.
Result<Audience> requested_audience(const WriteCall& call, const Json& request) {
    const auto to = request.find("to");
    if (to != request.end() && to->is_object() && to->size() == 1 && to->contains("users"))
        return to_users(call, (*to)["users"]);
    TRY(auto room, campus::required_text(request, "to", campus::room_name_bytes_max));
    const auto name = campus::parse_room(room);
    if (!name) return Error{Code::not_found, "there is no such room", "to"};
    switch (name->kind) {
        case campus::RoomKind::global: return Audience::members(std::move(room));
        case campus::RoomKind::user:
            if (!name->whole() || !call.directory.user(name->id)) break;
            return Audience::members(std::move(room));
        case campus::RoomKind::class_room:
        case campus::RoomKind::course:
        case campus::RoomKind::institution:
        case campus::RoomKind::group:
            TRY_OK(campus::require_platform_room(call.directory,
                                                 campus::room_name(name->kind, name->id), "to"));
            return Audience::members(std::move(room));
    }
    return Error{Code::not_found, "there is no such room", "to"};
}

Result<Json> send_event(WriteCall& call, const Json& request) {
    TRY(auto type, requested_type(request));
    TRY(const auto audience, requested_audience(call, request));
    const auto data = request.find("data");
    if (data == request.end() || !data->is_object())
        return Error{Code::invalid, "data must be one object", "data"};
    const Json body{{"data", *data}};
    std::string text = body.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text.size() > data_bytes_max)
        return Error{Code::too_large, "data is longer than 64 KiB", "data"};
    TRY_OK(call.transaction.publish({.type = std::move(type),
                                     .audience = audience.at(call.transaction.moment()).stored(),
                                     .by_json = "null",
                                     .body = std::move(text)}));
    return Json::object();
}

}  // namespace

void register_events(campus::Surface& surface) {
    surface.service_write("event", send_event);
}

}  // namespace homeroom::features::events
