#include "campus/roster/membership.h"

#include <algorithm>

namespace homeroom::campus {
namespace {

// How many levels above an org are looked at.
constexpr std::size_t org_levels_max = 32;

// Half-open, and open where a bound is missing.
template <typename Entry>
bool in_force(const Entry& entry, Date today) {
    const auto day = std::chrono::sys_days{today};
    return (!entry.begin || std::chrono::sys_days{*entry.begin} <= day) &&
           (!entry.end || day < std::chrono::sys_days{*entry.end});
}

// Roles that open a class room. A role we do not know gives nothing; a guardian follows a student,
// not a class.
bool opens_class(Role role) {
    return role != Role::none && role != Role::guardian;
}

void add(std::vector<Place>& places, std::uint32_t number, bool staff, bool own = true) {
    const auto found = std::ranges::find(places, number, &Place::number);
    if (found == places.end()) {
        places.push_back({number, staff, own});
    } else {
        found->staff = found->staff || staff;
        found->own = found->own || own;
    }
}

// Who belongs to a school belongs to what it is a part of, as a member. Nothing goes down: a role
// in a district is none in its schools. The chain ends where an org is not there, and in a circle.
void add_with_parents(const Directory::State& state, Places& places, std::uint32_t org,
                      bool staff) {
    add(places.institutions, org, staff);
    auto above = state.orgs[org].parent;
    for (std::size_t i = 0; i < org_levels_max; ++i) {
        if (above == nothing || above == org || !state.orgs[above].present) return;
        add(places.institutions, above, false, false);
        above = state.orgs[above].parent;
    }
}

}  // namespace

Places places_of(const Directory::State& state, const UserEntry& user, Date today) {
    Places places;
    if (!user.present || !user.enabled) return places;
    for (const EnrollmentEntry& enrollment : user.enrollments) {
        const ClassEntry& entry = state.classes[enrollment.class_number];
        if (!entry.present || !opens_class(enrollment.role) || !in_force(enrollment, today))
            continue;
        const bool staff = is_class_staff(enrollment.role);
        add(places.classes, enrollment.class_number, staff);
        if (entry.course != nothing && state.courses[entry.course].present)
            add(places.courses, entry.course, staff);
        const auto school = entry.school != nothing ? entry.school : enrollment.school;
        // Being staff of a class is no standing in the whole school.
        if (school != nothing && state.orgs[school].present)
            add_with_parents(state, places, school, false);
    }
    for (const AffiliationEntry& affiliation : user.affiliations) {
        if (affiliation.org == nothing || !state.orgs[affiliation.org].present) continue;
        if (affiliation.role == Role::none || !in_force(affiliation, today)) continue;
        // A guardian follows a student; he is no member of the school.
        if (affiliation.role == Role::guardian) {
            if (std::ranges::find(places.as_guardian, affiliation.org) == places.as_guardian.end())
                places.as_guardian.push_back(affiliation.org);
            continue;
        }
        add_with_parents(state, places, affiliation.org, is_institution_staff(affiliation.role));
        if (!affiliation.primary) continue;
        // Of several the first by its id, so that the order in which they were told makes no
        // difference.
        const auto chosen = places.primary_institution;
        if (chosen == nothing || state.org_ids.text(affiliation.org) < state.org_ids.text(chosen)) {
            places.primary_institution = affiliation.org;
        }
    }
    return places;
}

std::vector<std::string> roles_of(const UserEntry& user, Date today) {
    std::vector<std::string> roles;
    const auto note = [&](const auto& entry) {
        if (entry.role != Role::none && in_force(entry, today))
            roles.emplace_back(to_string(entry.role));
    };
    std::ranges::for_each(user.enrollments, note);
    std::ranges::for_each(user.affiliations, note);
    std::ranges::sort(roles);
    const auto repeated = std::ranges::unique(roles);
    roles.erase(repeated.begin(), repeated.end());
    return roles;
}

bool is_guardian(const UserEntry& user, Date today) {
    const auto is_one = [&](const auto& entry) {
        return entry.role == Role::guardian && in_force(entry, today);
    };
    return std::ranges::any_of(user.affiliations, is_one) ||
           std::ranges::any_of(user.enrollments, is_one);
}

std::string name_of(const UserEntry& user, std::string_view id) {
    std::string name = user.given_name;
    if (!name.empty() && !user.family_name.empty()) name += ' ';
    name += user.family_name;
    if (name.empty()) name = user.username;
    if (name.empty()) name = id;
    return name;
}

RoomSet room_set_of(const Directory::State& state, std::string_view id, const UserEntry& user,
                    Date today, bool guardians) {
    RoomSet rooms;
    if (!user.present || !user.enabled) return rooms;
    const Places places = places_of(state, user, today);
    const auto fill = [&](const std::vector<Place>& from, const Interner& ids, RoomKind kind,
                          std::vector<std::string>& to) {
        for (const Place& place : from) {
            to.push_back(room_name(kind, ids.text(place.number)));
            if (place.staff) rooms.staff.push_back(room_name(kind, ids.text(place.number), true));
        }
        std::ranges::sort(to);
    };
    fill(places.classes, state.class_ids, RoomKind::class_room, rooms.classes);
    fill(places.courses, state.course_ids, RoomKind::course, rooms.courses);
    fill(places.institutions, state.org_ids, RoomKind::institution, rooms.institutions);
    for (const Place& place : places.institutions) {
        const std::string room = room_name(RoomKind::institution, state.org_ids.text(place.number));
        if (place.own) rooms.own_institutions.push_back(room);
        if (guardians && place.staff) rooms.guardians.push_back(room + "/guardians");
    }
    if (guardians) {
        for (const auto org : places.as_guardian) {
            rooms.guardians.push_back(room_name(RoomKind::institution, state.org_ids.text(org)) +
                                      "/guardians");
        }
    }
    std::ranges::sort(rooms.own_institutions);
    std::ranges::sort(rooms.guardians);
    const auto repeated = std::ranges::unique(rooms.guardians);
    rooms.guardians.erase(repeated.begin(), repeated.end());
    std::ranges::sort(rooms.staff);
    rooms.personal = room_name(RoomKind::user, id);
    rooms.global = true;
    if (places.primary_institution != nothing) {
        rooms.institution =
            room_name(RoomKind::institution, state.org_ids.text(places.primary_institution));
    } else if (!rooms.own_institutions.empty()) {
        rooms.institution = rooms.own_institutions.front();
    }
    return rooms;
}

}  // namespace homeroom::campus
