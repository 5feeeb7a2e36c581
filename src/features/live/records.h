// The rows of live classes, and of what the school has set for them. On the connection it is given;
// what writes, in the writer's transaction.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "features/live/live_class.h"
#include "store/store.h"

namespace homeroom::features::live {

std::span<const store::Migration> migrations_of_records();

Result<std::optional<LiveClass>> load_live(store::Database& db, std::string_view id);
// `not_found` for what the user may not see now, and for what is not there.
Result<LiveClass> visible_live(store::Database& db, const campus::Directory& directory,
                               std::string_view user, std::string_view id);
Status insert_live(store::Database& db, const LiveClass& live);
Status save_live(store::Database& db, const LiveClass& live);  // all that can change
Status delete_live(store::Database& db, std::string_view id);

struct ListQuery {
    std::vector<std::string> rooms{};
    bool only_open = false;
    std::int64_t before = 0;
    std::size_t limit = 0;
};
Result<std::vector<LiveClass>> load_lives(store::Database& db, const ListQuery& query);
Result<std::vector<LiveClass>> load_open(store::Database& db);  // of all rooms
Result<std::int64_t> count_open(store::Database& db, std::string_view room);

// What the configuration says, where the handlers of requests and of what is due find it.
struct Settings {
    Times times{};
    double joins_per_second = joins_per_second_default;
};
Result<Settings> load_settings(store::Database& db);
Status save_settings(store::Database& db, const Settings& settings);

}  // namespace homeroom::features::live
