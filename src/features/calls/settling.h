// What follows from a change of a call, in the same transaction: its row, its next deadline, and
// the events that tell of it.
#pragma once

#include <string>

#include "campus/surface.h"
#include "features/calls/call.h"
#include "features/calls/records.h"

namespace homeroom::features::calls {

// The kind in campus/schedule: the call by its id.
inline constexpr std::string_view deadline_kind = "call";

// `by`: the JSON text of who did it, or "null".
Status settle(store::Transaction& transaction, const campus::Directory& directory,
              const Record& record, const Happenings& news, const std::string& by);
// The same of one that is new. Its row.
Result<Record> settle_new(store::Transaction& transaction, const campus::Directory& directory,
                          Begun begun, const std::string& by);

}  // namespace homeroom::features::calls
