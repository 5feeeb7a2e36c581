#include <map>

#include "base/limits.h"
#include "campus/contract_json.h"
#include "campus/page.h"
#include "campus/roster/room_name.h"
#include "features/announcements/records.h"
#include "features/announcements/requests.h"
#include "features/announcements/view.h"

namespace homeroom::features::announcements {
namespace {

// To the staff, and to his own other devices; to nobody else.
Status tell_acknowledged(WriteCall& call, const Announcement& announcement) {
    const Json body{{"announcementId", announcement.id},
                    {"user", {{"id", call.who.user}, {"name", call.who.name}}},
                    {"acknowledgedAt", call.transaction.at()}};
    const auto tell = [&](campus::Audience audience) {
        return announce(call.transaction, announcement,
                        {.type = "announcement:acked",
                         .audience = std::move(audience),
                         .by_json = campus::by_json(call.who),
                         .body = body});
    };
    const auto of_staff = campus::parse_room(announcement.staff_room);
    const std::string whole =
        of_staff ? campus::room_name(of_staff->kind, of_staff->id) : announcement.staff_room;
    if (call.directory.is_staff(call.who.user, whole)) return tell(announcement.staff());
    // One event, so that who becomes staff later has it once.
    if (call.directory.is_member(call.who.user, whole))
        return tell(campus::Audience::staff(whole, call.who.user));
    // A guardian, who is in the room for guardians alone.
    TRY_OK(tell(announcement.staff()));
    return tell(
        campus::Audience::members(campus::room_name(campus::RoomKind::user, call.who.user)));
}

using Acknowledgements = std::map<std::string, std::string, std::less<>>;  // user → when

Result<Acknowledgements> load_acknowledgements(store::Database& db, std::string_view id) {
    auto select = db.statement("SELECT user, at FROM announcement_acks WHERE announcement = ?");
    select.bind(1, id);
    Acknowledgements all;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return all;
        all.emplace(select.text(0), select.text(1));
    }
}

struct Wanted {
    std::optional<bool> acknowledged{};  // only those who have, or have not
    std::string after{};                 // a user's id
    std::size_t limit = 0;
};

Result<Wanted> wanted_of(const Json& request) {
    Wanted wanted;
    TRY(wanted.acknowledged, campus::optional_bool(request, "acknowledged"));
    TRY(auto after, campus::optional_text(request, "after", limits::identifier_bytes_max));
    wanted.after = std::move(after).value_or("");
    TRY(wanted.limit, campus::requested_limit(request, limits::acknowledgements_page_default,
                                              limits::acknowledgements_page_max));
    return wanted;
}

// The room's members of this moment but for the author, in the order of their ids.
Json people_of(const campus::Directory& directory, const Announcement& announcement,
               const Acknowledgements& acknowledgements, const Wanted& wanted) {
    std::size_t acknowledged = 0;
    std::size_t missing = 0;
    Json people = Json::array();
    Json next = nullptr;
    for (const std::string& user : directory.members_of(announcement.room)) {
        if (user == announcement.author) continue;
        const auto found = acknowledgements.find(user);
        const bool has = found != acknowledgements.end();
        ++(has ? acknowledged : missing);
        if (user <= wanted.after || (wanted.acknowledged && *wanted.acknowledged != has)) continue;
        if (people.size() == wanted.limit) {
            if (next.is_null()) next = people.back().at("user").at("id");
            continue;
        }
        const auto person = directory.person(user);
        people.push_back(Json{{"user", {{"id", user}, {"name", person ? person->name : user}}},
                              {"acknowledgedAt", has ? Json(found->second) : Json(nullptr)}});
    }
    return Json{{"acknowledged", acknowledged},
                {"missing", missing},
                {"people", std::move(people)},
                {"next", std::move(next)}};
}

}  // namespace

Result<Json> acknowledge_announcement(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto id,
        campus::required_text(request, "announcement", limits::identifier_bytes_max));
    TRY(const auto announcement, visible_announcement(db, call.directory, call.who.user, id));
    if (!announcement.published())
        return Error{Code::conflict, "it is not published yet", "announcement"};
    if (!announcement.require_ack)
        return Error{Code::conflict, "it asks for no acknowledgement", "announcement"};
    call.about = id;
    TRY(const auto earlier, acknowledged_at(db, id, call.who.user));
    if (!earlier) {
        TRY_OK(db.statement("INSERT INTO announcement_acks (announcement, user, at) "
                            "VALUES (?, ?, ?)")
                   .bind_all(std::string_view{id}, std::string_view{call.who.user},
                             std::string_view{call.transaction.at()})
                   .run());
        TRY_OK(tell_acknowledged(call, announcement));
    }
    return Json{{"announcementId", id},
                {"acknowledgedAt", earlier ? *earlier : call.transaction.at()}};
}

Result<Json> list_acknowledgements(ReadCall& call, const Json& request) {
    TRY(const auto id,
        campus::required_text(request, "announcement", limits::identifier_bytes_max));
    TRY(const auto wanted, wanted_of(request));
    TRY(const auto acknowledgements, load_acknowledgements(call.db, id));
    // Behind what was read: he may have left, or be staff no longer.
    TRY(const auto announcement, visible_announcement(call.db, call.directory, call.who.user, id));
    if (!call.directory.is_staff(call.who.user, announcement.room)) {
        return Error{Code::forbidden, "only the room's staff see who has acknowledged",
                     "announcement"};
    }
    return people_of(call.directory, announcement, acknowledgements, wanted);
}

}  // namespace homeroom::features::announcements
