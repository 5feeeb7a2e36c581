#include "backbone/inbox.h"

#include <algorithm>

namespace homeroom::backbone {
namespace {

constexpr Code refusals[] = {Code::invalid,   Code::unauthenticated, Code::forbidden,
                             Code::not_found, Code::conflict,        Code::too_large,
                             Code::internal};

// refusal := code " " words
Error to_error(std::string_view refusal, std::string_view field) {
    const auto space = refusal.find(' ');
    const std::string_view word = refusal.substr(0, space);
    const auto* const code =
        std::ranges::find_if(refusals, [&](const Code one) { return to_string(one) == word; });
    return Error{code == std::end(refusals) ? Code::internal : *code,
                 std::string{space == std::string_view::npos ? "" : refusal.substr(space + 1)},
                 std::string{field}};
}

}  // namespace

Result<bool> admit(store::Transaction& transaction, const std::string& source,
                   const std::string& id) {
    auto& db = transaction.db();
    {
        auto select =
            db.statement("SELECT refusal, field FROM kafka_commands WHERE source = ? AND id = ?");
        select.bind_all(std::string_view{source}, std::string_view{id});
        TRY(const bool found, select.step());
        if (found && select.text(0).empty()) return false;
        if (found) return to_error(select.text(0), select.text(1));
    }
    TRY_OK(db.statement("INSERT INTO kafka_commands (source, id, at) VALUES (?, ?, ?)")
               .bind_all(std::string_view{source}, std::string_view{id},
                         std::string_view{transaction.at()})
               .run());
    return true;
}

Result<bool> refuse(store::Transaction& transaction, const std::string& source,
                    const std::string& id, const Error& why) {
    auto& db = transaction.db();
    const std::string refusal = std::string{to_string(why.code)} + ' ' + why.message;
    TRY_OK(db.statement("INSERT OR IGNORE INTO kafka_commands (source, id, at, refusal, field)"
                        " VALUES (?, ?, ?, ?, ?)")
               .bind_all(std::string_view{source}, std::string_view{id},
                         std::string_view{transaction.at()}, std::string_view{refusal},
                         std::string_view{why.field})
               .run());
    auto select = db.statement("SELECT refusal FROM kafka_commands WHERE source = ? AND id = ?");
    select.bind_all(std::string_view{source}, std::string_view{id});
    TRY(const bool found, select.step());
    return found && !select.text(0).empty();
}

Status drop_old_commands(store::Database& db, std::string_view before, std::int64_t rows_max) {
    return db
        .statement(
            "DELETE FROM kafka_commands WHERE (source, id) IN "
            "(SELECT source, id FROM kafka_commands WHERE at < ? LIMIT ?)")
        .bind_all(before, rows_max)
        .run();
}

}  // namespace homeroom::backbone
