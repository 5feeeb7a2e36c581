#include <algorithm>

#include "base/limits.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/records.h"
#include "features/feed/requests.h"
#include "features/feed/target.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

// A lower-case word: it becomes a key of an object in every client, so nothing like "__proto__".
bool is_kind(std::string_view text) {
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto inner = [&](char c) {
        return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !text.empty() && text.size() <= limits::reaction_kind_bytes_max &&
           letter(text.front()) && std::ranges::all_of(text, inner);
}

// Empty: no reaction.
Result<std::string> requested_kind(const Json& request) {
    const auto found = request.find("kind");
    if (found == request.end())
        return Error{Code::invalid, "kind is missing; null takes a reaction back", "kind"};
    if (found->is_null()) return std::string{};
    if (!found->is_string() || !is_kind(found->get_ref<const std::string&>())) {
        return Error{Code::invalid, "kind is null or a lower-case word such as \"like\"", "kind"};
    }
    return found->get<std::string>();
}

Result<std::string> current_kind(store::Database& db, const Target& target, std::string_view user) {
    auto select = db.statement("SELECT kind FROM reactions WHERE target = ? AND user = ?");
    select.bind_all(std::string_view{target.id}, user);
    TRY(const bool found, select.step());
    return found ? std::string{select.text(0)} : std::string{};
}

Status count_one_less(store::Database& db, const Target& target, std::string_view kind) {
    TRY_OK(
        db.statement("UPDATE reaction_counts SET count = count - 1 WHERE target = ? AND kind = ?")
            .bind_all(std::string_view{target.id}, kind)
            .run());
    return db.statement("DELETE FROM reaction_counts WHERE target = ? AND kind = ? AND count <= 0")
        .bind_all(std::string_view{target.id}, kind)
        .run();
}

Status count_one_more(store::Database& db, const Target& target, std::string_view kind) {
    return db
        .statement(
            "INSERT INTO reaction_counts (target, kind, count) VALUES (?, ?, 1) "
            "ON CONFLICT (target, kind) DO UPDATE SET count = reaction_counts.count + 1")
        .bind_all(std::string_view{target.id}, kind)
        .run();
}

Status replace_reaction(store::Database& db, const Target& target, std::string_view user,
                        std::string_view old_kind, std::string_view kind) {
    if (!old_kind.empty()) TRY_OK(count_one_less(db, target, old_kind));
    if (kind.empty()) {
        return db.statement("DELETE FROM reactions WHERE target = ? AND user = ?")
            .bind_all(std::string_view{target.id}, user)
            .run();
    }
    TRY_OK(count_one_more(db, target, kind));
    return db.statement("INSERT OR REPLACE INTO reactions (target, user, kind) VALUES (?, ?, ?)")
        .bind_all(std::string_view{target.id}, user, kind)
        .run();
}

}  // namespace

Result<Json> set_reaction(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto kind, requested_kind(request));
    TRY(const auto target, requested_target(db, call.directory, call.who.user, request));
    TRY_OK(require_open(call, target.post, "target"));
    TRY(const auto old_kind, current_kind(db, target, call.who.user));
    const Json kind_json = kind.empty() ? Json(nullptr) : Json(kind);
    if (kind != old_kind) TRY_OK(replace_reaction(db, target, call.who.user, old_kind, kind));
    TRY(auto counts, reaction_counts(db, target.id));
    // Every event about it carries the counts, so a post that everybody marks in his own way would
    // swell them all.
    if (counts.size() > limits::reaction_kinds_per_target_max) {
        return Error{Code::too_large, "there are too many kinds of reaction here", "kind"};
    }
    Json answer{{"target", target.json},
                {"postId", target.post.id},
                {"counts", std::move(counts)},
                {"kind", kind_json}};
    // The same again is no news.
    if (kind != old_kind)
        TRY_OK(announce(call, "reaction:changed", target.post, target.id, answer));
    return answer;
}

}  // namespace homeroom::features::feed
