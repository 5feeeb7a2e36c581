// In which rooms somebody was at a place of the journal.
//
// Nothing is kept for it but when he came onto the roster: each change of his rooms is journalled
// as `rooms:changed`, with those he joined and left, in the same transaction as the change. So
// today's rooms, with the changes since taken back one by one, are those of then, as far as the
// journal reaches. Its version is the place of the last change before.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "campus/roster/directory.h"
#include "store/store.h"

namespace homeroom::campus {

// Inside the command that puts him onto the roster.
Status remember_arrival(store::Transaction& transaction, std::string_view user);

struct MembershipThen {
    std::set<std::string, std::less<>>
        rooms{};  // "/staff" ones among them; none: not on the roster
    // The last change up to then; 0: it was before the journal's first event.
    store::Seq version = 0;
    std::string since{};  // RFC 3339; empty with version 0
    bool contains(std::string_view room) const { return rooms.find(room) != rooms.end(); }
};
// Nothing: there were too many changes since to go through.
Result<std::optional<MembershipThen>> membership_at(store::Database& db, const Directory& directory,
                                                    std::string_view user, store::Seq seq);

}  // namespace homeroom::campus
