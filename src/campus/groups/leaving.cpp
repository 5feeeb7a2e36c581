#include "campus/groups/leaving.h"

#include <algorithm>
#include <map>
#include <utility>

#include "campus/audience.h"
#include "campus/groups/group_view.h"
#include "campus/surface.h"

namespace homeroom::campus {
namespace {

std::string_view to_string(Leaving leaving) {
    switch (leaving) {
        case Leaving::left: return "left";
        case Leaving::removed: return "removed";
        case Leaving::closed: return "closed";
        case Leaving::roster: return "roster";
    }
    return "";
}

// Those who may know of a member: all others, or where the members are not shown to each other, or
// this one has opted out of being shown, the group's staff.
Audience audience_about(const GroupStep& step, const StudyGroup& group, const std::string& user) {
    const bool shown = group.listed && !step.directory.is_hidden(user);
    return Audience::members(shown ? group.room() : group.room() + "/staff")
        .at(step.transaction.moment());
}

Status tell_of_member(const GroupStep& step, const StudyGroup& group, const std::string& user,
                      std::string_view change) {
    return step.transaction.publish({.type = "group:member",
                                     .audience = audience_about(step, group, user).stored(),
                                     .by_json = step.by_json,
                                     .body = Json{{"groupId", group.id},
                                                  {"user", person_json(step.directory, user, user)},
                                                  {"change", change}}
                                                 .dump()});
}

// In his own room, so it says nothing that only members may know.
Status tell_leaver(const GroupStep& step, const StudyGroup& group, const std::string& user,
                   Leaving leaving) {
    return step.transaction.publish(
        {.type = "group:left",
         .audience = Audience::members(room_name(RoomKind::user, user)).stored(),
         .by_json = leaving == Leaving::roster ? "null" : step.by_json,
         .body = Json{{"groupId", group.id}, {"reason", to_string(leaving)}}.dump()});
}

// Who leads it when its owner has gone.
Status pass_on(const GroupStep& step, StoredGroup& group) {
    const auto acts = [&](const GroupMember& member) {
        return step.directory.is_member(member.user, "global");
    };
    auto heir = std::ranges::find_if(group.members, [&](const GroupMember& member) {
        return member.role == GroupRole::staff && acts(member);
    });
    if (heir == group.members.end()) heir = std::ranges::find_if(group.members, acts);
    if (heir == group.members.end()) heir = group.members.begin();
    heir->role = GroupRole::owner;
    TRY_OK(put_member(step.transaction.db(), group.group.id, *heir));
    return tell_of_group(step, group);
}

}  // namespace

Status put_into_group(GroupStep step, StoredGroup& group, const std::string& user, GroupRole role) {
    auto& db = step.transaction.db();
    const auto found = std::ranges::find(group.members, user, &GroupMember::user);
    if (found != group.members.end()) {
        found->role = role;
        TRY_OK(put_member(db, group.group.id, *found));
        return tell_of_member(step, group.group, user, campus::to_string(role));
    }
    // Before anything is told: he sees what comes from here on.
    group.members.push_back({.user = user, .role = role, .since = step.transaction.moment()});
    TRY_OK(put_member(db, group.group.id, group.members.back()));
    TRY_OK(delete_invitation(step.transaction, group.group.id, user));
    return tell_of_member(step, group.group, user, "joined");
}

Status take_out_of_group(GroupStep step, StoredGroup& group, const std::vector<std::string>& users,
                         Leaving leaving) {
    std::vector<std::string> leavers;
    for (const std::string& user : users) {
        if (group.find(user) != nullptr) leavers.push_back(user);
    }
    if (leavers.empty()) return Ok{};
    const bool closes = leavers.size() == group.members.size();
    if (closes) leavers.pop_back();  // whose going closes it
    const auto leaves = [&](const GroupMember& member) {
        return std::ranges::find(leavers, member.user) != leavers.end();
    };
    const bool led = group.owner() != nullptr && leaves(*group.owner());
    std::erase_if(group.members, leaves);
    for (const std::string& user : leavers) {
        TRY_OK(delete_member(step.transaction.db(), group.group.id, user));
        TRY_OK(tell_leaver(step, group.group, user, leaving));
        if (!closes) TRY_OK(tell_of_member(step, group.group, user, "left"));
    }
    if (closes) return close_group(step, group);
    return led ? pass_on(step, group) : Status{Ok{}};
}

Status close_group(GroupStep step, StoredGroup& group) {
    auto& db = step.transaction.db();
    TRY(const auto invitations, invitations_of(db, group.group.id));
    TRY_OK(mark_closed(db, group.group.id, step.transaction.at()));
    // What it was called, in the journal and in answers that would be given again.
    TRY_OK(forget(step.transaction, group.group.id));
    for (const GroupMember& member : group.members)
        TRY_OK(tell_leaver(step, group.group, member.user, Leaving::closed));
    for (const Invitation& invitation : invitations) {
        TRY_OK(step.transaction.forget(invitation_subject(group.group.id, invitation.user)));
        TRY_OK(tell_uninvited(step, invitation));
    }
    group.members.clear();
    return Ok{};
}

Status tell_of_group(GroupStep step, const StoredGroup& group) {
    return step.transaction.publish(
        {.type = "group:changed",
         .audience = Audience::members(group.group.room()).at(step.transaction.moment()).stored(),
         .by_json = step.by_json,
         .body = Json{{"group", group_view(step.directory, group)}}.dump(),
         .subject = group.group.id});
}

Status tell_uninvited(GroupStep step, const Invitation& invitation) {
    TRY(const auto heard, as_heard(step.transaction.db(), invitation));
    if (!heard) return Ok{};
    return step.transaction.publish(
        {.type = "group:uninvited",
         .audience = Audience::members(room_name(RoomKind::user, invitation.user)).stored(),
         .by_json = "null",
         .body = Json{{"groupId", invitation.group}}.dump()});
}

Status end_lapsed_memberships(const std::vector<std::string>& users, Directory& directory,
                              store::Transaction& transaction, RoomChanges& news) {
    static const std::string nobody = "null";
    const GroupStep step{directory, transaction, nobody};
    // By group, so that each is read and written once, however many leave it together.
    std::map<std::string, std::vector<std::string>> leavers;
    for (const std::string& user : users) {
        const bool away = directory.person(user) && !directory.is_member(user, "global");
        if (away) continue;
        for (const auto& place : directory.groups().places_of(user)) {
            const auto group = directory.groups().find(place.id);
            if (!group || !directory.is_member(user, group->home))
                leavers[place.id].push_back(user);
        }
    }
    for (const auto& [id, gone] : leavers) {
        TRY(auto stored, load_group(transaction.db(), id));
        if (!stored) continue;
        TRY_OK(take_out_of_group(step, *stored, gone, Leaving::roster));
        // Who leads it next, too.
        for (const std::string& touched : directory.groups().touched_by(stored->change()))
            news.note(touched, directory);
        directory.groups().apply(stored->change());
    }
    return Ok{};
}

Status end_lapsed_memberships(Directory& directory, store::Transaction& transaction) {
    RoomChanges nobody_is_connected{nullptr};
    return end_lapsed_memberships(directory.groups().people(), directory, transaction,
                                  nobody_is_connected);
}

}  // namespace homeroom::campus
