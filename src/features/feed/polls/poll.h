// The poll of a post: what can be chosen, and how many have. Who chose what stands in a table that
// nothing reads but the chooser's own answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "campus/schedule.h"
#include "campus/surface.h"
#include "features/feed/records.h"

namespace homeroom::features::feed {

struct Poll {
    struct Option {
        std::string text{};
        std::int64_t votes = 0;
    };
    std::vector<Option> options{};
    bool multiple = false;
    bool hidden = false;      // its tallies are told when it is closed
    std::string closes_at{};  // empty: when somebody closes it
    bool closed = false;
    std::int64_t voters = 0;

    bool is_open(std::string_view now) const {
        return !closed && (closes_at.empty() || closes_at > now);
    }
};

// The request's `poll`; nothing when it has none. It may not close before `opens`.
Result<std::optional<Poll>> requested_poll(const campus::Json& request, WallTime opens);
Status insert_poll(store::Transaction& transaction, const Post& post, const Poll& poll);
Status erase_poll(store::Transaction& transaction, std::string_view post);

Result<Poll> load_poll(store::Database& db, std::string_view post);
// As everybody sees it.
campus::Json poll_view(const Poll& poll);
// The places of the options that he has chosen.
Result<std::vector<std::int64_t>> choices_of(store::Database& db, std::string_view post,
                                             std::string_view user);

// The schedule's handlers: tallies are told some time after a vote, all votes since at once; a poll
// is closed when its time has come.
inline constexpr const char* tally_kind = "poll";
inline constexpr const char* closing_kind = "poll-close";
Status tell_tally_due(campus::DueCall& call);
Status close_due(campus::DueCall& call);

// Tells the tallies to those who may see the post. A replay has the last alone.
Status tell_tally(store::Transaction& transaction, const Post& post, const Poll& poll);

}  // namespace homeroom::features::feed
