#include "base/limits.h"
#include "campus/page.h"
#include "campus/roster/room_name.h"
#include "features/announcements/records.h"
#include "features/announcements/requests.h"
#include "features/announcements/rules.h"
#include "features/announcements/view.h"

namespace homeroom::features::announcements {
namespace {

// The rooms that are asked for: one, or all that the user is in.
Result<ListQuery> query_of(const ReadCall& call, const Json& request) {
    ListQuery query;
    TRY(const auto room, campus::optional_text(request, "room", campus::room_name_bytes_max));
    if (!room) {
        const auto rooms = call.directory.rooms_of(call.who.user);
        query.rooms = rooms.all();
        query.staff_rooms = rooms.staff;
        return query;
    }
    if (!call.directory.is_member(call.who.user, *room))
        return Error{Code::not_found, "there is no such room", "room"};
    query.rooms = {*room};
    if (call.directory.is_staff(call.who.user, *room)) query.staff_rooms = {staff_room_of(*room)};
    return query;
}

}  // namespace

Result<Json> list_announcements(ReadCall& call, const Json& request) {
    TRY(auto query, query_of(call, request));
    TRY(query.before, campus::requested_page(request));
    TRY(const auto limit, campus::requested_limit(request, limits::announcements_page_default,
                                                  limits::announcements_page_max));
    query.limit = limit + 1;
    TRY(auto list, load_announcements(call.db, query));
    TRY(auto page, campus::make_page(list, limit, [&](const Announcement& one) -> Result<Json> {
            Json view = announcement_view(call.directory, one);
            TRY(const auto acknowledged, acknowledged_at(call.db, one.id, call.who.user));
            view["mine"] = mine_view(acknowledged);
            return view;
        }));
    // Once more, behind everything that was read: he may have left meanwhile, or be staff no
    // longer.
    for (std::size_t i = list.size(); i-- > 0;) {
        if (!list[i].audience().admits(call.who.user, call.directory)) page.views.erase(i);
    }
    return Json{{"announcements", std::move(page.views)}, {"next", std::move(page.next)}};
}

}  // namespace homeroom::features::announcements
