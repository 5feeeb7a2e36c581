// A school for load tests, as a OneRoster 1.2 CSV package (bulk).
//
// Users u0, u1, … are in the institution "north"; each is in a class of neighbours (a0, a1, …) and
// in one of people from everywhere (b0, b1, …), both of exactly the class's size where the number
// of users is a multiple of it; the first are in "lecture" too. Each class has its course
// (course-a0, …; "lectures"). u0, u20, u40, … teach what they are in.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace homeroom::load {

inline constexpr std::uint32_t roster_users_max = 1'000'000;

struct RosterSize {
    std::uint32_t users = 0;
    std::uint32_t class_size = 30;
    std::uint32_t lecture = UINT32_MAX;  // users in it; as it is here: all
};

struct RosterPackage {
    std::uint32_t users = 0;
    std::uint32_t classes = 0;
    std::uint64_t enrollments = 0;
};

// Makes the folder if it is not there; overwrites the package's files in it, and nothing else.
Result<RosterPackage> write_roster(const std::filesystem::path& folder, const RosterSize& size);

}  // namespace homeroom::load
