#include "campus/sign_outs.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace homeroom::campus {
namespace {

constexpr store::Migration sign_outs_schema[] = {
    {"sign_outs/1", R"sql(
        CREATE TABLE sign_outs (
            user TEXT PRIMARY KEY,
            at_ms INTEGER NOT NULL
        ) WITHOUT ROWID;
    )sql"},
    {"sign_outs/2", "CREATE INDEX sign_outs_by_time ON sign_outs (at_ms)"},
    {"sign_outs/3", "DROP INDEX sign_outs_by_time"},
};

std::int64_t milliseconds(WallTime at) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

}  // namespace

std::span<const store::Migration> sign_out_migrations() {
    return sign_outs_schema;
}

Status SignOuts::load(store::Database& db) {
    auto select = db.statement("SELECT user, at_ms FROM sign_outs");
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return Ok{};
        put(std::string{select.text(0)}, WallTime{std::chrono::milliseconds{select.number(1)}});
    }
}

bool SignOuts::holds(const identity::Claims& claims) const {
    if (claims.service) return true;
    const std::shared_lock lock(mutex_);
    const auto found = signed_out_.find(claims.subject);
    return found == signed_out_.end() || (claims.issued_at && *claims.issued_at > found->second);
}

void SignOuts::put(const std::string& user, WallTime at) {
    const std::unique_lock lock(mutex_);
    const auto found = signed_out_.try_emplace(user, at).first;
    found->second = std::max(found->second, at);
}

store::Command SignOuts::command(std::string user, std::function<void(const Status&)> then) {
    const auto at = std::make_shared<WallTime>();
    return {
        .work = [user, at](store::Transaction& transaction) -> Status {
            *at = wall_now();
            return transaction.db()
                .statement(
                    "INSERT INTO sign_outs (user, at_ms) VALUES (?1, ?2) ON CONFLICT (user) "
                    "DO UPDATE SET at_ms = max(sign_outs.at_ms, excluded.at_ms)")
                .bind_all(std::string_view{user}, milliseconds(*at))
                .run();
        },
        .done =
            [this, user, at, then = std::move(then)](const Status& status) {
                if (status.ok()) put(user, *at);
                then(status);
            },
    };
}

}  // namespace homeroom::campus
