// Who is mentioned: ids that a request names, of whom only those are kept that may see the post.
// Whoever may not is told nothing; the author is told which those are, and nothing of why.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "campus/audience.h"
#include "campus/surface.h"

namespace homeroom::features::feed {

using UserIds = std::vector<std::string>;

struct Mentions {
    UserIds kept{};
    UserIds cannot_see{};  // elsewhere, or nobody at all
};
Mentions judge_mentions(UserIds asked, const campus::Audience& audience,
                        const campus::Directory& directory);
// What a request makes of who was mentioned `before`: those that it names, or without `mentions`
// those of before who still see it, of which there is no hint.
// Whom the author is not shown, he mentions as little as one who is not there (knows_of).
struct MentionContext {
    std::string_view author{};
    std::string_view room{};
    const UserIds& before;
};
Result<Mentions> requested_mentions(const campus::Json& request, const MentionContext& of,
                                    const campus::Audience& audience,
                                    const campus::Directory& directory);

// Whether one member of a room may learn that another is in it: not of who has opted out of the
// directory, nor in a group that lists nobody, but for its staff. A room's own staff know
// everybody, and so does the platform, which has made the roster.
bool knows_of(std::string_view user, std::string_view other, std::string_view room,
              const campus::Directory& directory);

// Of `now`, who is not in `before`, without the author himself: to whom it is news.
UserIds newly_mentioned(const UserIds& now, const UserIds& before, std::string_view author);

// As it stands in a row: a JSON array, empty for none.
std::string to_stored(const UserIds& users);
UserIds users_from_stored(std::string_view text);

// [{ id, name }, …], with today's names.
campus::Json mentions_view(const UserIds& users, const campus::Directory& directory);
// Adds `cannotSee` to the author's own answer, where there is anybody.
void add_hint(campus::Json& answer, const UserIds& cannot_see);

}  // namespace homeroom::features::feed
