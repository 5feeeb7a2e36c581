#include "campus/roster/directory.h"

#include <algorithm>
#include <mutex>
#include <unordered_set>
#include <utility>

#include "campus/roster/directory_state.h"
#include "campus/roster/membership.h"

namespace homeroom::campus {
namespace {

using Reading = std::shared_lock<std::shared_mutex>;
using Writing = std::unique_lock<std::shared_mutex>;

// Numbers collected as they come, each given out once.
class Collected {
public:
    void add(std::uint32_t number) {
        if (number != nothing) numbers_.push_back(number);
    }
    void add(const std::vector<std::uint32_t>& numbers) {
        numbers_.insert(numbers_.end(), numbers.begin(), numbers.end());
    }
    std::vector<std::uint32_t> take() {
        std::ranges::sort(numbers_);
        const auto repeated = std::ranges::unique(numbers_);
        numbers_.erase(repeated.begin(), repeated.end());
        return std::move(numbers_);
    }

private:
    std::vector<std::uint32_t> numbers_{};
};

void put_all(Directory::State& state, const Directory::Records& records) {
    for (const Org& org : records.orgs) state.put(org);
    for (const Course& course : records.courses) state.put(course);
    for (const Class& one : records.classes) state.put(one);
    for (const User& user : records.users) state.put(user);
    for (const Affiliation& affiliation : records.affiliations) state.put(affiliation);
    for (const Enrollment& enrollment : records.enrollments) state.put(enrollment);
}

std::string text_or_empty(const Interner& ids, std::uint32_t number) {
    return number == nothing ? std::string{} : std::string{ids.text(number)};
}

void add_users_of_course(const Directory::State& state, std::uint32_t course, Collected& users) {
    if (course == nothing) return;
    for (const auto one : state.courses[course].classes) users.add(state.classes[one].users);
}

void add_users_of_org(const Directory::State& state, std::uint32_t org, Collected& users) {
    if (org == nothing) return;
    users.add(state.orgs[org].users);
    for (const auto one : state.orgs[org].classes) users.add(state.classes[one].users);
}

// These orgs and all that lie below them, each once, whatever circles the roster has.
std::vector<std::uint32_t> with_those_below(const Directory::State& state,
                                            std::vector<std::uint32_t> orgs) {
    std::unordered_set<std::uint32_t> seen{orgs.begin(), orgs.end()};
    for (std::size_t i = 0; i < orgs.size(); ++i) {
        for (const auto child : state.orgs[orgs[i]].children) {
            if (seen.insert(child).second) orgs.push_back(child);
        }
    }
    return orgs;
}

void add_agents(const Directory::State& state, const std::vector<std::string>& agents,
                Collected& users) {
    for (const std::string& agent : agents) users.add(state.user_ids.find(agent));
}

// A class without a school of its own stands at its enrolments' one. Looks at every user:
// O(enrolments).
void add_users_enrolled_at(const Directory::State& state, const std::vector<std::uint32_t>& schools,
                           Collected& users) {
    if (schools.empty()) return;
    const auto at_one_of_them = [&](const EnrollmentEntry& entry) {
        return entry.school != nothing && std::ranges::find(schools, entry.school) != schools.end();
    };
    for (std::uint32_t number = 0; number < state.users.size(); ++number) {
        if (std::ranges::any_of(state.users[number].enrollments, at_one_of_them)) users.add(number);
    }
}

// Whether a new version of a class puts its members elsewhere.
bool moves_members(const Directory::State& state, const ClassEntry& entry, const Class& next) {
    return !entry.present || text_or_empty(state.course_ids, entry.course) != next.course ||
           text_or_empty(state.org_ids, entry.school) != next.school;
}

}  // namespace

std::vector<std::string> RoomSet::all() const {
    std::vector<std::string> rooms;
    if (personal.empty()) return rooms;
    rooms.push_back(personal);
    for (const auto* list : {&classes, &courses, &groups, &institutions, &staff, &guardians}) {
        rooms.insert(rooms.end(), list->begin(), list->end());
    }
    if (global) rooms.push_back(room_name(RoomKind::global, {}));
    return rooms;
}

Directory::Directory() : state_(std::make_unique<State>()) {}
Directory::~Directory() = default;

void Directory::load(const Records& records, Date today) {
    auto state = std::make_unique<State>();
    state->today = today;
    put_all(*state, records);
    {
        const Writing lock(mutex_);
        state_.swap(state);
    }
    // What was there is freed here, where nobody waits for it.
}

void Directory::apply(const Changes& changes) {
    const Writing lock(mutex_);
    put_all(*state_, changes.upserts);
    for (const auto& id : changes.removed_enrollments) state_->remove_enrollment(id);
    for (const auto& id : changes.removed_affiliations) state_->remove_affiliation(id);
    for (const auto& id : changes.removed_classes) state_->remove_class(id);
    for (const auto& id : changes.removed_courses) state_->remove_course(id);
    for (const auto& id : changes.removed_users) state_->remove_user(id);
    for (const auto& id : changes.removed_orgs) state_->remove_org(id);
}

std::vector<std::string> Directory::affected_users(const Changes& changes) const {
    const Reading lock(mutex_);
    const State& state = *state_;
    Collected users;
    std::vector<std::string> unknown;  // users that this very change brings
    const auto add_user = [&](const std::string& id) {
        const auto number = state.user_ids.find(id);
        if (number == nothing) {
            unknown.push_back(id);
        } else {
            users.add(number);
        }
    };
    const auto add_holder = [&](const Interner& ids, const std::vector<std::uint32_t>& holders,
                                const std::string& id) {
        const auto number = ids.find(id);
        if (number != nothing) users.add(holders[number]);
    };

    // With whoever is his guardian, or was.
    for (const User& user : changes.upserts.users) {
        add_user(user.id);
        add_agents(state, user.agents, users);
        if (const UserEntry* earlier = state.find_user(user.id))
            add_agents(state, earlier->agents, users);
    }
    for (const auto& id : changes.removed_users) {
        add_user(id);
        if (const UserEntry* earlier = state.find_user(id))
            add_agents(state, earlier->agents, users);
    }
    for (const Enrollment& enrollment : changes.upserts.enrollments) {
        add_user(enrollment.user);
        add_holder(state.enrollment_ids, state.enrollment_users, enrollment.id);
    }
    for (const auto& id : changes.removed_enrollments)
        add_holder(state.enrollment_ids, state.enrollment_users, id);
    for (const Affiliation& affiliation : changes.upserts.affiliations) {
        add_user(affiliation.user);
        add_holder(state.affiliation_ids, state.affiliation_users, affiliation.id);
    }
    for (const auto& id : changes.removed_affiliations)
        add_holder(state.affiliation_ids, state.affiliation_users, id);
    for (const Class& one : changes.upserts.classes) {
        const auto number = state.class_ids.find(one.id);
        if (number != nothing && moves_members(state, state.classes[number], one))
            users.add(state.classes[number].users);
    }
    for (const auto& id : changes.removed_classes) {
        const auto number = state.class_ids.find(id);
        if (number != nothing) users.add(state.classes[number].users);
    }
    for (const Course& course : changes.upserts.courses) {
        if (state.find_course(course.id) == nullptr)
            add_users_of_course(state, state.course_ids.find(course.id), users);
    }
    for (const auto& id : changes.removed_courses)
        add_users_of_course(state, state.course_ids.find(id), users);
    // That come, go or move, and that some record names.
    std::vector<std::uint32_t> orgs;
    const auto add_org = [&](const std::string& id) {
        if (const auto number = state.org_ids.find(id); number != nothing) orgs.push_back(number);
    };
    for (const Org& org : changes.upserts.orgs) {
        const OrgEntry* earlier = state.find_org(org.id);
        if (earlier == nullptr || text_or_empty(state.org_ids, earlier->parent) != org.parent)
            add_org(org.id);
    }
    for (const auto& id : changes.removed_orgs) add_org(id);
    std::ranges::sort(orgs);
    const auto again = std::ranges::unique(orgs);
    orgs.erase(again.begin(), again.end());
    orgs = with_those_below(state, std::move(orgs));
    for (const auto org : orgs) add_users_of_org(state, org, users);
    add_users_enrolled_at(state, orgs, users);

    std::vector<std::string> ids;
    for (const auto number : users.take()) ids.emplace_back(state.user_ids.text(number));
    std::ranges::sort(unknown);
    const auto repeated = std::ranges::unique(unknown);
    ids.insert(ids.end(), unknown.begin(), repeated.begin());
    return ids;
}

// A record that begins or ends on a day makes a difference between that day and the one before.
std::vector<std::string> Directory::affected_by_today(Date today) const {
    const Reading lock(mutex_);
    const std::chrono::sys_days before{state_->today};
    const std::chrono::sys_days now{today};
    const auto [first, last] = std::minmax({before, now});
    Collected candidates;
    for (auto day = state_->turning_days.upper_bound(first);
         day != state_->turning_days.end() && day->first <= last; ++day) {
        for (const auto& [number, records] : day->second) candidates.add(number);
    }
    const bool rooms = guardian_policy_.announcements;
    std::vector<std::string> ids;
    for (const auto number : candidates.take()) {
        const UserEntry& user = state_->users[number];
        const auto id = state_->user_ids.text(number);
        if (room_set_of(*state_, id, user, state_->today, rooms) !=
                room_set_of(*state_, id, user, today, rooms) ||
            roles_of(user, state_->today) != roles_of(user, today)) {
            ids.emplace_back(id);
        }
    }
    return ids;
}

void Directory::set_today(Date today) {
    const Writing lock(mutex_);
    state_->today = today;
}

Date Directory::today() const {
    const Reading lock(mutex_);
    return state_->today;
}

std::optional<Person> Directory::person(std::string_view id) const {
    const Reading lock(mutex_);
    const UserEntry* user = state_->find_user(id);
    if (user == nullptr) return std::nullopt;
    return Person{.id = std::string{id},
                  .name = name_of(*user, id),
                  .roles = roles_of(*user, state_->today),
                  .enabled = user->enabled};
}

RoomSet Directory::rooms_today(std::string_view id) const {
    const UserEntry* user = state_->find_user(id);
    return user == nullptr
               ? RoomSet{}
               : room_set_of(*state_, id, *user, state_->today, guardian_policy_.announcements);
}

RoomSet Directory::rooms_of(std::string_view id) const {
    RoomSet rooms;
    {
        const Reading lock(mutex_);
        rooms = rooms_today(id);
    }
    const auto places =
        rooms.personal.empty() ? std::vector<StudyGroups::Place>{} : groups_.places_of(id);
    if (places.empty()) return rooms;
    for (const StudyGroups::Place& place : places) {
        rooms.groups.push_back(room_name(RoomKind::group, place.id));
        if (!place.listed) rooms.unlisted_groups.push_back(rooms.groups.back());
        if (place.role != GroupRole::member)
            rooms.staff.push_back(room_name(RoomKind::group, place.id, true));
    }
    std::ranges::sort(rooms.groups);
    std::ranges::sort(rooms.unlisted_groups);
    std::ranges::sort(rooms.staff);
    return rooms;
}

bool Directory::is_member(std::string_view id, std::string_view room) const {
    const auto name = parse_room(room);
    if (!name) return false;
    if (name->guardians) return is_in_guardians_room(id, room);
    const auto standing = standing_in(id, *name);
    return standing == Standing::staff || (standing == Standing::member && !name->staff);
}

bool Directory::is_in_guardians_room(std::string_view id, std::string_view room) const {
    const Reading lock(mutex_);
    return std::ranges::binary_search(rooms_today(id).guardians, room);
}

bool Directory::is_school_staff(std::string_view id, std::string_view room) const {
    const auto name = parse_room(room);
    return name && name->kind != RoomKind::group && standing_in(id, *name) == Standing::staff;
}

bool Directory::sees_moment(std::string_view user, std::string_view room, store::Seq moment) const {
    if (!is_member(user, room)) return false;
    const auto name = parse_room(room);
    return name->kind != RoomKind::group || groups_.sees(name->id, user, moment);
}

bool Directory::is_staff(std::string_view id, std::string_view room) const {
    const auto name = parse_room(room);
    return name && standing_in(id, *name) == Standing::staff;
}

bool Directory::is_hidden(std::string_view id) const {
    const Reading lock(mutex_);
    const UserEntry* user = state_->find_user(id);
    return user == nullptr || user->hidden;
}

Directory::Standing Directory::standing_in(std::string_view id, const RoomName& room) const {
    const Reading lock(mutex_);
    const UserEntry* user = state_->find_user(id);
    if (user == nullptr || !user->enabled) return Standing::outside;
    const auto in = [&](const std::vector<Place>& places, const Interner& ids) {
        const auto found = std::ranges::find(places, ids.find(room.id), &Place::number);
        if (found == places.end()) return Standing::outside;
        return found->staff ? Standing::staff : Standing::member;
    };
    switch (room.kind) {
        case RoomKind::global: return Standing::member;
        case RoomKind::user: return room.id == id ? Standing::member : Standing::outside;
        case RoomKind::class_room:
            return in(places_of(*state_, *user, state_->today).classes, state_->class_ids);
        case RoomKind::course:
            return in(places_of(*state_, *user, state_->today).courses, state_->course_ids);
        case RoomKind::institution:
            return in(places_of(*state_, *user, state_->today).institutions, state_->org_ids);
        case RoomKind::group: {
            const auto member = groups_.member(room.id, id);
            if (!member) return Standing::outside;
            return member->role == GroupRole::member ? Standing::member : Standing::staff;
        }
    }
    return Standing::outside;
}

std::string Directory::title_of(std::string_view room) const {
    const auto name = parse_room(room);
    if (!name) return {};
    const Reading lock(mutex_);
    switch (name->kind) {
        case RoomKind::class_room: {
            const auto* entry = state_->find_class(name->id);
            return entry == nullptr ? std::string{} : entry->title;
        }
        case RoomKind::course: {
            const auto* entry = state_->find_course(name->id);
            return entry == nullptr ? std::string{} : entry->title;
        }
        case RoomKind::institution: {
            const auto* entry = state_->find_org(name->id);
            return entry == nullptr ? std::string{} : entry->name;
        }
        case RoomKind::group: {
            const auto group = groups_.find(name->id);
            return group ? group->title : std::string{};
        }
        case RoomKind::user:
        case RoomKind::global: return {};
    }
    return {};
}

std::vector<std::string> Directory::members_of(std::string_view room) const {
    const auto name = parse_room(room);
    if (!name) return {};
    Collected candidates;
    std::vector<std::string> ids;
    {
        const Reading lock(mutex_);
        switch (name->kind) {
            case RoomKind::class_room:
                if (const auto number = state_->class_ids.find(name->id); number != nothing) {
                    candidates.add(state_->classes[number].users);
                }
                break;
            case RoomKind::course:
                add_users_of_course(*state_, state_->course_ids.find(name->id), candidates);
                break;
            case RoomKind::institution: {
                const auto org = state_->org_ids.find(name->id);
                if (org == nothing) break;
                const auto orgs = with_those_below(*state_, {org});
                for (const auto one : orgs) add_users_of_org(*state_, one, candidates);
                add_users_enrolled_at(*state_, orgs, candidates);
                break;
            }
            case RoomKind::user: candidates.add(state_->user_ids.find(name->id)); break;
            case RoomKind::global:
                for (std::uint32_t i = 0; i < state_->users.size(); ++i) candidates.add(i);
                break;
            case RoomKind::group: ids = groups_.members(name->id); break;
        }
        for (const auto number : candidates.take()) ids.emplace_back(state_->user_ids.text(number));
    }
    std::erase_if(ids, [&](const std::string& id) { return !is_member(id, room); });
    std::ranges::sort(ids);
    return ids;
}

// --- Guardians -----------------------------------------------------------------------------------

void Directory::let_guardians_see(GuardianPolicy policy) {
    const Writing lock(mutex_);
    guardian_policy_ = policy;
}

std::vector<std::string> Directory::guardians_of(std::string_view student) const {
    const Reading lock(mutex_);
    return guardians_today(student);
}

std::vector<std::string> Directory::wards_of(std::string_view user) const {
    const Reading lock(mutex_);
    std::vector<std::string> wards;
    const UserEntry* entry = state_->find_user(user);
    if (entry == nullptr) return wards;
    for (const auto number : entry->wards) {
        const auto id = state_->user_ids.text(number);
        if (std::ranges::binary_search(guardians_today(id), user)) wards.emplace_back(id);
    }
    std::ranges::sort(wards);
    const auto repeated = std::ranges::unique(wards);
    wards.erase(repeated.begin(), repeated.end());
    return wards;
}

std::vector<std::string> Directory::guardians_today(std::string_view student) const {
    if (!guardian_policy_.grades) return {};
    const UserEntry* entry = state_->find_user(student);
    if (entry == nullptr) return {};
    std::vector<std::string> guardians;
    for (const std::string& agent : entry->agents) {
        const UserEntry* one = state_->find_user(agent);
        if (one != nullptr && one->enabled && agent != student &&
            is_guardian(*one, state_->today)) {
            guardians.push_back(agent);
        }
    }
    std::ranges::sort(guardians);
    const auto repeated = std::ranges::unique(guardians);
    guardians.erase(repeated.begin(), repeated.end());
    return guardians;
}

bool Directory::is_guardian_of(std::string_view user, std::string_view student) const {
    return std::ranges::binary_search(guardians_of(student), user);
}

// --- Records -------------------------------------------------------------------------------------

std::optional<Org> Directory::org(std::string_view id) const {
    const Reading lock(mutex_);
    const OrgEntry* entry = state_->find_org(id);
    if (entry == nullptr) return std::nullopt;
    return Org{std::string{id}, entry->name, entry->type,
               text_or_empty(state_->org_ids, entry->parent)};
}

std::optional<Course> Directory::course(std::string_view id) const {
    const Reading lock(mutex_);
    const CourseEntry* entry = state_->find_course(id);
    if (entry == nullptr) return std::nullopt;
    return Course{std::string{id}, entry->title, entry->code,
                  text_or_empty(state_->org_ids, entry->org)};
}

std::optional<Class> Directory::class_(std::string_view id) const {
    const Reading lock(mutex_);
    const ClassEntry* entry = state_->find_class(id);
    if (entry == nullptr) return std::nullopt;
    return Class{std::string{id},
                 entry->title,
                 entry->code,
                 text_or_empty(state_->course_ids, entry->course),
                 text_or_empty(state_->org_ids, entry->school),
                 entry->terms};
}

std::optional<User> Directory::user(std::string_view id) const {
    const Reading lock(mutex_);
    const UserEntry* entry = state_->find_user(id);
    if (entry == nullptr) return std::nullopt;
    return User{std::string{id}, entry->username, entry->given_name, entry->family_name,
                entry->email,    entry->enabled,  entry->agents,     entry->hidden};
}

std::optional<Enrollment> Directory::enrollment(std::string_view id) const {
    const Reading lock(mutex_);
    const auto number = state_->enrollment_ids.find(id);
    if (number == nothing || state_->enrollment_users[number] == nothing) return std::nullopt;
    const auto user = state_->enrollment_users[number];
    const auto& entry =
        *std::ranges::find(state_->users[user].enrollments, number, &EnrollmentEntry::id);
    return Enrollment{std::string{id},
                      std::string{state_->user_ids.text(user)},
                      std::string{state_->class_ids.text(entry.class_number)},
                      text_or_empty(state_->org_ids, entry.school),
                      entry.role,
                      entry.primary,
                      entry.begin,
                      entry.end};
}

std::vector<Affiliation> Directory::affiliations_of(std::string_view user) const {
    const Reading lock(mutex_);
    std::vector<Affiliation> list;
    const auto number = state_->user_ids.find(user);
    if (number == nothing) return list;
    for (const AffiliationEntry& entry : state_->users[number].affiliations) {
        list.push_back({std::string{state_->affiliation_ids.text(entry.id)}, std::string{user},
                        text_or_empty(state_->org_ids, entry.org), entry.role, entry.primary,
                        entry.begin, entry.end});
    }
    return list;
}

std::vector<std::string> Directory::enrollments_of_user(std::string_view user) const {
    const Reading lock(mutex_);
    std::vector<std::string> ids;
    const auto number = state_->user_ids.find(user);
    if (number == nothing) return ids;
    for (const auto& entry : state_->users[number].enrollments)
        ids.emplace_back(state_->enrollment_ids.text(entry.id));
    return ids;
}

std::vector<std::string> Directory::enrollments_of_class(std::string_view class_id) const {
    const Reading lock(mutex_);
    std::vector<std::string> ids;
    const auto number = state_->class_ids.find(class_id);
    if (number == nothing) return ids;
    Collected users;
    users.add(state_->classes[number].users);
    for (const auto user : users.take()) {
        for (const auto& entry : state_->users[user].enrollments) {
            if (entry.class_number == number)
                ids.emplace_back(state_->enrollment_ids.text(entry.id));
        }
    }
    return ids;
}

std::vector<std::string> Directory::affiliations_of_org(std::string_view org) const {
    const Reading lock(mutex_);
    std::vector<std::string> ids;
    const auto number = state_->org_ids.find(org);
    if (number == nothing) return ids;
    Collected users;
    users.add(state_->orgs[number].users);
    for (const auto user : users.take()) {
        for (const auto& entry : state_->users[user].affiliations) {
            if (entry.org == number) ids.emplace_back(state_->affiliation_ids.text(entry.id));
        }
    }
    return ids;
}

Directory::Counts Directory::counts() const {
    const Reading lock(mutex_);
    return state_->counts;
}

namespace {

// Adds the links that hang on a removed record: of those stored, which `stored` names, the ones
// that these very changes do not write anew elsewhere; and of those written, the ones that hang on
// it still.
template <typename Link, typename HangsOn>
void take_along(std::vector<std::string>& removed, std::vector<std::string> stored,
                const std::vector<Link>& written, HangsOn hangs_on) {
    std::unordered_set<std::string_view> anew;
    for (const Link& link : written) {
        anew.insert(link.id);
        if (hangs_on(link)) removed.push_back(link.id);
    }
    std::erase_if(stored, [&](const std::string& id) { return anew.contains(id); });
    removed.insert(removed.end(), std::make_move_iterator(stored.begin()),
                   std::make_move_iterator(stored.end()));
    std::ranges::sort(removed);
    const auto repeated = std::ranges::unique(removed);
    removed.erase(repeated.begin(), repeated.end());
}

}  // namespace

Directory::Changes with_dependents(Directory::Changes changes, const Directory& directory) {
    using Ids = std::unordered_set<std::string_view>;
    const Ids users{changes.removed_users.begin(), changes.removed_users.end()};
    const Ids classes{changes.removed_classes.begin(), changes.removed_classes.end()};
    const Ids orgs{changes.removed_orgs.begin(), changes.removed_orgs.end()};
    std::vector<std::string> enrollments;
    std::vector<std::string> affiliations;
    const auto append = [](std::vector<std::string>& to, const std::vector<std::string>& more) {
        to.insert(to.end(), more.begin(), more.end());
    };
    for (const auto& id : changes.removed_users) {
        append(enrollments, directory.enrollments_of_user(id));
        for (const auto& affiliation : directory.affiliations_of(id))
            affiliations.push_back(affiliation.id);
    }
    for (const auto& id : changes.removed_classes)
        append(enrollments, directory.enrollments_of_class(id));
    for (const auto& id : changes.removed_orgs)
        append(affiliations, directory.affiliations_of_org(id));
    take_along(changes.removed_enrollments, std::move(enrollments), changes.upserts.enrollments,
               [&](const Enrollment& one) {
                   return users.contains(one.user) || classes.contains(one.class_id);
               });
    take_along(
        changes.removed_affiliations, std::move(affiliations), changes.upserts.affiliations,
        [&](const Affiliation& one) { return users.contains(one.user) || orgs.contains(one.org); });
    return changes;
}

}  // namespace homeroom::campus
