#include "campus/retention.h"

#include <algorithm>
#include <map>

#include "campus/audit_requests.h"

namespace homeroom::campus {
namespace {

constexpr auto pass_interval = std::chrono::hours{1};

struct Pass {
    std::int64_t seconds = 0;
    std::string position{};
    std::int64_t deleted = 0;
};

Result<std::optional<Pass>> load(store::Database& db, std::string_view kind) {
    auto select = db.statement("SELECT seconds, position, deleted FROM retention WHERE kind = ?");
    select.bind(1, kind);
    TRY(const bool found, select.step());
    if (!found) return std::optional<Pass>{};
    return std::optional{Pass{select.number(0), std::string{select.text(1)}, select.number(2)}};
}

Status save(store::Database& db, std::string_view kind, const Pass& pass) {
    return db.statement("UPDATE retention SET position = ?, deleted = ? WHERE kind = ?")
        .bind_all(std::string_view{pass.position}, pass.deleted, kind)
        .run();
}

Status set_period(store::Transaction& transaction, const RetentionPeriod& period, WallTime now) {
    auto& db = transaction.db();
    if (!period.age) {
        TRY_OK(unschedule(transaction, retention_kind, period.kind));
        return db.statement("DELETE FROM retention WHERE kind = ?")
            .bind(1, std::string_view{period.kind})
            .run();
    }
    TRY_OK(db.statement("INSERT INTO retention (kind, seconds) VALUES (?, ?)"
                        " ON CONFLICT (kind) DO UPDATE SET seconds = excluded.seconds")
               .bind_all(std::string_view{period.kind}, std::int64_t{period.age->count()})
               .run());
    return schedule_once(transaction, retention_kind, period.kind, now);
}

}  // namespace

Status set_retention(store::Transaction& transaction, std::span<const RetentionPeriod> periods,
                     WallTime now) {
    for (const RetentionPeriod& period : periods) TRY_OK(set_period(transaction, period, now));
    return Ok{};
}

Status expire_due(DueCall& call, std::span<const ExpireRule> rules) {
    auto& db = call.transaction.db();
    const auto rule = std::ranges::find(rules, call.subject, &ExpireRule::kind);
    TRY(auto pass, load(db, call.subject));
    // Of a kind that is not known, or kept, nothing is ever due again.
    if (rule == rules.end() || !pass) return Ok{};
    const std::string before = to_rfc3339(call.now - std::chrono::seconds{pass->seconds});
    ExpireCall expire{call.transaction, call.directory, before, pass->position};
    TRY(const bool more, rule->step(expire));
    pass->deleted += expire.deleted;
    pass->position = more ? expire.position : "";
    const auto next = more ? call.now : call.now + pass_interval;
    TRY_OK(schedule(call.transaction, retention_kind, call.subject, next));
    if (!more && pass->deleted > 0) {
        TRY_OK(audit(call.transaction,
                     {.actor = std::string{the_server},
                      .action = "retention.deleted",
                      .subject = std::string{call.subject},
                      .details = audit_details({{"deleted", pass->deleted}, {"before", before}})}));
        pass->deleted = 0;
        db.clean_log_soon();
    }
    return save(db, call.subject, *pass);
}

Status record_policy(store::Transaction& transaction,
                     const std::vector<std::pair<std::string, std::string>>& values) {
    auto& db = transaction.db();
    std::map<std::string, std::string, std::less<>> before;
    {
        auto select = db.statement("SELECT name, value FROM policy_values");
        while (true) {
            TRY(const bool more, select.step());
            if (!more) break;
            before.emplace(select.text(0), select.text(1));
        }
    }
    for (const auto& [name, value] : values) {
        const auto earlier = before.find(name);
        if (earlier != before.end() && earlier->second == value) continue;
        TRY_OK(db.statement("INSERT OR REPLACE INTO policy_values (name, value) VALUES (?, ?)")
                   .bind_all(std::string_view{name}, std::string_view{value})
                   .run());
        const Json was = earlier == before.end() ? Json(nullptr) : Json(earlier->second);
        TRY_OK(audit(transaction, {.actor = std::string{local_operator},
                                   .action = "policy.changed",
                                   .subject = name,
                                   .details = audit_details({{"before", was}, {"after", value}})}));
    }
    return Ok{};
}

}  // namespace homeroom::campus
