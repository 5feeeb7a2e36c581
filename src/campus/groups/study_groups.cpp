#include "campus/groups/study_groups.h"

#include <algorithm>
#include <mutex>
#include <utility>

namespace homeroom::campus {
namespace {

template <typename Value, std::size_t count>
std::optional<Value> value_of(const std::pair<std::string_view, Value> (&words)[count],
                              std::string_view text) {
    for (const auto& [word, value] : words) {
        if (word == text) return value;
    }
    return std::nullopt;
}

template <typename Value, std::size_t count>
std::string_view word_of(const std::pair<std::string_view, Value> (&words)[count], Value value) {
    for (const auto& [word, one] : words) {
        if (one == value) return word;
    }
    return "";
}

constexpr std::pair<std::string_view, GroupAccess> access_words[] = {
    {"open", GroupAccess::open},
    {"invitation", GroupAccess::invitation},
    {"secret", GroupAccess::secret},
};
constexpr std::pair<std::string_view, GroupHistory> history_words[] = {
    {"shared", GroupHistory::shared},
    {"joined", GroupHistory::joined},
};
constexpr std::pair<std::string_view, GroupRole> role_words[] = {
    {"member", GroupRole::member},
    {"staff", GroupRole::staff},
    {"owner", GroupRole::owner},
};

}  // namespace

std::string_view to_string(GroupAccess access) {
    return word_of(access_words, access);
}
std::string_view to_string(GroupHistory history) {
    return word_of(history_words, history);
}
std::string_view to_string(GroupRole role) {
    return word_of(role_words, role);
}
std::optional<GroupAccess> group_access_from_text(std::string_view text) {
    return value_of(access_words, text);
}
std::optional<GroupHistory> group_history_from_text(std::string_view text) {
    return value_of(history_words, text);
}
std::optional<GroupRole> group_role_from_text(std::string_view text) {
    return value_of(role_words, text);
}

const GroupMember* StudyGroups::Entry::find(std::string_view user) const {
    const auto found = std::ranges::find(members, user, &GroupMember::user);
    return found == members.end() ? nullptr : &*found;
}

const StudyGroups::Entry* StudyGroups::entry(std::string_view id) const {
    const auto found = groups_.find(id);
    return found == groups_.end() ? nullptr : &found->second;
}

void StudyGroups::load(std::vector<Change> groups) {
    const std::unique_lock lock(mutex_);
    groups_.clear();
    of_user_.clear();
    for (Change& group : groups) put(std::move(group));
}

void StudyGroups::apply(Change change) {
    const std::unique_lock lock(mutex_);
    if (const Entry* earlier = entry(change.group.id)) take_out(*earlier);
    put(std::move(change));
}

std::vector<std::string> StudyGroups::touched_by(const Change& change) const {
    const std::shared_lock lock(mutex_);
    const Entry* earlier = entry(change.group.id);
    // By user; what is left in the end are those who are in it no more.
    boost::unordered_flat_map<std::string_view, const GroupMember*> before;
    if (earlier != nullptr) {
        for (const GroupMember& member : earlier->members) before.emplace(member.user, &member);
    }
    std::vector<std::string> users;
    for (const GroupMember& member : change.members) {
        const auto found = before.find(member.user);
        if (found == before.end()) {
            users.push_back(member.user);
            continue;
        }
        if (*found->second != member) users.push_back(member.user);
        before.erase(found);
    }
    for (const auto& [user, member] : before) users.emplace_back(user);
    return users;
}

void StudyGroups::take_out(const Entry& entry) {
    for (const GroupMember& member : entry.members) {
        const auto found = of_user_.find(member.user);
        if (found == of_user_.end()) continue;
        std::erase(found->second, entry.group.id);
        if (found->second.empty()) of_user_.erase(found);
    }
}

void StudyGroups::put(Change change) {
    if (change.members.empty()) {
        groups_.erase(change.group.id);
        return;
    }
    for (const GroupMember& member : change.members)
        of_user_[member.user].push_back(change.group.id);
    std::string id = change.group.id;
    groups_.insert_or_assign(std::move(id),
                             Entry{std::move(change.group), std::move(change.members)});
}

std::optional<StudyGroup> StudyGroups::find(std::string_view id) const {
    const std::shared_lock lock(mutex_);
    const Entry* found = entry(id);
    return found == nullptr ? std::nullopt : std::optional{found->group};
}

std::vector<std::string> StudyGroups::members(std::string_view id) const {
    const std::shared_lock lock(mutex_);
    std::vector<std::string> users;
    if (const Entry* found = entry(id)) {
        for (const GroupMember& member : found->members) users.push_back(member.user);
    }
    return users;
}

std::optional<GroupMember> StudyGroups::member(std::string_view id, std::string_view user) const {
    const std::shared_lock lock(mutex_);
    const Entry* found = entry(id);
    const GroupMember* one = found == nullptr ? nullptr : found->find(user);
    return one == nullptr ? std::nullopt : std::optional{*one};
}

bool StudyGroups::sees(std::string_view id, std::string_view user, store::Seq moment) const {
    const std::shared_lock lock(mutex_);
    const Entry* found = entry(id);
    const GroupMember* one = found == nullptr ? nullptr : found->find(user);
    if (one == nullptr) return false;
    return found->group.history == GroupHistory::shared || one->since <= moment;
}

bool StudyGroups::shares_past(std::string_view id) const {
    const std::shared_lock lock(mutex_);
    const Entry* found = entry(id);
    return found != nullptr && found->group.history == GroupHistory::shared;
}

std::vector<StudyGroups::Place> StudyGroups::places_of(std::string_view user) const {
    const std::shared_lock lock(mutex_);
    std::vector<Place> places;
    const auto found = of_user_.find(user);
    if (found == of_user_.end()) return places;
    for (const std::string& id : found->second) {
        const Entry* one = entry(id);
        const GroupMember* member = one == nullptr ? nullptr : one->find(user);
        if (member != nullptr) places.push_back({id, member->role, one->group.listed});
    }
    return places;
}

std::vector<std::string> StudyGroups::people() const {
    const std::shared_lock lock(mutex_);
    std::vector<std::string> users;
    for (const auto& [user, ids] : of_user_) users.push_back(user);
    return users;
}

}  // namespace homeroom::campus
