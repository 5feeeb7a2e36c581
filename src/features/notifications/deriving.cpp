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

// The next of them behind `last`, sorted, each once, without those who are not to be told. Of a
// school of twenty thousand each step wants a few: they are picked out, not all sorted.
std::vector<std::string> people_behind(const FollowCall& call, const Notice& notice,
                                       const std::string& last, std::size_t count) {
    auto people =
        notice.everybody ? call.directory.members_of(call.event.audience.room) : notice.people;
    std::erase_if(people, [&](const std::string& user) {
        return user <= last || std::ranges::find(notice.except, user) != notice.except.end();
    });
    // A list that names somebody twice is short, and sorted as a whole.
    const auto wanted = notice.everybody ? std::min(count, people.size()) : people.size();
    const auto end = people.begin() + static_cast<std::ptrdiff_t>(wanted);
    std::ranges::partial_sort(people, end);
    people.erase(end, people.end());
    const auto repeated = std::ranges::unique(people);
    people.erase(repeated.begin(), repeated.end());
    return people;
}

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
    if (call.event.type == "rooms:changed") return hide(call);
    if (call.event.type == "conversation:left") return leave_conversation(call);
    if (call.event.type == "announcement:updated") return retitle(call);
    if (call.event.type == "message:read") return mark_conversation_read(call);
    return notify_all(call);
}

Result<std::optional<std::string>> Deriving::notify_all(FollowCall& call) const {
    const auto notices = notices_of(call.event);
    Position position = Position::from_text(call.position);
    std::size_t room = limits::notified_per_step_max;
    for (; position.notice < notices.size(); ++position.notice, position.user.clear()) {
        const Notice& notice = notices[position.notice];
        // One more than there is room for: whether that is all.
        const auto people = people_behind(call, notice, position.user, room + 1);
        if (people.empty()) continue;
        TRY(const auto source, source_of(call.transaction, call.event, notice));
        for (const std::string& user : people) {
            if (room-- == 0) return Further{position.to_text()};
            TRY_OK(notify(call, notice, source, user));
            position.user = user;
        }
    }
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
