// What is left of an audience at this moment: for what is told once more to others than clients,
// who are asked one by one (audience.h).
//
// It asks the directory, and keeps for as long as the caller likes who is in which room. For one
// thread. Limit: it is as large as the number of different audiences between two calls of
// look_again().
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <string>

#include "campus/roster/directory.h"
#include "store/journal.h"

namespace homeroom::campus {

class AudienceNow {
public:
    explicit AudienceNow(const Directory& directory) : directory_(directory) {}

    // The same audience, naming none but those who may still see it; nothing when nobody may.
    std::optional<store::StoredAudience> of(const store::StoredAudience& stored);
    // Forgets what it has found so far.
    void look_again() { somebody_.clear(); }

private:
    bool is_for_somebody(const store::StoredAudience& stored);

    const Directory& directory_;
    // Whether somebody of the room is admitted, by all that decides it.
    boost::unordered_flat_map<std::string, bool> somebody_{};
};

}  // namespace homeroom::campus
