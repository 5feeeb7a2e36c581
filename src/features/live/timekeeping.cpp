// What happens to a live class by the clock: a reminder, an interruption that lasts, an end that
// nobody has said.
#include "features/live/requests.h"
#include "features/live/settling.h"

namespace homeroom::features::live {

// One step; what is due by then, too, is a row of its own right behind it.
Status tick_due(campus::DueCall& call) {
    TRY(auto live, load_live(call.transaction.db(), call.subject));
    if (!live) return Ok{};
    const News news = live->tick(call.now);
    return settle(call.transaction, call.directory, *live, news);
}

}  // namespace homeroom::features::live
