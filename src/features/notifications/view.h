// Notifications as people see them: those of one kind about one thing are one entry, as long as
// they are not read, and what somebody may not see any more is not there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "campus/surface.h"
#include "features/notifications/records.h"

namespace homeroom::features::notifications {

// Drops what the user may not see at this moment. Behind the read that gave `rows`.
void keep_visible(std::vector<Notification>& rows, std::string_view user,
                  const campus::Directory& directory);

// One entry of the inbox: the newest first. Points into the rows it was made of.
struct Entry {
    std::vector<const Notification*> rows{};

    const Notification& newest() const { return *rows.front(); }
};
// `rows` newest first; so are the entries.
std::vector<Entry> entries_of(const std::vector<Notification>& rows);

// {id, group, kind, room, actors, count, target, at, read}
campus::Json entry_view(const Entry& entry);

struct Counts {
    std::int64_t unread = 0;  // entries
    std::int64_t unseen = 0;  // those of them that came after the inbox was last looked into
};
Counts count(const std::vector<Notification>& visible, std::string_view seen);
// The same of a user at this moment.
Result<Counts> count_of(store::Database& db, const campus::Directory& directory,
                        std::string_view user);

void add_counts(campus::Json& to, const Counts& counts);

// Publishes to the user's own devices.
Status tell_user(store::Transaction& transaction, std::string_view user, const char* type,
                 const campus::Json& body);

}  // namespace homeroom::features::notifications
