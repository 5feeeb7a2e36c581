#include "features/notifications/view.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/limits.h"
#include "campus/audience.h"

namespace homeroom::features::notifications {
namespace {

using campus::Json;

// Of the last who did it, each once.
Json actors_of(const Entry& entry) {
    Json actors = Json::array();
    std::set<std::string> ids;
    for (const Notification* row : entry.rows) {
        if (actors.size() == limits::notification_actors_shown_max) break;
        Json actor = Json::parse(row->source.actor, nullptr, false);
        if (!actor.is_object() || !actor.contains("id")) continue;
        if (ids.insert(actor["id"].get<std::string>()).second) actors.push_back(std::move(actor));
    }
    return actors;
}

}  // namespace

void keep_visible(std::vector<Notification>& rows, std::string_view user,
                  const campus::Directory& directory) {
    std::map<std::string, bool, std::less<>> judged;
    std::erase_if(rows, [&](const Notification& row) {
        const auto known = judged.find(row.source.audience);
        if (known != judged.end()) return !known->second;
        const bool admitted =
            campus::Audience::from_text(row.source.audience).admits(user, directory);
        judged.emplace(row.source.audience, admitted);
        return !admitted;
    });
}

std::vector<Entry> entries_of(const std::vector<Notification>& rows) {
    std::vector<Entry> entries;
    std::map<std::pair<std::string_view, bool>, std::size_t> places;
    for (const Notification& row : rows) {
        const auto [place, is_new] =
            places.try_emplace({row.source.collapse, row.read}, entries.size());
        if (is_new) entries.emplace_back();
        entries[place->second].rows.push_back(&row);
    }
    return entries;
}

Json entry_view(const Entry& entry) {
    const Notification& newest = entry.newest();
    return Json{{"id", newest.id},
                {"group", newest.source.collapse},
                {"kind", to_string(newest.source.kind)},
                {"room", newest.source.room},
                {"actors", actors_of(entry)},
                {"count", entry.rows.size()},
                {"target", Json::parse(newest.source.target, nullptr, false)},
                {"at", newest.source.at},
                {"read", newest.read}};
}

Counts count(const std::vector<Notification>& visible, std::string_view seen) {
    Counts counts;
    for (const Entry& entry : entries_of(visible)) {
        if (entry.newest().read) continue;
        ++counts.unread;
        counts.unseen += entry.newest().id > seen ? 1 : 0;
    }
    return counts;
}

Result<Counts> count_of(store::Database& db, const campus::Directory& directory,
                        std::string_view user) {
    TRY(auto rows, load_unread(db, user));
    TRY(const auto seen, seen_up_to(db, user));
    keep_visible(rows, user, directory);
    return count(rows, seen);
}

void add_counts(Json& to, const Counts& counts) {
    to["unread"] = counts.unread;
    to["unseen"] = counts.unseen;
}

Status tell_user(store::Transaction& transaction, std::string_view user, const char* type,
                 const Json& body) {
    const auto audience =
        campus::Audience::members(campus::room_name(campus::RoomKind::user, user));
    return transaction.publish(
        {.type = type, .audience = audience.stored(), .by_json = "null", .body = body.dump()});
}

}  // namespace homeroom::features::notifications
