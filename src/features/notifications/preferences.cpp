#include "features/notifications/preferences.h"

#include "base/limits.h"
#include "campus/contract_json.h"
#include "campus/roster/room_name.h"
#include "features/notifications/requests.h"
#include "features/notifications/view.h"

namespace homeroom::features::notifications {
namespace {

using Wish = std::optional<bool>;

struct Preference {
    std::string room{};  // empty: all
    std::string kind{};  // empty: all
    Wish inbox{};
    Wish push{};
    Wish mail{};

    bool empty() const { return !inbox && !push && !mail; }
};

Wish wish_of(const store::Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return row.number(column) != 0;
}

Json to_json(const Wish& wish) {
    return wish ? Json(*wish) : Json(nullptr);
}

Status save(store::Database& db, std::string_view user, const Preference& preference) {
    TRY_OK(db.statement("DELETE FROM notification_preferences"
                        " WHERE user = ? AND room = ? AND kind = ?")
               .bind_all(user, std::string_view{preference.room}, std::string_view{preference.kind})
               .run());
    if (preference.empty()) return Ok{};
    auto insert = db.statement(
        "INSERT INTO notification_preferences (user, room, kind, inbox, push, mail)"
        " VALUES (?, ?, ?, ?, ?, ?)");
    insert.bind_all(user, std::string_view{preference.room}, std::string_view{preference.kind});
    int parameter = 3;
    for (const Wish& wish : {preference.inbox, preference.push, preference.mail}) {
        ++parameter;
        if (wish) {
            insert.bind(parameter, std::int64_t{*wish});
        } else {
            insert.bind_null(parameter);
        }
    }
    return insert.run();
}

Status require_place(store::Database& db, std::string_view user) {
    auto select = db.statement("SELECT count(*) FROM notification_preferences WHERE user = ?");
    select.bind(1, user);
    TRY([[maybe_unused]] const bool row, select.step());
    if (select.number(0) <= limits::notification_preferences_per_user_max) return Ok{};
    return Error{Code::too_large,
                 "at most " + std::to_string(limits::notification_preferences_per_user_max) +
                     " preferences are kept",
                 "room"};
}

Result<Preference> requested_preference(const WriteCall& call, const Json& request) {
    Preference preference;
    TRY(auto kind, campus::optional_text(request, "kind", limits::identifier_bytes_max));
    if (kind && !kind_of(*kind)) return Error{Code::invalid, "there is no such kind", "kind"};
    preference.kind = std::move(kind).value_or("");
    TRY(auto room, campus::optional_text(request, "room", campus::room_name_bytes_max));
    if (room) {
        // The same words for one that he is not in and one that is not.
        TRY(const bool is_in,
            call.rooms.is_in(call.transaction.db(), call.directory, call.who.user, *room));
        if (!is_in) return Error{Code::not_found, "there is no such room", "room"};
    }
    preference.room = std::move(room).value_or("");
    TRY(preference.inbox, campus::optional_bool(request, "inbox"));
    TRY(preference.push, campus::optional_bool(request, "push"));
    TRY(preference.mail, campus::optional_bool(request, "mail"));
    return preference;
}

// To his other devices, and as the answer.
Result<Json> tell_preferences(WriteCall& call) {
    TRY(auto view,
        preferences_view(call.transaction.db(), call.directory, call.rooms, call.who.user));
    TRY_OK(tell_user(call.transaction, call.who.user, "notification:preferences", view));
    return view;
}

}  // namespace

Result<Choice> choice_of(store::Database& db, std::string_view user, Kind kind,
                         std::string_view room) {
    Choice choice = default_choice(kind);
    // From the widest to the narrowest; each overwrites.
    auto select = db.statement(
        "SELECT inbox, push, mail FROM notification_preferences WHERE user = ?1"
        " AND room IN ('', ?2) AND kind IN ('', ?3) ORDER BY room <> '', kind <> ''");
    select.bind_all(user, room, to_string(kind));
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return choice;
        choice.inbox = wish_of(select, 0).value_or(choice.inbox);
        choice.push = wish_of(select, 1).value_or(choice.push);
        choice.mail = wish_of(select, 2).value_or(choice.mail);
    }
}

Result<std::optional<QuietHours>> quiet_hours_of(store::Database& db, std::string_view user) {
    auto select = db.statement(
        "SELECT from_minute, to_minute, time_zone FROM notification_quiet_hours WHERE user = ?");
    select.bind(1, user);
    TRY(const bool found, select.step());
    if (!found) return std::optional<QuietHours>{};
    return std::optional<QuietHours>{{.from = std::chrono::minutes{select.number(0)},
                                      .to = std::chrono::minutes{select.number(1)},
                                      .time_zone = std::string{select.text(2)}}};
}

Result<Json> preferences_view(store::Database& db, const campus::Directory& directory,
                              const campus::RoomRules& rooms, std::string_view user) {
    Json preferences = Json::array();
    auto select = db.statement(
        "SELECT room, kind, inbox, push, mail FROM notification_preferences WHERE user = ?"
        " ORDER BY room, kind");
    select.bind(1, user);
    while (true) {
        TRY(const bool more, select.step());
        if (!more) break;
        const std::string room{select.text(0)};
        if (!room.empty()) {
            TRY(const bool is_in, rooms.is_in(db, directory, user, room));
            if (!is_in) continue;
        }
        preferences.push_back(Json{{"room", campus::text_or_null(room)},
                                   {"kind", campus::text_or_null(std::string{select.text(1)})},
                                   {"inbox", to_json(wish_of(select, 2))},
                                   {"push", to_json(wish_of(select, 3))},
                                   {"mail", to_json(wish_of(select, 4))}});
    }
    Json defaults = Json::object();
    for (const Kind kind : kinds) {
        const Choice choice = default_choice(kind);
        defaults[std::string{to_string(kind)}] =
            Json{{"inbox", choice.inbox}, {"push", choice.push}, {"mail", choice.mail}};
    }
    TRY(const auto quiet, quiet_hours_of(db, user));
    return Json{{"preferences", std::move(preferences)},
                {"defaults", std::move(defaults)},
                {"quietHours", quiet ? to_json(*quiet) : Json(nullptr)}};
}

Result<Json> read_preferences(ReadCall& call, const Json&) {
    return preferences_view(call.db, call.directory, call.rooms, call.who.user);
}

Result<Json> set_preference(WriteCall& call, const Json& request) {
    TRY(const auto preference, requested_preference(call, request));
    TRY_OK(save(call.transaction.db(), call.who.user, preference));
    TRY_OK(require_place(call.transaction.db(), call.who.user));
    return tell_preferences(call);
}

Result<Json> set_quiet_hours(WriteCall& call, const Json& request) {
    const auto found = request.find("quietHours");
    if (found == request.end()) return Error{Code::invalid, "quietHours is missing", "quietHours"};
    auto& db = call.transaction.db();
    if (found->is_null()) {
        TRY_OK(db.statement("DELETE FROM notification_quiet_hours WHERE user = ?")
                   .bind(1, std::string_view{call.who.user})
                   .run());
        return tell_preferences(call);
    }
    TRY(const auto hours, read_quiet_hours(*found));
    TRY_OK(db.statement("INSERT OR REPLACE INTO notification_quiet_hours"
                        " (user, from_minute, to_minute, time_zone) VALUES (?, ?, ?, ?)")
               .bind_all(std::string_view{call.who.user}, std::int64_t{hours.from.count()},
                         std::int64_t{hours.to.count()}, std::string_view{hours.time_zone})
               .run());
    return tell_preferences(call);
}

}  // namespace homeroom::features::notifications
