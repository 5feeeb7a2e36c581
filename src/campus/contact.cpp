#include "campus/contact.h"

#include <algorithm>
#include <iterator>

namespace homeroom::campus {
namespace {

std::vector<std::string> in_both(const std::vector<std::string>& one,
                                 const std::vector<std::string>& other) {
    std::vector<std::string> both;
    std::ranges::set_intersection(one, other, std::back_inserter(both));
    return both;
}

bool is_group(const std::string& room) {
    return room.starts_with("group-");
}

// By the roster: who leads a group may be anybody.
bool is_staff_of(const RoomSet& rooms, const std::string& room) {
    return !is_group(room) && std::ranges::binary_search(rooms.staff, room + "/staff");
}
bool is_school_staff(const RoomSet& rooms) {
    return !std::ranges::all_of(rooms.staff, is_group);
}

// Where people meet: its rooms are what the policy goes by. Where the members of a group are not
// shown to each other, they do not.
std::vector<std::string> meeting_rooms(const RoomSet& one, const RoomSet& other) {
    std::vector<std::string> rooms;
    for (const auto list : {&RoomSet::classes, &RoomSet::courses, &RoomSet::groups})
        std::ranges::move(in_both(one.*list, other.*list), std::back_inserter(rooms));
    std::erase_if(rooms, [&](const std::string& room) {
        return std::ranges::binary_search(one.unlisted_groups, room);
    });
    return rooms;
}

std::vector<RoomSet> rooms_of_those_present(const Directory& directory,
                                            const std::vector<std::string>& users) {
    std::vector<RoomSet> present;
    for (const std::string& user : users) {
        RoomSet rooms = directory.rooms_of(user);
        if (!rooms.personal.empty()) present.push_back(std::move(rooms));
    }
    return present;
}

std::vector<std::string> rooms_of_all(const std::vector<RoomSet>& present) {
    std::vector<std::string> shared = meeting_rooms(present.front(), present.front());
    std::ranges::sort(shared);
    for (const RoomSet& rooms : present) {
        auto also = meeting_rooms(rooms, rooms);
        std::ranges::sort(also);
        shared = in_both(shared, also);
    }
    std::erase_if(shared, is_group);
    return shared;
}

bool are_students_to_supervise(const MessagePolicy& policy, const std::vector<RoomSet>& present) {
    return policy.supervised == SchoolPolicy::Supervised::students && present.size() > 1 &&
           std::ranges::all_of(present,
                               [](const RoomSet& rooms) { return !is_school_staff(rooms); });
}

}  // namespace

Contact contact_between(const MessagePolicy& policy, const RoomSet& one, const RoomSet& other) {
    if (one.personal.empty() || other.personal.empty()) return Contact::stranger;
    const auto shared = meeting_rooms(one, other);
    const bool allowed = std::ranges::any_of(shared, [&](const std::string& room) {
        return is_staff_of(one, room) || is_staff_of(other, room) ? policy.staff : policy.peers;
    });
    if (allowed) return Contact::allowed;
    if (policy.institution && !in_both(one.own_institutions, other.own_institutions).empty())
        return Contact::allowed;
    return shared.empty() ? Contact::stranger : Contact::refused;
}

Contact contact_between(const MessagePolicy& policy, const Directory& directory,
                        std::string_view one, std::string_view other) {
    return contact_between(policy, directory.rooms_of(one), directory.rooms_of(other));
}

bool may_all_write(const MessagePolicy& policy, const Directory& directory,
                   const std::vector<std::string>& users) {
    const auto present = rooms_of_those_present(directory, users);
    for (auto one = present.begin(); one != present.end(); ++one) {
        for (auto other = std::next(one); other != present.end(); ++other) {
            if (contact_between(policy, *one, *other) != Contact::allowed) return false;
        }
    }
    return true;
}

std::vector<std::string> supervising_rooms(const MessagePolicy& policy, const Directory& directory,
                                           const std::vector<std::string>& users) {
    if (policy.supervised == SchoolPolicy::Supervised::none) return {};
    const auto present = rooms_of_those_present(directory, users);
    return are_students_to_supervise(policy, present) ? rooms_of_all(present)
                                                      : std::vector<std::string>{};
}

bool is_supervised_enough(const MessagePolicy& policy, const Directory& directory,
                          const std::vector<std::string>& users) {
    if (policy.supervised == SchoolPolicy::Supervised::none) return true;
    const auto present = rooms_of_those_present(directory, users);
    return !are_students_to_supervise(policy, present) || !rooms_of_all(present).empty();
}

}  // namespace homeroom::campus
