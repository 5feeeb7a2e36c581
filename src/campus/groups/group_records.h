// Study groups as they are stored: what they are, who is in them, whom they have invited. Whoever
// calls owns the connection.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "campus/groups/study_groups.h"
#include "store/store.h"

namespace homeroom::campus {

std::span<const store::Migration> group_migrations();

struct StoredGroup {
    StudyGroup group{};
    std::vector<GroupMember> members{};  // as they came

    const GroupMember* find(std::string_view user) const;  // null: not in it
    const GroupMember* owner() const;
    bool is_staff(std::string_view user) const;  // the owner, too
    StudyGroups::Change change() const { return {group, members}; }
};

// One that is not closed.
Result<std::optional<StoredGroup>> load_group(store::Database& db, std::string_view id);
Result<std::vector<StudyGroups::Change>> load_groups(store::Database& db);
// Whether there is or ever was one of this id: what was written in it stays in the store, and must
// never be another group's.
Result<bool> was_group(store::Database& db, std::string_view id);

Status insert_group(store::Database& db, const StudyGroup& group, std::string_view creator);
Status update_group(store::Database& db, const StudyGroup& group);  // title, about and access
Status put_member(store::Database& db, std::string_view group, const GroupMember& member);
Status delete_member(store::Database& db, std::string_view group, std::string_view user);
// Nobody is in it, nobody is invited, and what it was called is forgotten.
Status mark_closed(store::Database& db, std::string_view group, std::string_view at);

struct Invitation {
    std::string group{};
    std::string user{};
    std::string by{};
    std::string by_name{};  // as it was then
    std::string at{};
};
// Under which the journal keeps what the invited was told; forgotten with the invitation.
std::string invitation_subject(std::string_view group, std::string_view user);
Status insert_invitation(store::Database& db, const Invitation& invitation);
// Whether there was one.
Result<bool> delete_invitation(store::Transaction& transaction, std::string_view group,
                               std::string_view user);
Result<std::optional<Invitation>> load_invitation(store::Database& db, std::string_view group,
                                                  std::string_view user);
Result<std::vector<Invitation>> invitations_to(store::Database& db, std::string_view user);
Result<std::vector<Invitation>> invitations_of(store::Database& db, std::string_view group);

}  // namespace homeroom::campus
