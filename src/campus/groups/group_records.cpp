#include "campus/groups/group_records.h"

#include <algorithm>
#include <utility>

namespace homeroom::campus {
namespace {

using store::Database;
using store::Statement;

constexpr store::Migration migrations[] = {
    {"groups/1", R"sql(
        CREATE TABLE study_groups (
            row INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL, about TEXT NOT NULL,
            access TEXT NOT NULL, history TEXT NOT NULL, listed INTEGER NOT NULL,
            home TEXT NOT NULL,
            creator TEXT NOT NULL, created_at TEXT NOT NULL,
            closed_at TEXT  -- NULL: it is there
        );
        CREATE INDEX study_groups_of_home ON study_groups (home, row) WHERE closed_at IS NULL;
        CREATE INDEX study_groups_of_creator ON study_groups (creator, created_at);

        CREATE TABLE study_group_members (
            place INTEGER PRIMARY KEY AUTOINCREMENT,  -- the order in which they came
            study_group TEXT NOT NULL, user TEXT NOT NULL,
            role TEXT NOT NULL,
            since INTEGER NOT NULL,  -- of the journal
            UNIQUE (study_group, user)
        );
        CREATE INDEX study_groups_of_user ON study_group_members (user);

        CREATE TABLE study_group_invitations (
            study_group TEXT NOT NULL, user TEXT NOT NULL,
            inviter TEXT NOT NULL, inviter_name TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (study_group, user)
        ) WITHOUT ROWID;
        CREATE INDEX study_group_invitations_to ON study_group_invitations (user, at);
    )sql"},
};

// Columns in the order in which group_of() and invitation_of() read them.
#define GROUP_COLUMNS "id, title, about, access, history, listed, home, created_at"
#define INVITATION_COLUMNS "study_group, user, inviter, inviter_name, at"

std::string text(const Statement& row, int column) {
    return std::string{row.text(column)};
}

// What is not understood shows the least.
StudyGroup group_of(const Statement& row) {
    return {.id = text(row, 0),
            .title = text(row, 1),
            .about = text(row, 2),
            .access = group_access_from_text(row.text(3)).value_or(GroupAccess::secret),
            .history = group_history_from_text(row.text(4)).value_or(GroupHistory::joined),
            .listed = row.number(5) != 0,
            .home = text(row, 6),
            .created_at = text(row, 7)};
}

Invitation invitation_of(const Statement& row) {
    return {.group = text(row, 0),
            .user = text(row, 1),
            .by = text(row, 2),
            .by_name = text(row, 3),
            .at = text(row, 4)};
}

Result<std::vector<GroupMember>> load_members(Database& db, std::string_view group) {
    auto select = db.statement(
        "SELECT user, role, since FROM study_group_members WHERE study_group = ? ORDER BY place");
    select.bind(1, group);
    std::vector<GroupMember> members;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return members;
        members.push_back({.user = text(select, 0),
                           .role = group_role_from_text(select.text(1)).value_or(GroupRole::member),
                           .since = static_cast<store::Seq>(select.number(2))});
    }
}

Result<std::vector<Invitation>> all_invitations(Statement select) {
    std::vector<Invitation> invitations;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return invitations;
        invitations.push_back(invitation_of(select));
    }
}

}  // namespace

std::span<const store::Migration> group_migrations() {
    return migrations;
}

const GroupMember* StoredGroup::find(std::string_view user) const {
    const auto found = std::ranges::find(members, user, &GroupMember::user);
    return found == members.end() ? nullptr : &*found;
}

const GroupMember* StoredGroup::owner() const {
    const auto found = std::ranges::find(members, GroupRole::owner, &GroupMember::role);
    return found == members.end() ? nullptr : &*found;
}

bool StoredGroup::is_staff(std::string_view user) const {
    const GroupMember* member = find(user);
    return member != nullptr && member->role != GroupRole::member;
}

Result<std::optional<StoredGroup>> load_group(Database& db, std::string_view id) {
    auto select = db.statement("SELECT " GROUP_COLUMNS
                               " FROM study_groups WHERE id = ? AND closed_at IS NULL");
    select.bind(1, id);
    TRY(const bool found, select.step());
    if (!found) return std::optional<StoredGroup>{};
    StoredGroup stored{.group = group_of(select)};
    TRY(stored.members, load_members(db, id));
    return std::optional<StoredGroup>{std::move(stored)};
}

