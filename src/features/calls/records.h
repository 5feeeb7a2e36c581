// Calls in the database. One row a call, with all of its state, which is overwritten as long as it
// goes on; and who is of it, for histories.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "campus/surface.h"
#include "features/calls/call.h"

namespace homeroom::features::calls {

struct Record {
    std::int64_t row = 0;
    Call call{};
    bool was_recorded = false;  // as it was read
};

Result<std::optional<Record>> load_call(store::Database& db, std::string_view id);
Result<std::int64_t> insert_call(store::Database& db, const Call& call);
Status update_call(store::Database& db, const Record& record);

Result<std::vector<Record>> load_live_calls(store::Database& db, std::size_t limit);
// Those that he is in or that ring at his, hidden ones included.
Result<std::vector<Record>> load_live_calls_of(store::Database& db, std::string_view user);
Result<std::optional<Record>> load_live_call_in(store::Database& db, std::string_view room);
// His history, newest first, older than `before`: what is over, and what he is in or rings at his.
Result<std::vector<Record>> load_calls_of(store::Database& db, std::string_view user,
                                          std::int64_t before, std::size_t limit);

}  // namespace homeroom::features::calls
