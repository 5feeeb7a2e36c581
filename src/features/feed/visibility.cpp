#include "features/feed/visibility.h"

#include <algorithm>

#include "base/limits.h"
#include "features/feed/mentions.h"

namespace homeroom::features::feed {
namespace {

using campus::Json;

Error wrong(std::string words) {
    return Error{Code::invalid, std::move(words), "visibility"};
}

Result<Visibility> read_users(const Json& users) {
    if (!users.is_array() || users.empty())
        return wrong("visibility.users must be a list of user ids");
    if (users.size() > limits::visibility_users_max) {
        return Error{
            Code::too_large,
            "a post names at most " + std::to_string(limits::visibility_users_max) + " people",
            "visibility"};
    }
    Visibility visibility{.kind = Visibility::Kind::users};
    for (const Json& user : users) {
        if (!user.is_string()) return wrong("visibility.users must be a list of user ids");
        const auto& id = user.get_ref<const std::string&>();
        if (std::ranges::find(visibility.users, id) == visibility.users.end())
            visibility.users.push_back(id);
    }
    return visibility;
}

}  // namespace

Status require_members(const Visibility& visibility, const std::string& room,
                       std::string_view author, const campus::Directory& directory) {
    // The same words for somebody in another class, for whom he is not shown, and for nobody.
    for (const std::string& user : visibility.users) {
        if (!directory.is_member(user, room) || !knows_of(author, user, room, directory))
            return wrong("visibility.users names somebody who is not in this room");
    }
    return Ok{};
}

Result<Visibility> read_visibility(const Json& request) {
    const auto found = request.find("visibility");
    if (found == request.end() || found->is_null() || *found == "everyone") return Visibility{};
    if (*found == "staff") return Visibility{.kind = Visibility::Kind::staff};
    if (found->is_object() && found->size() == 1 && found->contains("users")) {
        return read_users((*found)["users"]);
    }
    return wrong(R"(visibility is "everyone", "staff" or {"users": [id, …]})");
}

Json to_json(const Visibility& visibility) {
    if (visibility.kind == Visibility::Kind::users) return Json{{"users", visibility.users}};
    return Json(stored_kind(visibility));
}

std::string_view stored_kind(const Visibility& visibility) {
    switch (visibility.kind) {
        case Visibility::Kind::everyone: return "everyone";
        case Visibility::Kind::staff: return "staff";
        case Visibility::Kind::users: return "users";
    }
    return "";
}

Result<Visibility::Kind> kind_from_stored(std::string_view text) {
    for (const auto kind :
         {Visibility::Kind::everyone, Visibility::Kind::staff, Visibility::Kind::users}) {
        if (stored_kind({.kind = kind}) == text) return kind;
    }
    return Error{Code::internal, "a stored post has an unknown visibility"};
}

campus::Audience audience_of(const std::string& room, const std::string& author,
                             const Visibility& visibility) {
    switch (visibility.kind) {
        case Visibility::Kind::everyone: return campus::Audience::members(room);
        case Visibility::Kind::staff: return campus::Audience::staff(room, author);
        case Visibility::Kind::users: break;
    }
    std::vector<std::string> users = visibility.users;
    if (std::ranges::find(users, author) == users.end()) users.push_back(author);
    return campus::Audience::users(room, std::move(users));
}

}  // namespace homeroom::features::feed