Result<std::vector<StudyGroups::Change>> load_groups(Database& db) {
    auto select =
        db.statement("SELECT " GROUP_COLUMNS " FROM study_groups WHERE closed_at IS NULL");
    std::vector<StudyGroups::Change> groups;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return groups;
        StudyGroups::Change group{.group = group_of(select)};
        TRY(group.members, load_members(db, group.group.id));
        groups.push_back(std::move(group));
    }
}

Result<bool> was_group(Database& db, std::string_view id) {
    auto select = db.statement("SELECT 1 FROM study_groups WHERE id = ?");
    select.bind(1, id);
    return select.step();
}

Status insert_group(Database& db, const StudyGroup& group, std::string_view creator) {
    return db
        .statement(
            "INSERT INTO study_groups (id, title, about, access, history, listed, home, creator, "
            "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind_all(std::string_view{group.id}, std::string_view{group.title},
                  std::string_view{group.about}, to_string(group.access), to_string(group.history),
                  std::int64_t{group.listed}, std::string_view{group.home}, creator,
                  std::string_view{group.created_at})
        .run();
}

Status update_group(Database& db, const StudyGroup& group) {
    return db.statement("UPDATE study_groups SET title = ?, about = ?, access = ? WHERE id = ?")
        .bind_all(std::string_view{group.title}, std::string_view{group.about},
                  to_string(group.access), std::string_view{group.id})
        .run();
}

Status put_member(Database& db, std::string_view group, const GroupMember& member) {
    return db
        .statement(
            "INSERT INTO study_group_members (study_group, user, role, since) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (study_group, user) DO UPDATE SET role = excluded.role")
        .bind_all(group, std::string_view{member.user}, to_string(member.role),
                  static_cast<std::int64_t>(member.since))
        .run();
}

Status delete_member(Database& db, std::string_view group, std::string_view user) {
    return db.statement("DELETE FROM study_group_members WHERE study_group = ? AND user = ?")
        .bind_all(group, user)
        .run();
}

Status mark_closed(Database& db, std::string_view group, std::string_view at) {
    for (const char* sql : {"DELETE FROM study_group_members WHERE study_group = ?",
                            "DELETE FROM study_group_invitations WHERE study_group = ?"})
        TRY_OK(db.statement(sql).bind(1, group).run());
    return db
        .statement("UPDATE study_groups SET title = '', about = '', closed_at = ? WHERE id = ?")
        .bind_all(at, group)
        .run();
}

Status insert_invitation(Database& db, const Invitation& invitation) {
    return db
        .statement("INSERT INTO study_group_invitations (" INVITATION_COLUMNS
                   ") VALUES (?, ?, ?, ?, ?)")
        .bind_all(std::string_view{invitation.group}, std::string_view{invitation.user},
                  std::string_view{invitation.by}, std::string_view{invitation.by_name},
                  std::string_view{invitation.at})
        .run();
}

std::string invitation_subject(std::string_view group, std::string_view user) {
    return "invitation/" + std::string{group} + "/" + std::string{user};
}

Result<bool> delete_invitation(store::Transaction& transaction, std::string_view group,
                               std::string_view user) {
    TRY_OK(transaction.forget(invitation_subject(group, user)));
    auto& db = transaction.db();
    TRY_OK(db.statement("DELETE FROM study_group_invitations WHERE study_group = ? AND user = ?")
               .bind_all(group, user)
               .run());
    return db.changes() > 0;
}

Result<std::optional<Invitation>> load_invitation(Database& db, std::string_view group,
                                                  std::string_view user) {
    auto select = db.statement("SELECT " INVITATION_COLUMNS
                               " FROM study_group_invitations WHERE study_group = ? AND user = ?");
    select.bind_all(group, user);
    TRY(const bool found, select.step());
    return found ? std::optional{invitation_of(select)} : std::optional<Invitation>{};
}

Result<std::vector<Invitation>> invitations_to(Database& db, std::string_view user) {
    auto select = db.statement("SELECT " INVITATION_COLUMNS
                               " FROM study_group_invitations WHERE user = ? ORDER BY at DESC");
    select.bind(1, user);
    return all_invitations(std::move(select));
}

Result<std::vector<Invitation>> invitations_of(Database& db, std::string_view group) {
    auto select = db.statement("SELECT " INVITATION_COLUMNS
                               " FROM study_group_invitations WHERE study_group = ? ORDER BY at");
    select.bind(1, group);
    return all_invitations(std::move(select));
}

}  // namespace homeroom::campus
