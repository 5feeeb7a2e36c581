#include "campus/publish_time.h"

#include "base/limits.h"

namespace homeroom::campus {

Result<std::optional<WallTime>> requested_publish_time(const Json& request) {
    TRY(const auto text, optional_text(request, "publishAt", limits::identifier_bytes_max));
    if (!text) return std::optional<WallTime>{};
    const auto time = parse_rfc3339(*text);
    if (!time) {
        return Error{Code::invalid, "publishAt is a time like \"2026-11-23T08:15:30Z\"",
                     "publishAt"};
    }
    const WallTime now = wall_now();
    if (*time > now + limits::schedule_ahead_max)
        return Error{Code::invalid, "publishAt is more than a year ahead", "publishAt"};
    return *time > now ? time : std::nullopt;
}

}  // namespace homeroom::campus
