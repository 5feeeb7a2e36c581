// From the journal to the sockets: each committed event becomes one message, is routed by its
// audience, and is mailed to the loops, a commit's events at once. Writer thread only.
//
// Order: events reach every loop in the order of their seq, after their commit. A socket that comes
// in meanwhile is told the last commit's seq, and gets nothing up to it (Socket::set_floor).
#pragma once

#include <memory>
#include <vector>

#include "campus/loop_order.h"
#include "campus/roster/directory.h"
#include "hub/server.h"
#include "store/store.h"

namespace homeroom::campus {

class Fanout final : public store::CommitListener {
public:
    Fanout(hub::Server& server, const Directory& directory)
        : server_(server), directory_(directory), order_(server) {}

    void on_event(const store::JournalEvent& event) override;
    void on_batch_end(store::Seq last) override;

    // Mails what has come so far. Before other mail to the loops that must not overtake it.
    void flush();

    // What must come to each loop between two events.
    LoopOrder& order() { return order_; }

private:
    hub::Server& server_;
    const Directory& directory_;
    LoopOrder order_;
    std::vector<hub::Broadcast> batch_{};
};

// The event as every receiver gets it: `42["type",{…},"seq"]`. The seq behind the object is what
// connection state recovery calls the offset.
hub::Message message_of(const store::JournalEvent& event, const hub::Encoder& encoder);

}  // namespace homeroom::campus
