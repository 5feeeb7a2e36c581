// Study groups as the directory knows them: what kind of group each is, who is in it, and since
// when.
//
// They are the server's own: no import touches them. Their rows (group_records.h) are changed by a
// command; this follows in the same step on the writer thread, before the next command, and is read
// from the rows again when a commit fails. Any thread; memory: O(members).
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/short_text.h"
#include "store/journal.h"

namespace homeroom::campus {

// How somebody comes in. To those who are not in a secret group it is one that never was.
enum class GroupAccess : std::uint8_t { open, invitation, secret };
// Whether a member sees what was there before he came (the last time).
enum class GroupHistory : std::uint8_t { shared, joined };
enum class GroupRole : std::uint8_t { member, staff, owner };

std::string_view to_string(GroupAccess access);
std::string_view to_string(GroupHistory history);
std::string_view to_string(GroupRole role);
// Nothing for what is none of them.
std::optional<GroupAccess> group_access_from_text(std::string_view text);
std::optional<GroupHistory> group_history_from_text(std::string_view text);
std::optional<GroupRole> group_role_from_text(std::string_view text);

struct StudyGroup {
    std::string id{};
    std::string title{};
    std::string about{};
    GroupAccess access = GroupAccess::open;
    GroupHistory history = GroupHistory::shared;
    bool listed = true;  // whether its members see who else is in it; its staff always do
    // The room it belongs to: whoever is not in that cannot be in the group.
    std::string home{};
    std::string created_at{};

    std::string room() const { return "group-" + id; }
};

struct GroupMember {
    std::string user{};
    GroupRole role = GroupRole::member;
    store::Seq since = 0;  // the journal's moment at which he came
    bool operator==(const GroupMember&) const = default;
};

class StudyGroups {
public:
    // A group as it is from now on, as a whole.
    struct Change {
        StudyGroup group{};
        std::vector<GroupMember> members{};  // none: it is closed
    };
    void load(std::vector<Change> groups);  // in place of all
    void apply(Change change);
    // Who is in it, is not any more, or is something else in it by this change.
    std::vector<std::string> touched_by(const Change& change) const;

    std::optional<StudyGroup> find(std::string_view id) const;
    std::vector<std::string> members(std::string_view id) const;  // as they came
    std::optional<GroupMember> member(std::string_view id, std::string_view user) const;
    // Whether a member may see what came to be at that moment.
    bool sees(std::string_view id, std::string_view user, store::Seq moment) const;
    // Whether all who are in it see all that is there.
    bool shares_past(std::string_view id) const;

    struct Place {
        std::string id{};
        GroupRole role{};
        bool listed = true;
    };
    std::vector<Place> places_of(std::string_view user) const;
    std::vector<std::string> people() const;  // who are in any, each once

private:
    struct Entry {
        StudyGroup group{};
        std::vector<GroupMember> members{};
        const GroupMember* find(std::string_view user) const;
    };
    void take_out(const Entry& entry);
    void put(Change change);
    const Entry* entry(std::string_view id) const;

    mutable std::shared_mutex mutex_{};
    boost::unordered_flat_map<std::string, Entry, TextHash, TextEqual> groups_{};
    boost::unordered_flat_map<std::string, std::vector<std::string>, TextHash, TextEqual>
        of_user_{};
};

}  // namespace homeroom::campus
