#include "features/live/rules.h"

#include <array>
#include <utility>

#include "base/limits.h"
#include "campus/platform_room.h"
#include "campus/roster/room_name.h"
#include "features/live/limits.h"
#include "outgoing/webhook.h"

namespace homeroom::features::live {
namespace {

using campus::Json;
using campus::RoomKind;

constexpr std::array places{
    std::pair{"class", RoomKind::class_room}, std::pair{"course", RoomKind::course},
    std::pair{"group", RoomKind::group}, std::pair{"institution", RoomKind::institution}};

bool has(const Json& request, const char* field) {
    const auto found = request.find(field);
    return found != request.end() && !found->is_null();
}

int places_named(const Json& request) {
    int named = int{has(request, "room")};
    for (const auto& [field, kind] : places) named += int{has(request, field)};
    return named;
}

struct Place {
    std::string room{};
    const char* field = "room";
};

Result<Place> requested_place(const Json& request) {
    if (places_named(request) != 1)
        return Error{Code::invalid, "a live class is for one class, course, group or institution",
                     "class"};
    for (const auto& [field, kind] : places) {
        if (!has(request, field)) continue;
        TRY(const auto id, campus::required_text(request, field, limits::identifier_bytes_max));
        return Place{campus::room_name(kind, id), field};
    }
    TRY(auto room, campus::required_text(request, "room", campus::room_name_bytes_max));
    return Place{std::move(room), "room"};
}

}  // namespace

bool names_place(const Json& request) {
    return places_named(request) > 0;
}

Result<std::string> requested_room(const campus::WriteCall& call, const Json& request) {
    TRY(auto place, requested_place(request));
    if (call.who.service) {
        TRY([[maybe_unused]] const auto kind,
            campus::require_platform_room(call.directory, place.room, place.field));
        return std::move(place.room);
    }
    const auto name = campus::parse_room(place.room);
    if (!name || !call.directory.is_member(call.who.user, place.room))
        return Error{Code::not_found, "there is no such room", place.field};
    if (!name->whole() || name->kind == RoomKind::user || name->kind == RoomKind::global)
        return Error{Code::forbidden,
                     "live classes are for classes, courses, groups and"
                     " institutions",
                     place.field};
    if (!call.directory.is_staff(call.who.user, place.room))
        return Error{Code::forbidden, "only the room's staff may do that", place.field};
    return std::move(place.room);
}

bool runs(const campus::Directory& directory, const campus::Principal& who, std::string_view room) {
    return who.service || directory.is_staff(who.user, room);
}

bool may_publish(const campus::Directory& directory, std::string_view user, std::string_view room,
                 std::string_view presenter) {
    return user == presenter && directory.is_staff(user, room);
}

bool is_presented(const campus::Directory& directory, std::string_view room,
                  std::string_view presenter) {
    return campus::is_service(presenter) || directory.is_staff(presenter, room);
}

bool may_take_over(const campus::Directory& directory, std::string_view user, std::string_view room,
                   std::string_view presenter) {
    return directory.is_staff(user, room) &&
           (campus::is_service(presenter) || !is_presented(directory, room, presenter));
}

bool tells_numbers(const campus::Directory& directory, std::string_view room) {
    const auto name = campus::parse_room(room);
    if (!name || name->kind != RoomKind::group) return name.has_value();
    const auto group = directory.groups().find(name->id);
    return group && group->listed;
}

bool is_public_url(std::string_view url) {
    return url.size() <= url_bytes_max && url.starts_with("https://") &&
           outgoing::is_webhook_url(url);
}

Result<std::string> requested_url(const Json& request) {
    TRY(auto url, campus::optional_text(request, "url", url_bytes_max));
    if (!url) return std::string{};
    if (!is_public_url(*url))
        return Error{Code::invalid, "url is an https address without name and password", "url"};
    return std::move(*url);
}

}  // namespace homeroom::features::live
