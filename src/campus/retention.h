// Deleting what is too old. For each kind with a period there is a scheduled row; a command deletes
// some of the oldest, and comes again at once while there are more, else an hour later. The rules
// themselves are the features' (personal_data.h); what a legal hold keeps is passed over.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "campus/personal_data.h"
#include "campus/schedule.h"

namespace homeroom::campus {

inline constexpr const char* retention_kind = "retention";

struct RetentionPeriod {
    std::string kind{};
    std::optional<std::chrono::seconds> age{};  // nothing: kept for ever
};

// At start: sets the periods; whatever has none is kept.
Status set_retention(store::Transaction& transaction, std::span<const RetentionPeriod> periods,
                     WallTime now);
// The schedule's handler, but for the rules, which the caller has.
Status expire_due(DueCall& call, std::span<const ExpireRule> rules);

// At start: what of the configuration decides who sees what and how long it is kept, name and
// value. What differs from the last start's is in the audit log.
Status record_policy(store::Transaction& transaction,
                     const std::vector<std::pair<std::string, std::string>>& values);

}  // namespace homeroom::campus
