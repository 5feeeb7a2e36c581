// What happens to calls without anybody's asking for it, as commands of the server's own; and what
// goes on, for whoever comes.
#pragma once

#include <functional>
#include <string_view>

#include "campus/surface.h"
#include "features/calls/call.h"
#include "features/calls/switchboard.h"

namespace homeroom::features::calls {

using Happening = std::function<Happenings(Call& call, WallTime now)>;

// Writes it down, and tells it. Of a call that is over: nothing.
Status let_happen(store::Transaction& transaction, const campus::Directory& directory,
                  std::string_view id, const Happening& happening, WallTime now);
// A new process has none of the connections. Gives all that goes on.
Result<std::vector<Call>> take_over(store::Transaction& transaction,
                                    const campus::Directory& directory, WallTime now,
                                    std::chrono::milliseconds grace);
// Whoever may not be in it any more is taken out.
Happenings clear_out(const campus::SchoolPolicy& policy, const campus::Directory& directory,
                     Call& call, WallTime now);

// [{call, ringing}] of what goes on and he may know of; `ringing`: how, where it rings at his.
campus::Json going_on(const Switchboard& board, const campus::Directory& directory,
                      const std::string& user, WallTime now);

}  // namespace homeroom::features::calls
