#include "features/notifications/deriving.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "campus/audience.h"
#include "features/notifications/preferences.h"
#include "features/notifications/removing.h"
#include "features/notifications/view.h"

namespace homeroom::features::notifications {
namespace {

using campus::FollowCall;
using campus::Json;

// position := number of the notice ":" the last user who was told
struct Position {
    std::size_t notice = 0;
    std::string user{};

    static Position from_text(std::string_view text) {
        Position position;
        const auto colon = text.find(':');
        if (colon == std::string_view::npos) return position;
        std::from_chars(text.data(), text.data() + colon, position.notice);
        position.user = text.substr(colon + 1);
        return position;
    }
    std::string to_text() const { return std::to_string(notice) + ":" + user; }
};

// The journal forgets it with what it tells of.
Status announce(FollowCall& call, const Source& source, const std::string& user) {
    auto& db = call.transaction.db();
    TRY(auto rows, load_unread(db, user));
    TRY(const auto seen, seen_up_to(db, user));
    keep_visible(rows, user, call.directory);
    const auto entries = entries_of(rows);
    const auto entry = std::ranges::find_if(
        entries, [&](const Entry& one) { return one.newest().source.collapse == source.collapse; });
    if (entry == entries.end()) return Ok{};
    TRY(const auto quiet, quiet_hours_of(db, user));
    Json body{{"notification", entry_view(*entry)}};
    add_counts(body, count(rows, seen));
    body["quiet"] = quiet && quiet_until(*quiet, wall_now()).has_value();
    const auto audience = campus::Audience::from_text(source.audience).for_one(user);
    return call.transaction.publish({.type = "notification:created",
                                     .audience = audience.stored(),
                                     .by_json = "null",
                                     .body = body.dump(),
                                     .subject = journal_subject(user, source.subject)});
}

}  // namespace

Result<std::optional<std::string>> Deriving::follow(FollowCall& call) {
    if (const auto removal = removal_of(call.event)) return remove(call, *removal);
    if (call.event.type == "rooms:changed" || call.event.type == "guardian:changed")
        return hide(call);
    if (call.event.type == "conversation:left") return leave_conversation(call);
    if (call.event.type == "announcement:updated") return retitle(call);
    if (call.event.type == "message:read") return mark_conversation_read(call);
    return notify_all(call);
}

// Sorted, each once, without those who are not to be told. Whoever comes while it is told finds it
// where it is; whoever goes is judged when it is his turn.
const std::vector<std::string>& Deriving::people_of(const FollowCall& call, const Notice& notice,
                                                    std::size_t number) {
    if (crowd_.seq == call.event.seq && crowd_.notice == number && !crowd_.people.empty())
        return crowd_.people;
    auto people =
        notice.everybody ? call.directory.members_of(call.event.audience.room) : notice.people;
    std::ranges::sort(people);
    const auto repeated = std::ranges::unique(people);
    people.erase(repeated.begin(), repeated.end());
    std::erase_if(people, [&](const std::string& user) {
        return std::ranges::find(notice.except, user) != notice.except.end();
    });
    crowd_ = {.seq = call.event.seq, .notice = number, .people = std::move(people)};
    return crowd_.people;
}

Result<std::optional<std::string>> Deriving::notify_all(FollowCall& call) {
    const auto notices = notices_of(call.event);
    Position position = Position::from_text(call.position);
    std::size_t room = limits::notified_per_step_max;
    for (; position.notice < notices.size(); ++position.notice, position.user.clear()) {
        const Notice& notice = notices[position.notice];
        const auto& people = people_of(call, notice, position.notice);
        auto next = std::ranges::upper_bound(people, position.user);
        if (next == people.end()) continue;
        TRY(const auto source, source_of(call.transaction, call.event, notice));
        for (; next != people.end(); ++next) {
            if (room-- == 0) return Further{position.to_text()};
            TRY_OK(notify(call, notice, source, *next));
            position.user = *next;
        }
    }
    crowd_ = {};
    return Further{};
}

Status Deriving::notify(FollowCall& call, const Notice& notice, const Source& source,
                        const std::string& user) const {
    auto& db = call.transaction.db();
    const auto audience = campus::Audience::from_stored(call.event.audience);
    if (!audience.admits(user, call.directory)) return Ok{};
    TRY(const auto choice, choice_of(db, user, notice.kind, notice.room));
    if (!choice.inbox) return Ok{};
    if (notice.once) {
        TRY(const bool told, was_told(db, user, source));
        if (told) return Ok{};
    }
    TRY([[maybe_unused]] const auto id, add_notification(call.transaction, user, source));
    for (const Channel channel : channels) {
        const auto delay = delays_.of(channel);
        if (!delay || !choice.wants(channel)) continue;
        TRY_OK(plan_delivery(db, {.user = user, .channel = channel, .collapse = source.collapse},
                             wall_now() + *delay));
    }
    return announce(call, source, user);
}

}  // namespace homeroom::features::notifications
