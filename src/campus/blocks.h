// Who has blocked whom: of what decides whether something of one person's reaches another. Kept and
// changed by the messages; asked wherever somebody turns to somebody else. The blocked must not
// learn of it: what he does is answered as if it had arrived.
//
// On the connection that is given, on its thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "store/store.h"

namespace homeroom::campus {

std::span<const store::Migration> block_migrations();

Result<bool> is_blocked(store::Database& db, std::string_view blocker, std::string_view blocked);

Result<std::unordered_set<std::string>> blocked_by(store::Database& db, std::string_view blocker);
// What somebody does reaches of these people those who do not block him.
Status leave_out_blockers(store::Database& db, std::string_view blocked,
                          std::vector<std::string>& users);

}  // namespace homeroom::campus
