#include "campus/roster/records.h"

#include <algorithm>
#include <utility>

namespace homeroom::campus {
namespace {

constexpr std::pair<std::string_view, Role> terms[] = {
    {"student", Role::student},
    {"teacher", Role::teacher},
    {"aide", Role::aide},
    {"administrator", Role::administrator},
    {"siteAdministrator", Role::administrator},
    {"districtAdministrator", Role::administrator},
    {"systemAdministrator", Role::administrator},
    {"principal", Role::administrator},
    {"proctor", Role::proctor},
    {"counselor", Role::counselor},
    {"guardian", Role::guardian},
    {"parent", Role::guardian},
    {"relative", Role::guardian},
};

}  // namespace

std::string_view to_string(Role role) {
    switch (role) {
        case Role::none: return "none";
        case Role::student: return "student";
        case Role::teacher: return "teacher";
        case Role::aide: return "aide";
        case Role::administrator: return "administrator";
        case Role::proctor: return "proctor";
        case Role::counselor: return "counselor";
        case Role::guardian: return "guardian";
    }
    return "none";
}

Role role_from_text(std::string_view text) {
    for (const auto& [term, role] : terms) {
        if (term == text) return role;
    }
    return Role::none;
}

bool is_class_staff(Role role) {
    return role == Role::teacher || role == Role::aide || role == Role::administrator;
}

bool is_institution_staff(Role role) {
    return is_class_staff(role) || role == Role::counselor;
}

}  // namespace homeroom::campus
