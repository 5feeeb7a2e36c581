// Full-text search in the rooms that the searcher is in. What the index finds is judged one by one,
// as a read of it would be: it shows nothing that he may not see at this moment, and says not that
// it was there.
#include "base/limits.h"
#include "campus/page.h"
#include "campus/roster/room_name.h"
#include "features/feed/requests.h"
#include "features/feed/room_rules.h"
#include "features/feed/search/index.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

struct Find {
    std::int64_t row = 0;
    std::string target{};
    std::string post{};
};

struct Search {
    std::string words{};
    std::vector<std::string> rooms{};
    std::int64_t before = INT64_MAX;
    std::size_t limit = 0;
};

Result<std::vector<std::string>> requested_rooms(const ReadCall& call, const Json& request) {
    TRY(const auto room, campus::optional_text(request, "room", campus::room_name_bytes_max));
    if (!room) return call.directory.rooms_of(call.who.user).all();
    TRY_OK(require_feed(call.directory, call.who.user, *room, "room"));
    return std::vector<std::string>{*room};
}

Result<Search> requested_search(const ReadCall& call, const Json& request) {
    Search search;
    TRY(search.words, campus::required_words(request, "query", limits::search_query_bytes_max));
    TRY(search.rooms, requested_rooms(call, request));
    TRY(search.before, campus::requested_page(request));
    TRY(search.limit,
        campus::requested_limit(request, limits::search_page_default, limits::search_page_max));
    return search;
}

// The view of what he may see; nothing of what he may not.
Result<std::optional<Json>> view_of(ReadCall& call, const Find& find) {
    TRY(const auto post, load_post(call.db, find.post));
    if (!post || !post->audience().admits(call.who.user, call.directory))
        return std::optional<Json>{};
    if (find.target == find.post) {
        TRY(auto view, post_view(call.db, call.directory, *post));
        TRY_OK(add_own(call, *post, view));
        return std::optional{Json{{"post", std::move(view)}}};
    }
    TRY(const auto comment, load_comment(call.db, find.target));
    if (!comment) return std::optional<Json>{};
    TRY(auto view, comment_view(call.db, call.directory, *comment));
    TRY_OK(add_own(call, *comment, *post, view));
    return std::optional{Json{{"comment", std::move(view)}}};
}

}  // namespace

Result<Json> search_feed(ReadCall& call, const Json& request) {
    TRY(const auto search, requested_search(call, request));
    Json results = Json::array();
    TRY(auto select, look_up(call.db, search.words, search.rooms, search.before));
    std::int64_t looked_at = 0;
    std::size_t bytes = 0;
    Find find;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) break;
        const Find next{select.number(0), std::string{select.text(1)}, std::string{select.text(2)}};
        TRY(auto view, view_of(call, next));
        bytes += view ? view->dump().size() : 0;
        const bool full =
            results.size() == search.limit || (bytes > limits::page_bytes_max && !results.empty());
        if (view && full)
            return Json{{"results", std::move(results)}, {"next", campus::page_token(find.row)}};
        find = next;
        ++looked_at;
        if (view) results.push_back(std::move(*view));
    }
    // Where it looked at as many as it may, there may be others.
    Json next = looked_at < limits::search_looked_at_max ? Json(nullptr)
                                                         : Json(campus::page_token(find.row));
    return Json{{"results", std::move(results)}, {"next", std::move(next)}};
}

}  // namespace homeroom::features::feed
