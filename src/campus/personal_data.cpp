#include "campus/personal_data.h"

namespace homeroom::campus {
namespace {

constexpr std::int64_t export_looked_at_max = 5'000;
constexpr std::size_t export_page_bytes_max = limits::page_bytes_max / 2;

}  // namespace

Result<PersonalPage> read_personal_list(store::Database& db, const PersonalList& list,
                                        std::string_view user, std::string_view position) {
    auto select = db.statement(list.sql);
    select.bind_all(user, position, export_looked_at_max);
    PersonalPage page;
    std::string last{position};
    std::int64_t looked_at = 0;
    std::size_t bytes = 0;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) break;
        ++looked_at;
        if (!select.is_null(1)) {
            bytes += select.text(1).size();
            if (bytes > export_page_bytes_max && !page.entries.empty()) {
                page.next = last;
                return page;
            }
            page.entries.push_back(Json::parse(select.text(1), nullptr, false));
        }
        last = std::string{select.text(0)};
    }
    if (looked_at == export_looked_at_max) page.next = last;
    return page;
}

Result<Walk> walk(store::Database& db, const char* sql, std::string_view user,
                  std::string_view position, const WalkLimits& limits) {
    auto select = db.statement(sql);
    select.bind_all(user, position, limits.looked_at);
    Walk found{.position = std::string{position}};
    std::int64_t looked_at = 0;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) break;
        ++looked_at;
        found.position = std::string{select.text(0)};
        if (!select.is_null(1)) found.keys.emplace_back(select.text(1));
        if (found.keys.size() == limits.hits) {
            found.more = true;
            return found;
        }
    }
    found.more = looked_at == limits.looked_at;
    return found;
}

Result<Walk> too_old(store::Database& db, const char* sql, const ExpireCall& call) {
    auto select = db.statement(sql);
    select.bind_all(call.position, expired_per_step_max);
    Walk found{.position = call.position};
    std::int64_t looked_at = 0;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) break;
        if (!select.is_null(3) && select.text(3) >= call.before) return found;
        ++looked_at;
        found.position = std::string{select.text(0)};
        if (select.is_null(3)) continue;
        TRY(const bool held, is_held(db, select.text(2)));
        if (!held) found.keys.emplace_back(select.text(1));
    }
    found.more = looked_at == expired_per_step_max;
    return found;
}

Status run_for_user(store::Database& db, std::initializer_list<const char*> statements,
                    std::string_view user) {
    for (const char* sql : statements) TRY_OK(db.statement(sql).bind(1, user).run());
    return Ok{};
}

Result<bool> is_held(store::Database& db, std::string_view user) {
    auto select = db.statement("SELECT 1 FROM legal_holds WHERE user = ?");
    select.bind(1, user);
    return select.step();
}

}  // namespace homeroom::campus
