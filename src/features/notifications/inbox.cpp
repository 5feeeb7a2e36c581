// The inbox: listed, looked into, read. What one device does reaches the others as an event, and
// every change is one that can be repeated and can come in any order: marks only grow.
#include "base/limits.h"
#include "campus/audience.h"
#include "features/notifications/requests.h"
#include "features/notifications/view.h"

namespace homeroom::features::notifications {
namespace {

constexpr std::size_t id_bytes = 26;  // a ULID

Result<std::optional<std::string>> optional_id(const Json& request, const char* field) {
    TRY(auto id, campus::optional_text(request, field, limits::identifier_bytes_max));
    if (id && id->size() != id_bytes)
        return Error{Code::invalid, std::string{field} + " is a notification's id", field};
    return id;
}

Result<std::string> required_id(const Json& request, const char* field) {
    TRY(auto id, optional_id(request, field));
    if (!id) return Error{Code::invalid, std::string{field} + " is missing", field};
    return std::move(*id);
}

struct Wanted {
    std::string before{};  // empty: from the newest
    std::size_t limit = 0;
    bool unread_only = false;
};

Result<Wanted> wanted_of(const Json& request) {
    Wanted wanted;
    TRY(auto before, optional_id(request, "before"));
    wanted.before = std::move(before).value_or("");
    TRY(const auto limit,
        campus::optional_number(request, "limit", 1,
                                static_cast<std::int64_t>(limits::notifications_page_max)));
    wanted.limit = limit ? static_cast<std::size_t>(*limit) : limits::notifications_page_default;
    TRY(const auto unread, campus::optional_bool(request, "unread"));
    wanted.unread_only = unread.value_or(false);
    return wanted;
}

// Which of his a request means by `notification`: an id that he was shown, as long as it is there.
Result<std::string> collapse_of(WriteCall& call, std::string_view id) {
    auto select = call.transaction.db().statement(
        "SELECT n.collapse, s.audience FROM notifications n"
        " JOIN notification_sources s ON s.row = n.source WHERE n.user = ? AND n.id = ?"
        " AND NOT EXISTS (SELECT 1 FROM journal_forgotten f WHERE f.seq = s.seq)");
    select.bind_all(std::string_view{call.who.user}, id);
    TRY(const bool found, select.step());
    if (!found ||
        !campus::Audience::from_text(select.text(1)).admits(call.who.user, call.directory))
        return Error{Code::not_found, "there is no such notification", "notification"};
    return std::string{select.text(0)};
}

}  // namespace

// A user has no more than limits::notifications_per_user_max, so all of them are looked at.
Result<Json> list_notifications(ReadCall& call, const Json& request) {
    TRY(const auto wanted, wanted_of(request));
    TRY(auto rows, load_all(call.db, call.who.user));
    TRY(const auto seen, seen_up_to(call.db, call.who.user));
    keep_visible(rows, call.who.user, call.directory);
    Json page = Json::array();
    Json next = nullptr;
    for (const Entry& entry : entries_of(rows)) {
        const Notification& newest = entry.newest();
        if (wanted.unread_only && newest.read) continue;
        if (!wanted.before.empty() && newest.id >= wanted.before) continue;
        if (page.size() == wanted.limit) {
            next = page.back().at("id");
            break;
        }
        page.push_back(entry_view(entry));
    }
    Json answer{{"notifications", std::move(page)}, {"next", std::move(next)}};
    add_counts(answer, count(rows, seen));
    answer["seen"] = seen.empty() ? Json(nullptr) : Json(seen);
    return answer;
}

Result<Json> read_notifications(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(auto up_to, optional_id(request, "upTo"));
    TRY(auto one, optional_id(request, "notification"));
    if (up_to.has_value() == one.has_value())
        return Error{Code::invalid, "either upTo or notification", "upTo"};
    std::string collapse;
    if (one) {
        TRY(collapse, collapse_of(call, *one));
        up_to = std::move(one);
    }
    TRY(const auto marked, mark_read(call.transaction, call.who.user, *up_to, collapse));
    bool seen = false;
    if (collapse.empty()) {
        TRY(seen, move_seen(db, call.who.user, *up_to));
    }
    TRY(const auto counts, count_of(db, call.directory, call.who.user));
    Json answer{{"upTo", *up_to}, {"group", collapse.empty() ? Json(nullptr) : Json(collapse)}};
    add_counts(answer, counts);
    if (marked > 0 || seen)
        TRY_OK(tell_user(call.transaction, call.who.user, "notification:read", answer));
    return answer;
}

Result<Json> see_notifications(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto up_to, required_id(request, "upTo"));
    TRY(const bool moved, move_seen(db, call.who.user, up_to));
    TRY(const auto counts, count_of(db, call.directory, call.who.user));
    Json answer{{"upTo", up_to}};
    add_counts(answer, counts);
    if (moved) TRY_OK(tell_user(call.transaction, call.who.user, "notification:seen", answer));
    return answer;
}

}  // namespace homeroom::features::notifications
