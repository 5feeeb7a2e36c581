// What is to leave the server: one row for each user, way and kind of thing, until it is delivered,
// not needed any more, or given up.
//
//   plan    as long as no attempt was made, others of the same kind go with it
//   begin   may he still see it, is it still not read, does he still want it, is it quiet at his
//           place? Then it is sealed (what comes later is another delivery), the attempt is
//           counted, and the row is due again when this attempt can be taken for lost
//   settle  delivered: the row goes; failed: when it is tried again, or that it was given up
//
// Nothing of what is sent is stored: it is put together at each attempt, of what may be seen then.
// Writer thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "campus/surface.h"
#include "features/notifications/kinds.h"
#include "store/store.h"

namespace homeroom::features::notifications {

// How long each way waits for more of the same; nothing: the way has no endpoint.
struct OutgoingDelays {
    std::optional<std::chrono::milliseconds> push{};
    std::optional<std::chrono::milliseconds> mail{};

    std::optional<std::chrono::milliseconds> of(Channel channel) const {
        return channel == Channel::push ? push : mail;
    }
};

struct DeliveryKey {
    std::string_view user;
    Channel channel;
    std::string_view collapse;
};
// Unless one is planned already.
Status plan_delivery(store::Database& db, const DeliveryKey& key, WallTime due);

// Those that are due, the longest first.
Result<std::vector<std::string>> due_deliveries(store::Database& db, Channel channel, WallTime now,
                                                std::size_t limit);

struct Attempt {
    std::string id{};  // the delivery's: the same in each attempt
    std::int64_t number = 0;
    std::string body{};
};
// Nothing: it is not to be sent, now or ever. `lost_after`: when to try again if nothing is heard
// of this attempt.
Result<std::optional<Attempt>> begin_attempt(store::Transaction& transaction,
                                             const campus::Directory& directory,
                                             std::string_view id, WallTime now,
                                             std::chrono::milliseconds lost_after);

Status settle_delivered(store::Database& db, const Attempt& attempt);
Status settle_failed(store::Database& db, const Attempt& attempt, WallTime next);
// It was broken off by us, and is as if it had not been begun; due at once.
Status settle_broken_off(store::Database& db, const Attempt& attempt, WallTime now);
// `fault`: why, for the operator.
Status settle_given_up(store::Transaction& transaction, const Attempt& attempt,
                       std::string_view fault);
// Those that were given up before `before`, or have been due since: their way has no endpoint any
// more.
Status drop_old_deliveries(store::Database& db, std::string_view before, std::int64_t rows_max);

}  // namespace homeroom::features::notifications
