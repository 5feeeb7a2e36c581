// From committed events to notifications: the follower of the journal that this feature is.
//
// Each person is judged at this moment: may he see the event (its audience), does he want to hear
// of it (preferences). Then it is in his inbox, his devices are told, and what is to leave the
// server is put down for delivering (deliveries.h). What is taken back goes from every inbox, from
// the journal, too; what somebody may not see any more is hidden from his, and his devices are
// told.
//
// Writer thread. One step is for limits::notified_per_step_max people at most.
#pragma once

#include <string>
#include <vector>

#include "campus/following.h"
#include "features/notifications/deliveries.h"
#include "features/notifications/rules.h"

namespace homeroom::features::notifications {

class Deriving final : public campus::Follower {
public:
    explicit Deriving(OutgoingDelays delays) : delays_(delays) {}

    bool concerns(const store::JournalEvent& event) const override {
        return concerns_anybody(event);
    }
    Result<std::optional<std::string>> follow(campus::FollowCall& call) override;

private:
    using Further = std::optional<std::string>;  // the position at which to go on

    // Who is told of an event, kept from step to step: a school is looked up and sorted once.
    struct Crowd {
        store::Seq seq = 0;
        std::size_t notice = 0;
        std::vector<std::string> people{};
    };
    const std::vector<std::string>& people_of(const campus::FollowCall& call, const Notice& notice,
                                              std::size_t number);
    Result<Further> notify_all(campus::FollowCall& call);
    Status notify(campus::FollowCall& call, const Notice& notice, const struct Source& source,
                  const std::string& user) const;

    OutgoingDelays delays_;
    Crowd crowd_{};
};

}  // namespace homeroom::features::notifications
