#include "features/groups/rules.h"

#include "base/limits.h"
#include "campus/groups/limits.h"
#include "campus/roster/room_name.h"

namespace homeroom::features::groups {
namespace {

using campus::Json;
using campus::SchoolPolicy;
using campus::WriteCall;

Error forbidden(const char* words) {
    return Error{Code::forbidden, words, "group"};
}

bool may_make(const WriteCall& call, SchoolPolicy::Makers makers, const std::string& home) {
    switch (makers) {
        case SchoolPolicy::Makers::nobody: return false;
        case SchoolPolicy::Makers::staff:
            return call.directory.is_school_staff(call.who.user, home);
        case SchoolPolicy::Makers::everybody: return true;
    }
    return false;
}

template <typename Value>
Result<std::optional<Value>> requested_word(const Json& request, const char* field,
                                            std::optional<Value> (*read)(std::string_view),
                                            const char* words) {
    TRY(const auto text, campus::optional_text(request, field, limits::identifier_bytes_max));
    if (!text) return std::optional<Value>{};
    const auto value = read(*text);
    if (!value) return Error{Code::invalid, words, field};
    return value;
}

}  // namespace

Error unknown_group() {
    return Error{Code::not_found, "there is no such group", "group"};
}

Result<StoredGroup> named_group(store::Database& db, const Json& request) {
    TRY(const auto id, campus::required_text(request, "group", limits::identifier_bytes_max));
    TRY(auto group, campus::load_group(db, id));
    if (!group) return unknown_group();
    return std::move(*group);
}

Result<StoredGroup> own_group(const WriteCall& call, const Json& request) {
    TRY(auto group, named_group(call.transaction.db(), request));
    if (!call.directory.is_member(call.who.user, group.group.room())) return unknown_group();
    return group;
}

Result<StoredGroup> led_group(const WriteCall& call, const Json& request) {
    TRY(auto group, own_group(call, request));
    if (!group.is_staff(call.who.user)) return forbidden("only who leads the group may do that");
    return group;
}

Result<StoredGroup> owned_group(const WriteCall& call, const Json& request) {
    TRY(auto group, own_group(call, request));
    const auto* member = group.find(call.who.user);
    if (member == nullptr || member->role != campus::GroupRole::owner)
        return forbidden("only the group's owner may do that");
    return group;
}

bool is_in_reach(const campus::Directory& directory, const campus::StudyGroup& group,
                 std::string_view user) {
    return group.access != campus::GroupAccess::secret && directory.is_member(user, group.home);
}

Result<std::string> requested_home(const WriteCall& call, const Json& request) {
    TRY(auto asked, campus::optional_text(request, "home", campus::room_name_bytes_max));
    const std::string home =
        asked ? std::move(*asked) : call.directory.rooms_of(call.who.user).institution;
    if (home.empty())
        return Error{Code::invalid, "home names the room that the group belongs to", "home"};
    const auto name = campus::parse_room(home);
    if (!name || !call.directory.is_member(call.who.user, home))
        return Error{Code::not_found, "there is no such room", "home"};
    using campus::RoomKind;
    const bool fits =
        name->whole() && (name->kind == RoomKind::class_room || name->kind == RoomKind::course ||
                          name->kind == RoomKind::institution);
    if (!fits)
        return Error{Code::invalid, "a group belongs to a class, a course or an institution",
                     "home"};
    return home;
}

Status require_maker(const WriteCall& call, const std::string& home, campus::GroupAccess access) {
    const auto& policy = call.policy.groups;
    if (!may_make(call, policy.create, home))
        return Error{Code::forbidden, "your school does not let you make groups here", "home"};
    if (access == campus::GroupAccess::secret && !may_make(call, policy.secret, home))
        return Error{Code::forbidden, "your school does not let you make secret groups here",
                     "access"};
    return Ok{};
}

Status require_place(const campus::Directory& directory, const StoredGroup& group,
                     std::string_view user) {
    if (group.members.size() >= limits::group_members_max)
        return Error{Code::too_large, "the group is full", "group"};
    if (directory.groups().places_of(user).size() >= limits::groups_per_user_max)
        return Error{Code::too_large, "that is too many groups for one person", "group"};
    return Ok{};
}

Result<std::string> requested_title(const Json& request) {
    return campus::required_words(request, "title", limits::group_title_bytes_max);
}

Result<std::optional<std::string>> requested_about(const Json& request) {
    return campus::optional_text(request, "about", limits::group_about_bytes_max);
}

Result<std::optional<campus::GroupAccess>> requested_access(const Json& request) {
    return requested_word(request, "access", campus::group_access_from_text,
                          R"(access is "open", "invitation" or "secret")");
}

Result<std::optional<campus::GroupHistory>> requested_history(const Json& request) {
    return requested_word(request, "history", campus::group_history_from_text,
                          R"(history is "shared" or "joined")");
}

Result<std::string> requested_user(const Json& request) {
    return campus::required_text(request, "user", limits::identifier_bytes_max);
}

}  // namespace homeroom::features::groups
