#include <algorithm>

#include "base/limits.h"
#include "campus/page.h"
#include "campus/roster/room_name.h"
#include "features/feed/records.h"
#include "features/feed/requests.h"
#include "features/feed/room_rules.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

Result<Json> own_post_view(ReadCall& call, const Post& post) {
    TRY(auto view, post_view(call.db, call.directory, post));
    TRY_OK(add_own(call, post, view));
    return view;
}

Result<Json> own_comment_view(ReadCall& call, const Comment& comment, const Post& post) {
    TRY(auto view, comment_view(call.db, call.directory, comment));
    TRY_OK(add_own(call, comment, post, view));
    return view;
}

Result<FeedQuery::Only> requested_only(const Json& request) {
    TRY(const auto only, campus::optional_text(request, "only", limits::identifier_bytes_max));
    if (!only) return FeedQuery::Only::published;
    if (*only == "pinned") return FeedQuery::Only::pinned;
    if (*only == "scheduled") return FeedQuery::Only::scheduled;
    return Error{Code::invalid, "only is \"pinned\" or \"scheduled\"", "only"};
}

}  // namespace

Result<Json> list_feed(ReadCall& call, const Json& request) {
    TRY(const auto room, campus::required_text(request, "room", campus::room_name_bytes_max));
    TRY_OK(require_feed(call.directory, call.who.user, room, "room"));
    TRY(const auto before, campus::requested_page(request));
    TRY(const auto limit,
        campus::requested_limit(request, limits::feed_page_default, limits::feed_page_max));
    TRY(const auto only, requested_only(request));
    TRY(auto posts, load_feed(call.db, {.room = room,
                                        .user = call.who.user,
                                        .staff = call.directory.is_staff(call.who.user, room),
                                        .only = only,
                                        .before = before,
                                        .limit = limit + 1}));
    TRY(auto page, campus::make_page(posts, limit,
                                     [&](const Post& post) { return own_post_view(call, post); }));
    // Once more, behind everything that was read: he may have left meanwhile, or be staff no
    // longer.
    TRY_OK(require_feed(call.directory, call.who.user, room, "room"));
    for (std::size_t i = posts.size(); i-- > 0;) {
        if (!posts[i].audience().admits(call.who.user, call.directory)) page.views.erase(i);
    }
    return Json{{"posts", std::move(page.views)}, {"next", std::move(page.next)}};
}

Result<Json> get_post(ReadCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "post", limits::identifier_bytes_max));
    TRY(const auto before, campus::requested_page(request));
    TRY(const auto post, visible_post(call.db, call.directory, call.who.user, id, "post"));
    TRY(auto comments, load_comments(call.db, post.id, before, limits::comments_page_max + 1));
    TRY(auto page,
        campus::make_page(comments, limits::comments_page_max, [&](const Comment& comment) {
            return own_comment_view(call, comment, post);
        }));
    std::ranges::reverse(page.views);
    TRY(auto view, own_post_view(call, post));
    // All of it comes from one snapshot, but he may have left since it was taken.
    TRY_OK(visible_post(call.db, call.directory, call.who.user, id, "post"));
    return Json{{"post", std::move(view)},
                {"comments", std::move(page.views)},
                {"next", std::move(page.next)}};
}

}  // namespace homeroom::features::feed
