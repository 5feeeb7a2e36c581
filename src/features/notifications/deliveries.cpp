#include "features/notifications/deliveries.h"

#include <algorithm>

#include "base/ids.h"
#include "features/notifications/preferences.h"
#include "features/notifications/view.h"

namespace homeroom::features::notifications {
namespace {

using campus::Json;

struct Delivery {
    std::string id{};
    std::string user{};
    Channel channel{};
    std::string collapse{};
    std::string through{};  // the newest notification that goes with it; empty: not sealed
    std::int64_t attempts = 0;
};

Result<std::optional<Delivery>> load_due(store::Database& db, std::string_view id, WallTime now) {
    const std::string at = to_rfc3339(now);
    auto select = db.statement(
        "SELECT user, channel, collapse, through, attempts FROM webhook_deliveries"
        " WHERE id = ? AND given_up_at IS NULL AND due <= ?");
    select.bind_all(id, std::string_view{at});
    TRY(const bool found, select.step());
    if (!found) return std::optional<Delivery>{};
    const auto channel = channel_of(select.text(1));
    if (!channel) return Error{Code::internal, "a stored delivery goes an unknown way"};
    return std::optional<Delivery>{{.id = std::string{id},
                                    .user = std::string{select.text(0)},
                                    .channel = *channel,
                                    .collapse = std::string{select.text(2)},
                                    .through = std::string{select.text(3)},
                                    .attempts = select.number(4)}};
}

Status erase(store::Database& db, std::string_view id) {
    return db.statement("DELETE FROM webhook_deliveries WHERE id = ?").bind(1, id).run();
}

Status put_off(store::Database& db, std::string_view id, WallTime due) {
    const std::string text = to_rfc3339(due);
    return db.statement("UPDATE webhook_deliveries SET due = ? WHERE id = ?")
        .bind_all(std::string_view{text}, id)
        .run();
}

Status seal(store::Database& db, const Delivery& delivery, WallTime due) {
    const std::string text = to_rfc3339(due);
    return db
        .statement("UPDATE webhook_deliveries SET through = ?, attempts = ?, due = ? WHERE id = ?")
        .bind_all(std::string_view{delivery.through}, delivery.attempts, std::string_view{text},
                  std::string_view{delivery.id})
        .run();
}

// {"type", "timestamp", "data"}, as Standard Webhooks proposes. No text that people wrote, no mark.
std::string body_of(const Delivery& delivery, const Entry& entry, const Counts& counts,
                    const campus::Directory& directory, WallTime now) {
    const auto person = directory.person(delivery.user);
    const std::string title = directory.title_of(entry.newest().source.room);
    Json data{{"user", {{"id", delivery.user}, {"name", person ? person->name : ""}}},
              {"notification", entry_view(entry)},
              {"roomTitle", title.empty() ? Json(nullptr) : Json(title)}};
    add_counts(data, counts);
    return Json{{"type", "notification." + std::string{to_string(delivery.channel)}},
                {"timestamp", to_rfc3339(now)},
                {"data", std::move(data)}}
        .dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Status plan_delivery(store::Database& db, const DeliveryKey& key, WallTime due) {
    const std::string id = make_ulid(wall_now());
    const std::string text = to_rfc3339(due);
    return db
        .statement(
            "INSERT OR IGNORE INTO webhook_deliveries (id, user, channel, collapse, due)"
            " VALUES (?, ?, ?, ?, ?)")
        .bind_all(std::string_view{id}, key.user, to_string(key.channel), key.collapse,
                  std::string_view{text})
        .run();
}

Result<std::vector<std::string>> due_deliveries(store::Database& db, Channel channel, WallTime now,
                                                std::size_t limit) {
    const std::string at = to_rfc3339(now);
    auto select = db.statement(
        "SELECT id FROM webhook_deliveries WHERE channel = ? AND given_up_at IS NULL AND due <= ?"
        " ORDER BY due LIMIT ?");
    select.bind_all(to_string(channel), std::string_view{at}, static_cast<std::int64_t>(limit));
    std::vector<std::string> ids;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return ids;
        ids.emplace_back(select.text(0));
    }
}

Result<std::optional<Attempt>> begin_attempt(store::Transaction& transaction,
                                             const campus::Directory& directory,
                                             std::string_view id, WallTime now,
                                             std::chrono::milliseconds lost_after) {
    const std::optional<Attempt> nothing{};
    auto& db = transaction.db();
    TRY(auto found, load_due(db, id, now));
    if (!found) return nothing;
    Delivery& delivery = *found;
    TRY(auto rows, load_unread(db, delivery.user));
    TRY(const auto seen, seen_up_to(db, delivery.user));
    keep_visible(rows, delivery.user, directory);
    const Counts counts = count(rows, seen);
    std::erase_if(rows, [&](const Notification& row) {
        return row.source.collapse != delivery.collapse ||
               (!delivery.through.empty() && row.id > delivery.through);
    });
    const auto entries = entries_of(rows);
    if (entries.empty()) {
        TRY_OK(erase(db, id));
        return nothing;
    }
    const Source& newest = entries.front().newest().source;
    TRY(const auto choice, choice_of(db, delivery.user, newest.kind, newest.room));
    if (!choice.wants(delivery.channel)) {
        TRY_OK(erase(db, id));
        return nothing;
    }
    TRY(const auto quiet, quiet_hours_of(db, delivery.user));
    if (const auto end = quiet ? quiet_until(*quiet, now) : std::nullopt) {
        TRY_OK(put_off(db, id, *end));
        return nothing;
    }
    if (delivery.through.empty()) delivery.through = entries.front().newest().id;
    ++delivery.attempts;
    TRY_OK(seal(db, delivery, now + lost_after));
    return std::optional<Attempt>{
        {.id = delivery.id,
         .number = delivery.attempts,
         .body = body_of(delivery, entries.front(), counts, directory, now)}};
}

Status settle_delivered(store::Database& db, const Attempt& attempt) {
    return erase(db, attempt.id);
}

// Not when another attempt has begun since: that one's end is what counts.
Status settle_failed(store::Database& db, const Attempt& attempt, WallTime next) {
    const std::string text = to_rfc3339(next);
    return db.statement("UPDATE webhook_deliveries SET due = ? WHERE id = ? AND attempts = ?")
        .bind_all(std::string_view{text}, std::string_view{attempt.id}, attempt.number)
        .run();
}

Status settle_broken_off(store::Database& db, const Attempt& attempt, WallTime now) {
    const std::string text = to_rfc3339(now);
    return db
        .statement(
            "UPDATE webhook_deliveries SET due = ?, attempts = attempts - 1 WHERE id = ? AND "
            "attempts = ?")
        .bind_all(std::string_view{text}, std::string_view{attempt.id}, attempt.number)
        .run();
}

Status settle_given_up(store::Transaction& transaction, const Attempt& attempt,
                       std::string_view fault) {
    return transaction.db()
        .statement(
            "UPDATE webhook_deliveries SET given_up_at = ?, fault = ? WHERE id = ? AND attempts = "
            "?")
        .bind_all(std::string_view{transaction.at()}, fault, std::string_view{attempt.id},
                  attempt.number)
        .run();
}

Status drop_old_deliveries(store::Database& db, std::string_view before, std::int64_t rows_max) {
    TRY_OK(db.statement("DELETE FROM webhook_deliveries WHERE id IN"
                        " (SELECT id FROM webhook_deliveries WHERE given_up_at < ? LIMIT ?)")
               .bind_all(before, rows_max)
               .run());
    for (const Channel channel : channels) {
        TRY_OK(db.statement("DELETE FROM webhook_deliveries WHERE id IN"
                            " (SELECT id FROM webhook_deliveries WHERE channel = ?"
                            "  AND given_up_at IS NULL AND due < ? LIMIT ?)")
                   .bind_all(to_string(channel), before, rows_max)
                   .run());
    }
    return Ok{};
}

}  // namespace homeroom::features::notifications
