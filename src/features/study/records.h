// The rows of study sessions. On the connection it is given; what writes, in the writer's
// transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/study/session.h"
#include "store/store.h"

namespace homeroom::features::study {

std::span<const store::Migration> migrations_of_records();

Result<std::optional<Session>> load_session(store::Database& db, std::string_view id);
// `not_found` for what the user may not see now, and for what is not there.
Result<Session> visible_session(store::Database& db, const campus::Directory& directory,
                                std::string_view user, std::string_view id);
Status insert_session(store::Database& db, const Session& session);
Status save_session(store::Database& db, const Session& session);  // all that can change
Status delete_session(store::Database& db, std::string_view id);   // with its attendance

struct ListQuery {
    std::vector<std::string> rooms{};
    bool only_open = false;
    std::int64_t before = 0;
    std::size_t limit = 0;
};
Result<std::vector<Session>> load_sessions(store::Database& db, const ListQuery& query);
Result<std::vector<std::string>> live_sessions(store::Database& db);  // ids
// How many of a room are planned or live; of one host, where one is named.
Result<std::int64_t> count_open(store::Database& db, std::string_view room,
                                std::string_view host = "");

// When the server was last known to run: until then at least people were there.
Result<std::string> alive_until(store::Database& db);  // empty: never
Status save_alive(store::Database& db, const std::string& at);

}  // namespace homeroom::features::study
