#include "campus/attendance.h"

#include "campus/contract_json.h"
#include "store/journal.h"

namespace homeroom::campus {
namespace {

std::int64_t seconds_between(const std::string& from, const std::string& to) {
    const auto begin = parse_rfc3339(from);
    const auto end = parse_rfc3339(to);
    if (!begin || !end) return 0;
    return std::chrono::duration_cast<std::chrono::seconds>(*end - *begin).count();
}

}  // namespace

Json attended_view(const Directory& directory, const Attended& one, WallTime now) {
    std::int64_t seconds = 0;
    Json intervals = Json::array();
    for (const Interval& interval : one.intervals) {
        const bool ended = !interval.left_at.empty();
        seconds += seconds_between(interval.joined_at, ended ? interval.left_at : to_rfc3339(now));
        intervals.push_back(Json{{"joinedAt", interval.joined_at},
                                 {"leftAt", text_or_null(interval.left_at)},
                                 {"how", text_or_null(interval.how)}});
    }
    return Json{{"user", person_json(directory, one.user, one.name)},
                {"seconds", seconds},
                {"intervals", std::move(intervals)}};
}

Result<std::int64_t> requested_place(const Json& request) {
    TRY(const auto text, optional_text(request, "after", 32));
    if (!text) return std::int64_t{0};
    const auto place = store::seq_from_text(*text);
    if (!place) return Error{Code::invalid, "after is not a `next` of an earlier answer", "after"};
    return static_cast<std::int64_t>(*place);
}

}  // namespace homeroom::campus
