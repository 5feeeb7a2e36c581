#include "features/calls/rules.h"

#include <algorithm>

#include "campus/contract_json.h"
#include "campus/roster/room_name.h"
#include "features/calls/limits.h"
#include "features/calls/records.h"

namespace homeroom::features::calls {
namespace {

using campus::Contact;
using campus::Directory;
using campus::RoomKind;
using campus::SchoolPolicy;

std::vector<std::string> people_of(const Call& call, bool (Leg::*are)() const = &Leg::is_open) {
    std::vector<std::string> users;
    for (const Leg& leg : call.legs)
        if ((leg.*are)()) users.push_back(leg.user);
    return users;
}

// Who was called or began it; whoever oversees has come by himself.
bool was_meant(const Call& call, const Leg& leg) {
    return leg.user == call.host || !leg.by.empty();
}

Error unsupervised(const char* field) {
    return Error{Code::forbidden,
                 "your school lets students call each other where staff is there, or staff of a "
                 "class they share can come in",
                 field};
}

// Whom he is in it with: who called him, or of the host anybody he called.
bool has_company(const SchoolPolicy& policy, const Directory& directory, const Call& call,
                 const Leg& leg) {
    const auto reaches = [&](std::string_view one, std::string_view other) {
        return campus::contact_between(policy.messages, directory, one, other) == Contact::allowed;
    };
    if (leg.user != call.host) return reaches(leg.by.empty() ? call.host : leg.by, leg.user);
    return std::ranges::any_of(call.legs, [&](const Leg& other) {
        return other.user != leg.user && other.state != LegState::removed &&
               reaches(leg.user, other.user);
    });
}

bool shares_a_room_that_shows(const Directory& directory, std::string_view one,
                              std::string_view other) {
    const auto rooms = directory.rooms_of(one);
    for (const auto list : {&campus::RoomSet::classes, &campus::RoomSet::groups}) {
        for (const std::string& room : rooms.*list) {
            const auto name = campus::parse_room(room);
            if (!name || !directory.is_member(other, room)) continue;
            if (!directory.is_hidden(other) || directory.is_school_staff(one, room)) return true;
        }
    }
    return false;
}

}  // namespace

Error no_such_call() {
    return Error{Code::not_found, "there is no such call", "call"};
}

bool may_see(const Directory& directory, const Call& call, std::string_view user) {
    if (!directory.is_member(user, "global")) return false;
    const Leg* const leg = call.leg_of(user);
    if (!call.room.empty()) return directory.is_member(user, call.room);
    return leg != nullptr && !leg->hidden && leg->state != LegState::removed;
}

bool may_see_others(const Directory& directory, const Call& call, std::string_view user) {
    const Leg* const leg = call.leg_of(user);
    if (!call.room.empty()) {
        if (!directory.is_member(user, call.room)) return false;
        if (!call.lesson.lobby || user == call.host || directory.is_staff(user, call.room))
            return true;
        const bool was_in =
            leg != nullptr && (leg->state == LegState::left || leg->state == LegState::lost);
        // What rings at his and is kept from him opens nothing.
        return leg != nullptr && (call.is_live() ? leg->is_open() && !leg->hidden : was_in);
    }
    if (leg == nullptr) return false;
    return call.is_live() ? leg->is_open() : leg->state != LegState::removed;
}

bool may_look_up(const Directory& directory, const Call& call, std::string_view user) {
    const Leg* const leg = call.leg_of(user);
    if (!call.is_live())
        return directory.is_member(user, "global") && leg != nullptr && !leg->hidden;
    if (!call.room.empty()) return may_see(directory, call, user);
    return may_see(directory, call, user) && may_see_others(directory, call, user);
}

bool may_be_in(const SchoolPolicy& policy, const Directory& directory, const Call& call,
               std::string_view user) {
    if (!directory.is_member(user, "global")) return false;
    if (!call.room.empty()) return directory.is_member(user, call.room);
    const Leg* const leg = call.leg_of(user);
    if (leg != nullptr && has_company(policy, directory, call, *leg)) return true;
    return oversees(policy, directory, call, user);
}

std::vector<std::string> intruders(const SchoolPolicy& policy, const Directory& directory,
                                   const Call& call) {
    std::vector<std::string> users;
    for (const Leg& leg : call.legs) {
        if (leg.is_open() && !may_be_in(policy, directory, call, leg.user))
            users.push_back(leg.user);
    }
    if (!users.empty() || !call.room.empty()) return users;
    // Students whom nobody could oversee any more: whoever only rings does not.
    for (const auto are : {&Leg::is_open, &Leg::is_here}) {
        if (!campus::is_supervised_enough(policy.messages, directory, people_of(call, are)))
            return people_of(call);
    }
    return users;
}

bool oversees(const SchoolPolicy& policy, const Directory& directory, const Call& call,
              std::string_view user) {
    if (!call.room.empty()) return false;
    return std::ranges::any_of(overseeing_rooms(policy, directory, call), [&](const auto& room) {
        return directory.is_school_staff(user, room);
    });
}

bool is_host(const SchoolPolicy& policy, const Directory& directory, const Call& call,
             std::string_view user) {
    if (user == call.host) return true;
    return call.room.empty() ? oversees(policy, directory, call, user)
                             : directory.is_staff(user, call.room);
}

bool leads(const Directory& directory, const Call& call, std::string_view user) {
    return is_staff_in(directory, call, user) || (!call.room.empty() && user == call.host);
}

bool is_staff_in(const Directory& directory, const Call& call, std::string_view user) {
    return call.room.empty() ? is_of_the_staff(directory, user)
                             : directory.is_staff(user, call.room);
}

bool is_of_the_staff(const Directory& directory, std::string_view user) {
    const auto rooms = directory.rooms_of(user).staff;
    return std::ranges::any_of(rooms,
                               [](const std::string& room) { return !room.starts_with("group-"); });
}

bool may_ring_in_room(const Directory& directory, const Call& call, std::string_view user) {
    if (directory.is_staff(user, call.room)) return true;
    return user == call.host &&
           !std::ranges::binary_search(directory.rooms_of(user).unlisted_groups, call.room);
}

bool leads_screens(const SchoolPolicy& policy, const Directory& directory, const Call& call,
                   std::string_view user) {
    if (!call.room.empty()) return is_host(policy, directory, call, user);
    if (is_of_the_staff(directory, user)) return true;
    return std::ranges::none_of(call.legs, [&](const Leg& leg) {
        return leg.is_here() && is_of_the_staff(directory, leg.user);
    });
}

std::vector<std::string> overseeing_rooms(const SchoolPolicy& policy, const Directory& directory,
                                          const Call& call) {
    if (!call.room.empty()) return {};
    std::vector<std::string> students;
    for (const Leg& leg : call.legs) {
        if (!leg.is_open() || !was_meant(call, leg)) continue;
        // Staff that is called is of it when it comes: nobody is rid of the others by ringing one.
        if (leg.is_here() || !is_of_the_staff(directory, leg.user)) students.push_back(leg.user);
    }
    return campus::supervising_rooms(policy.messages, directory, students);
}

Status require_acquaintance(const SchoolPolicy& policy, const Directory& directory,
                            const std::vector<std::string>& all, const char* field) {
    if (campus::may_all_write(policy.messages, directory, all)) return Ok{};
    return Error{Code::forbidden, "your school does not let all of these talk to each other",
                 field};
}

Status require_company(const SchoolPolicy& policy, const Directory& directory,
                       std::string_view caller, const std::vector<std::string>& called,
                       const std::vector<std::string>& all, const char* field) {
    for (const std::string& user : called) {
        switch (campus::contact_between(policy.messages, directory, caller, user)) {
            case Contact::allowed: break;
            case Contact::refused:
                return Error{Code::forbidden, "your school does not let you call this person",
                             field};
            case Contact::stranger:
                return Error{Code::not_found, "there is nobody of this id whom you may call",
                             field};
        }
    }
    TRY_OK(require_acquaintance(policy, directory, all, field));
    if (!campus::is_supervised_enough(policy.messages, directory, all)) return unsupervised(field);
    return Ok{};
}

Status require_company_to_come(const SchoolPolicy& policy, const Directory& directory,
                               const Call& call, std::string_view user) {
    if (!call.room.empty() || oversees(policy, directory, call, user)) return Ok{};
    const Leg* const own = call.leg_of(user);
    if (own != nullptr && own->is_here()) return Ok{};
    std::vector<std::string> all{std::string{user}}, here{std::string{user}};
    for (const Leg& leg : call.legs) {
        if (leg.user == user || !leg.is_open()) continue;
        if (was_meant(call, leg)) all.push_back(leg.user);
        if (leg.is_here()) here.push_back(leg.user);
    }
    const bool is_awaited = own != nullptr && own->is_open();
    if (!is_awaited && (!campus::may_all_write(policy.messages, directory, all) ||
                        !campus::is_supervised_enough(policy.messages, directory, all)))
        return no_such_call();
    if (!campus::is_supervised_enough(policy.messages, directory, here))
        return unsupervised("call");
    return Ok{};
}

Status require_room_to_begin(const SchoolPolicy& policy, const Directory& directory,
                             std::string_view user, std::string_view room) {
    const auto name = campus::parse_room(room);
    if (!name || name->kind == RoomKind::user || !directory.is_member(user, room))
        return Error{Code::not_found, "there is no such room", "to"};
    const bool is_meeting = name->kind == RoomKind::class_room || name->kind == RoomKind::course ||
                            name->kind == RoomKind::group;
    if (!is_meeting || !name->whole())
        return Error{Code::forbidden, "calls are for classes, courses and groups", "to"};
    if (name->kind == RoomKind::group) return Ok{};
    const auto makers = policy.calls.rooms;
    if (makers == SchoolPolicy::Makers::everybody ||
        (makers == SchoolPolicy::Makers::staff && directory.is_staff(user, room)))
        return Ok{};
    return Error{Code::forbidden, "your school does not let you begin a call here", "to"};
}

bool is_relayed(const SchoolPolicy& policy, const Directory& directory, std::string_view user) {
    switch (policy.calls.relayed) {
        case SchoolPolicy::Relayed::nobody: return false;
        case SchoolPolicy::Relayed::everybody: return true;
        case SchoolPolicy::Relayed::students: break;
    }
    const auto person = directory.person(user);
    return !person || std::ranges::find(person->roles, "student") != person->roles.end();
}

Result<Callee> judge_callee(const campus::WriteCall& call, std::string_view user,
                            const std::vector<std::string>& all, WallTime now) {
    auto& db = call.transaction.db();
    const auto person = call.directory.person(user);
    Callee callee{.user = std::string{user}, .name = person ? person->name : std::string{user}};
    TRY(callee.hidden, call.wishes.block(db, user, call.who.user));
    TRY(callee.silent, call.wishes.want_quiet(db, user, now));
    TRY(const auto live, load_live_calls_of(db, user));
    const bool talks = std::ranges::any_of(live, [&](const Record& record) {
        const Leg* const leg = record.call.leg_of(user);
        return leg != nullptr && leg->is_here();
    });
    if (live.size() >= limits::live_calls_of_user_max) callee.hidden = true;
    if (!talks) return callee;
    TRY(const bool invisible, call.wishes.hide(db, user));
    callee.busy = !invisible && std::ranges::all_of(all, [&](const std::string& other) {
        return other == user || shares_a_room_that_shows(call.directory, other, user);
    });
    // Where one may not know it they hear it ring, and it is called out at nobody's.
    if (!callee.busy) callee.silent = true;
    return callee;
}

}  // namespace homeroom::features::calls
