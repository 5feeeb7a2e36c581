#include "campus/legal_hold.h"

#include "campus/audit_requests.h"
#include "campus/known_person.h"

namespace homeroom::campus {
namespace {

constexpr std::int64_t holds_max = 10'000;

Result<std::int64_t> count_holds(store::Database& db) {
    auto select = db.statement("SELECT count(*) FROM legal_holds");
    TRY([[maybe_unused]] const bool found, select.step());
    return select.number(0);
}

Result<Json> set_hold(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto user, required_text(request, "user", limits::identifier_bytes_max));
    TRY(const auto reason, required_words(request, "reason", audit_reason_bytes_max));
    // Whoever left long ago may be held all the same; a mistyped id must not look like it.
    TRY(const auto anyway, optional_bool(request, "unknown"));
    TRY(const bool known, is_known_person(db, call.directory, user));
    if (!known && anyway != true) {
        return Error{Code::not_found,
                     "there is no such user, nor a trace of one; with \"unknown\": true the id is "
                     "held all the same",
                     "user"};
    }
    TRY(const auto count, count_holds(db));
    if (count >= holds_max) return Error{Code::too_large, "there are too many holds", "user"};
    TRY_OK(db.statement("INSERT OR REPLACE INTO legal_holds (user, reason, actor, at)"
                        " VALUES (?, ?, ?, ?)")
               .bind_all(std::string_view{user}, std::string_view{reason},
                         std::string_view{call.who.user}, std::string_view{call.transaction.at()})
               .run());
    TRY_OK(note(call, "hold.set", user, {{"reason", reason}}));
    return Json{{"user", user}, {"held", true}};
}

Result<Json> lift_hold(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto user, required_text(request, "user", limits::identifier_bytes_max));
    TRY_OK(db.statement("DELETE FROM legal_holds WHERE user = ?")
               .bind(1, std::string_view{user})
               .run());
    if (db.changes() > 0) TRY_OK(note(call, "hold.lifted", user, Json::object()));
    return Json{{"user", user}, {"held", false}};
}

Result<Json> list_holds(ReadCall& call, const Json&) {
    auto select =
        call.db.statement("SELECT user, reason, actor, at FROM legal_holds ORDER BY user");
    Json holds = Json::array();
    while (true) {
        TRY(const bool more, select.step());
        if (!more) break;
        holds.push_back(Json{{"user", select.text(0)},
                             {"reason", select.text(1)},
                             {"actor", select.text(2)},
                             {"at", select.text(3)}});
    }
    note(call, "hold.listed", "", {{"holds", holds.size()}});
    return Json{{"holds", std::move(holds)}};
}

}  // namespace

void register_legal_holds(Surface& surface) {
    surface.service_write("hold:set", set_hold, Need::owed);
    surface.service_write("hold:lift", lift_hold, Need::owed);
    surface.service_read("hold:list", list_holds);
}

}  // namespace homeroom::campus
