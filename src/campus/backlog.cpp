#include "campus/backlog.h"

#include <utility>

#include "base/limits.h"

namespace homeroom::campus {
namespace {

std::size_t bytes_of(const store::JournalPage& page) {
    std::size_t bytes = 0;
    for (const store::JournalEvent& event : page.events)
        bytes += event.payload.size() + event.type.size();
    return bytes;
}

}  // namespace

Backlog read_backlog(store::Database& db, const Directory& directory, std::string_view user,
                     store::Seq after, std::size_t bytes_max) {
    Backlog backlog = Backlog::none(after);
    const auto first = store::first_seq(db);
    const auto last = store::last_seq(db);
    if (!first.ok() || !last.ok() || after > *last || after + 1 < *first) return backlog;
    const auto left_out = store::is_left_out(db, after);
    if (!left_out.ok() || *left_out) return backlog;
    // After the snapshot has begun: every room that an event of the snapshot can be in is known by
    // now.
    const auto rooms = directory.rooms_of(user).all();
    auto page = store::read_after(db, after, user, rooms, limits::replay_events_max);
    if (!page.ok() || page->more || bytes_of(*page) > bytes_max) return backlog;
    backlog.gap = false;
    backlog.events = std::move(page->events);
    backlog.through = page->through;
    return backlog;
}

}  // namespace homeroom::campus
