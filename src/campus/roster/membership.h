// What a user's records make of him today: pure functions over the directory's state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "campus/roster/directory_state.h"

namespace homeroom::campus {

struct Place {
    std::uint32_t number;  // of a class, course or org
    bool staff;
    bool own = true;  // of an org: not only because it is above one of his
};

// Where a user belongs, each place once, with staff if any of his records there says so. Unsorted.
struct Places {
    std::vector<Place> classes{};
    std::vector<Place> courses{};
    std::vector<Place> institutions{};
    std::vector<std::uint32_t> as_guardian{};  // institutions, each once
    std::uint32_t primary_institution = nothing;
};

Places places_of(const Directory::State& state, const UserEntry& user, Date today);

// The roles held today, as OneRoster's words, sorted, each once.
std::vector<std::string> roles_of(const UserEntry& user, Date today);

// Whether he holds a guardian's role today.
bool is_guardian(const UserEntry& user, Date today);

std::string name_of(const UserEntry& user, std::string_view id);

// Without study groups, which are not the roster's. `guardians`: whether the school tells guardians
// anything in rooms of their own.
RoomSet room_set_of(const Directory::State& state, std::string_view id, const UserEntry& user,
                    Date today, bool guardians);

}  // namespace homeroom::campus
