#include "features/documents/rules.h"

#include <algorithm>
#include <array>

#include "campus/roster/room_name.h"

namespace homeroom::features::documents {
namespace {

constexpr std::array<std::string_view, 7> words{"none",   "viewer", "pointer", "commenter",
                                                "drawer", "editor", "owner"};
constexpr std::string_view comments_suffix = "#comments";
constexpr std::size_t ulid_characters = 26;

}  // namespace

std::string_view to_string(Role role) {
    return words[static_cast<std::size_t>(role)];
}

std::optional<Role> role_from(std::string_view word) {
    const auto found = std::ranges::find(words, word);
    if (found == words.end()) return {};
    return static_cast<Role>(found - words.begin());
}

namespace {

// What an owner has given to one person also opens what was there before he came: it was meant for
// him.
Role role_without_lock(const campus::Directory& directory, const Access& access,
                       std::string_view user) {
    if (!directory.is_member(user, access.room)) return Role::none;
    const bool from_the_beginning = directory.sees_moment(user, access.room, access.moment);
    if (from_the_beginning && directory.is_staff(user, access.room)) return Role::owner;
    const auto own = access.people.find(user);
    if (own != access.people.end() && directory.sees_moment(user, access.room, own->second.moment))
        return own->second.role;
    return from_the_beginning ? access.members : Role::none;
}

}  // namespace

Role role_of(const campus::Directory& directory, const Access& access, std::string_view user) {
    const Role role = role_without_lock(directory, access, user);
    if (!access.is_locked || role == Role::owner) return role;
    return std::min(role, Role::commenter);
}

campus::Audience audience_of(const Access& access) {
    if (access.is_open_to_members())
        return campus::Audience::members(access.room).at(access.moment);
    // Staff, and beside them those who are named, each as long as he is in the room.
    store::StoredAudience stored{.room = access.room, .kind = "staff", .moment = access.moment};
    for (const auto& [user, given] : access.people) stored.users.push_back(user);
    return campus::Audience::from_stored(std::move(stored));
}

std::vector<std::string> latecomers_of(const campus::Directory& directory, const Access& access) {
    std::vector<std::string> users;
    for (const auto& [user, given] : access.people) {
        if (!directory.sees_moment(user, access.room, access.moment) &&
            directory.sees_moment(user, access.room, given.moment))
            users.push_back(user);
    }
    return users;
}

std::string Name::text() const {
    return comments ? document + std::string{comments_suffix} : document;
}

std::optional<Name> parse_name(std::string_view text) {
    const bool comments = text.ends_with(comments_suffix);
    if (comments) text.remove_suffix(comments_suffix.size());
    const bool is_id = text.size() == ulid_characters && std::ranges::all_of(text, [](char one) {
                           return (one >= '0' && one <= '9') || (one >= 'A' && one <= 'Z');
                       });
    if (!is_id) return {};
    return Name{std::string{text}, comments};
}

bool may_write(const Name& name, Role role) {
    return role >= (name.comments ? Role::commenter : Role::drawer);
}

bool may_write_all(const Name& name, Role role) {
    return role >= (name.comments ? Role::commenter : Role::editor);
}

Error unknown_document() {
    return Error{Code::not_found, "there is no such document", "doc"};
}

}  // namespace homeroom::features::documents
