// Reading live classes, and who may watch one.
#include "base/limits.h"
#include "campus/contract_json.h"
#include "campus/page.h"
#include "features/live/limits.h"
#include "features/live/records.h"
#include "features/live/requests.h"
#include "features/live/rules.h"
#include "features/live/view.h"

namespace homeroom::features::live {
namespace {

Result<LiveClass> requested_live(const ReadCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "live", limits::identifier_bytes_max));
    return visible_live(call.db, call.directory, call.who.user, id);
}

}  // namespace

Result<Json> get_live(ReadCall& call, const Json& request) {
    TRY(const auto live, requested_live(call, request));
    return Json{{"live", live_view(call.directory, live)}};
}

Result<Json> list_lives(ReadCall& call, const Json& request) {
    ListQuery query;
    TRY(const auto room, campus::optional_text(request, "room", campus::room_name_bytes_max));
    if (room && !call.directory.is_member(call.who.user, *room))
        return Error{Code::not_found, "there is no such room", "room"};
    query.rooms = room ? std::vector{*room} : call.directory.rooms_of(call.who.user).all();
    TRY(const auto open, campus::optional_bool(request, "open"));
    query.only_open = open.value_or(false);
    TRY(query.before, campus::requested_page(request));
    TRY(const auto limit, campus::requested_limit(request, page_default, page_max));
    query.limit = limit + 1;
    TRY(auto list, load_lives(call.db, query));
    TRY(auto page, campus::make_page(list, limit, [&](const LiveClass& one) -> Result<Json> {
            return live_view(call.directory, one);
        }));
    // Judged behind everything that was read.
    for (std::size_t i = list.size(); i-- > 0;) {
        if (!list[i].audience().admits(call.who.user, call.directory)) page.views.erase(i);
    }
    return Json{{"lives", std::move(page.views)}, {"next", std::move(page.next)}};
}

Result<Json> watch_live(ReadCall& call, const Json& request) {
    TRY(const auto live, requested_live(call, request));
    if (!live.on_air() && live.stage != Stage::recorded)
        return Error{Code::conflict,
                     live.over() ? "the live class is over" : "the live class has not begun",
                     "live"};
    if (live.on_air() && !is_presented(call.directory, live.room, live.presenter))
        return Error{Code::unavailable, "nobody of the staff sends it at the moment", "live"};
    const bool is_recorded = live.stage == Stage::recorded;
    return Json{{"live", live_view(call.directory, live)},
                {"link", campus::text_or_null(is_recorded ? live.recording : live.url)}};
}

}  // namespace homeroom::features::live
