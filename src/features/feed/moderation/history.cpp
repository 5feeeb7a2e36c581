#include "features/feed/moderation/history.h"

#include "base/limits.h"
#include "campus/audit_requests.h"
#include "campus/page.h"
#include "features/feed/requests.h"
#include "features/feed/target.h"

namespace homeroom::features::feed {
namespace {

struct Version {
    std::int64_t row = 0;
    std::string text{};
    std::string at{};
};

Result<std::vector<Version>> load_versions(store::Database& db, std::string_view target,
                                           std::int64_t before, std::size_t limit) {
    auto select = db.statement(
        "SELECT row, text, at FROM versions WHERE target = ? AND row < ? ORDER BY row DESC LIMIT "
        "?");
    select.bind_all(target, before, static_cast<std::int64_t>(limit));
    std::vector<Version> versions;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return versions;
        versions.push_back(
            {select.number(0), std::string{select.text(1)}, std::string{select.text(2)}});
    }
}

}  // namespace

Status keep_version(store::Database& db, std::string_view target, std::string_view text,
                    std::string_view at) {
    TRY_OK(db.statement("INSERT INTO versions (target, text, at) VALUES (?, ?, ?)")
               .bind_all(target, text, at)
               .run());
    return db
        .statement(
            "DELETE FROM versions WHERE target = ?1 AND row <= (SELECT row FROM versions "
            "WHERE target = ?1 ORDER BY row DESC LIMIT 1 OFFSET ?2)")
        .bind_all(target, limits::versions_kept_max)
        .run();
}

Result<Json> list_history(ReadCall& call, const Json& request) {
    TRY(const auto before, campus::requested_page(request));
    TRY(const auto limit,
        campus::requested_limit(request, limits::versions_page_default, limits::versions_page_max));
    TRY(const auto target, requested_target(call.db, call.directory, call.who.user, request));
    TRY(auto versions, load_versions(call.db, target.id, before, limit + 1));
    TRY(auto page, campus::make_page(versions, limit, [](const Version& version) {
            return Result<Json>{Json{{"text", version.text}, {"at", version.at}}};
        }));
    // Behind what was read: he may be staff no longer, or see it no longer.
    TRY_OK(requested_target(call.db, call.directory, call.who.user, request));
    if (!call.directory.is_staff(call.who.user, target.post.room))
        return Error{Code::forbidden, "only the room's staff may do that", "target"};
    campus::note(call, "history.read", target.id,
                 {{"room", target.post.room}, {"versions", page.views.size()}});
    return Json{{"versions", std::move(page.views)}, {"next", std::move(page.next)}};
}

}  // namespace homeroom::features::feed
