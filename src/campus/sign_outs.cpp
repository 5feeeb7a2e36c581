#include "campus/sign_outs.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "campus/token_age.h"

namespace homeroom::campus {
namespace {

constexpr store::Migration migrations[] = {
    {"sign_outs/1", R"sql(
        CREATE TABLE sign_outs (
            user TEXT PRIMARY KEY,
            at_ms INTEGER NOT NULL
        ) WITHOUT ROWID;
    )sql"},
    {"sign_outs/2", "CREATE INDEX sign_outs_by_time ON sign_outs (at_ms)"},
};

// More than are added, so that they become fewer.
constexpr std::int64_t forgotten_at_once = 16;
// Clocks differ a little, and a token counts by its own.
constexpr auto kept = token_age_max + std::chrono::hours{24};

std::int64_t milliseconds(WallTime at) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

Result<std::vector<std::string>> forget_old(store::Database& db, WallTime before) {
    auto drop = db.statement(
        "DELETE FROM sign_outs WHERE user IN (SELECT user FROM sign_outs WHERE at_ms < ? LIMIT ?)"
        " RETURNING user");
    drop.bind_all(milliseconds(before), forgotten_at_once);
    std::vector<std::string> users;
    while (true) {
        TRY(const bool more, drop.step());
        if (!more) return users;
        users.emplace_back(drop.text(0));
    }
}

}  // namespace

std::span<const store::Migration> sign_out_migrations() {
    return migrations;
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
    const WallTime now = wall_now();
    if (claims.issued_at ? now >= *claims.issued_at + token_age_max
                         : claims.expires_at > now + token_age_max)
        return false;
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
    struct Done {
        WallTime at{};
        std::vector<std::string> forgotten{};
    };
    const auto done = std::make_shared<Done>();
    return {
        .work = [user, done](store::Transaction& transaction) -> Status {
            done->at = wall_now();
            TRY(done->forgotten, forget_old(transaction.db(), done->at - kept));
            return transaction.db()
                .statement(
                    "INSERT INTO sign_outs (user, at_ms) VALUES (?1, ?2) ON CONFLICT (user) "
                    "DO UPDATE SET at_ms = max(at_ms, excluded.at_ms)")
                .bind_all(std::string_view{user}, milliseconds(done->at))
                .run();
        },
        .done =
            [this, user, done, then = std::move(then)](const Status& status) {
                if (status.ok()) {
                    {
                        const std::unique_lock lock(mutex_);
                        for (const std::string& old : done->forgotten) signed_out_.erase(old);
                    }
                    put(user, done->at);
                }
                then(status);
            },
    };
}

}  // namespace homeroom::campus
