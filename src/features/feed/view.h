// Posts, comments and events in the contract's JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "campus/surface.h"
#include "features/feed/faces.h"
#include "features/feed/records.h"

namespace homeroom::features::feed {

// {"like": 3, …}: how many of each kind, in the order of the kinds.
Result<campus::Json> reaction_counts(store::Database& db, std::string_view target);

// As everybody sees it: without what add_own() adds. What is as usual is left out: not pinned, not
// locked, nobody mentioned.
Result<campus::Json> post_view(store::Database& db, const campus::Directory& directory,
                               const Post& post);
Result<campus::Json> comment_view(store::Database& db, const campus::Directory& directory,
                                  const Comment& comment);

// Adds what only the asker is told: `mine`, and to staff, where the school lets them, `identity` of
// an anonymous author. For answers alone.
Status add_own(const campus::WriteCall& call, const Post& post, campus::Json& view);
Status add_own(campus::ReadCall& call, const Post& post, campus::Json& view);
Status add_own(const campus::WriteCall& call, const Comment& comment, const Post& post,
               campus::Json& view);
Status add_own(campus::ReadCall& call, const Comment& comment, const Post& post,
               campus::Json& view);

struct FeedEvent {
    std::string_view type;
    campus::Audience audience;
    std::optional<Author> by{};  // as he is seen; nothing: nobody
    std::string_view subject{};  // the post or comment with which it is to be forgotten
    campus::Json body = campus::Json::object();  // what it says beside its envelope
    campus::Json notes = nullptr;                // for what is derived from it, and for no client
};
Status announce(store::Transaction& transaction, const FeedEvent& event);

// Announces to those who may see `post`, by the caller as he is seen there; the answer is forgotten
// with `subject`, too.
Status announce(campus::WriteCall& call, std::string_view type, const Post& post,
                const std::string& subject, const campus::Json& body,
                const campus::Json& notes = nullptr);
// The same, by the caller's name: for what only staff can do. Under a pseudonym it would tell that
// whoever has it is staff.
Status announce_by_name(campus::WriteCall& call, std::string_view type, const Post& post,
                        const std::string& subject, const campus::Json& body,
                        const campus::Json& notes = nullptr);

}  // namespace homeroom::features::feed
