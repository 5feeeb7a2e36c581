// What of presence outlives the process: a row for whoever is busy or invisible, or was seen once.
// Writer thread, but for load(), which is called before it starts.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "features/presence/book.h"
#include "store/store.h"

namespace homeroom::features::presence {

struct Record {
    std::string user{};
    std::optional<Availability> wish{};
    std::optional<WallTime> seen{};
};

std::span<const store::Migration> migrations_of_records();
Result<std::vector<Record>> load_records(store::Database& db);
Status save_wish(store::Database& db, std::string_view user, std::optional<Availability> wish);
Status save_seen(store::Database& db, std::string_view user, WallTime at);
Status forget_record(store::Database& db, std::string_view user);
Status forget_seen(store::Database& db);

}  // namespace homeroom::features::presence
