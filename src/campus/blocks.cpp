#include "campus/blocks.h"

#include <utility>

namespace homeroom::campus {
namespace {

// The table came with the messages ("messages/1"); here it is for whoever has none.
constexpr store::Migration blocks_schema[] = {
    {"blocks/1", R"sql(
        CREATE TABLE IF NOT EXISTS blocks (
            blocker TEXT NOT NULL, blocked TEXT NOT NULL,
            PRIMARY KEY (blocker, blocked)
        ) WITHOUT ROWID;
    )sql"},
};

}  // namespace

std::span<const store::Migration> block_migrations() {
    return blocks_schema;
}

Result<bool> is_blocked(store::Database& db, std::string_view blocker, std::string_view blocked) {
    auto select = db.statement("SELECT 1 FROM blocks WHERE blocker = ? AND blocked = ?");
    select.bind_all(blocker, blocked);
    return select.step();
}

Result<std::unordered_set<std::string>> blocked_by(store::Database& db, std::string_view blocker) {
    auto select = db.statement("SELECT blocked FROM blocks WHERE blocker = ?");
    select.bind(1, blocker);
    std::unordered_set<std::string> users;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return users;
        users.emplace(select.text(0));
    }
}

Status leave_out_blockers(store::Database& db, std::string_view blocked,
                          std::vector<std::string>& users) {
    std::vector<std::string> others;
    for (std::string& user : users) {
        TRY(const bool blocks, is_blocked(db, user, blocked));
        if (!blocks) others.push_back(std::move(user));
    }
    users = std::move(others);
    return Ok{};
}

}  // namespace homeroom::campus
