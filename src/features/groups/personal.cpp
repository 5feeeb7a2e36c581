// What groups keep of people: their part in an export, and what becomes of it when they are erased.
//
// Whoever is erased is off the roster, and so in no group any more. What is left are groups that he
// once made, and invitations by him and to him.
#include "campus/personal_data.h"
#include "features/groups/groups.h"

namespace homeroom::features::groups {
namespace {

constexpr campus::PersonalList lists[] = {
    {"groups",
     "SELECT place, json_object('group', study_group, 'role', role, 'title',"
     " (SELECT title FROM study_groups WHERE id = study_group))"
     " FROM study_group_members WHERE user = ?1 AND place > CAST(?2 AS INTEGER)"
     " ORDER BY place LIMIT ?3"},
    {"groups.made",
     "SELECT row, CASE WHEN creator = ?1 THEN json_object('group', id, 'title', title,"
     " 'about', about, 'createdAt', created_at) END"
     " FROM study_groups WHERE row > CAST(?2 AS INTEGER) ORDER BY row LIMIT ?3"},
    {"groups.invitations",
     "SELECT study_group, json_object('group', study_group, 'at', at)"
     " FROM study_group_invitations WHERE user = ?1 AND study_group > ?2"
     " ORDER BY study_group LIMIT ?3"},
};

// As many as a group may have out, times his groups: few.
Result<bool> erase_traces(campus::EraseCall& call) {
    TRY_OK(campus::run_for_user(
        call.transaction.db(),
        {"DELETE FROM study_group_members WHERE user = ?",
         "DELETE FROM study_group_invitations WHERE user = ?",
         "UPDATE study_group_invitations SET inviter = '~deleted', inviter_name = 'Deleted user'"
         " WHERE inviter = ?",
         "UPDATE study_groups SET creator = '~deleted' WHERE creator = ?"},
        call.user));
    return false;
}

constexpr campus::EraseRule erasing[] = {{"groups", erase_traces}};

}  // namespace

campus::PersonalData personal_data() {
    return {lists, erasing, {}};
}

}  // namespace homeroom::features::groups
