// What people have wished, each wish kept by one feature and heeded by others, which know no more
// of it than this: the feature says so on the surface, and is asked within a command or a read.
//
// Before the first request they are set, and then never again: any thread may ask.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "store/database.h"

namespace homeroom::campus {

struct Wishes {
    // Whether `who` does not want to hear from `whom`. Nobody can tell that from being ignored.
    Result<bool> (*blocks)(store::Database& db, std::string_view who,
                           std::string_view whom) = nullptr;
    // Until when he is not to be disturbed; nothing: he may be.
    Result<std::optional<WallTime>> (*quiet_until)(store::Database& db, std::string_view user,
                                                   WallTime now) = nullptr;
    // Whether nobody is to notice him at the moment.
    Result<bool> (*is_invisible)(store::Database& db, std::string_view user) = nullptr;

    // The same where the feature may be none of this server's: then nobody has such a wish.
    Result<bool> block(store::Database& db, std::string_view who, std::string_view whom) const {
        if (blocks == nullptr) return false;
        return blocks(db, who, whom);
    }
    Result<bool> want_quiet(store::Database& db, std::string_view user, WallTime now) const {
        if (quiet_until == nullptr) return false;
        auto until = quiet_until(db, user, now);
        if (!until.ok()) return std::move(until).error();
        return until->has_value();
    }
    Result<bool> hide(store::Database& db, std::string_view user) const {
        if (is_invisible == nullptr) return false;
        return is_invisible(db, user);
    }
};

}  // namespace homeroom::campus
