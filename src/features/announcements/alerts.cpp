// Alerts of the platform: to everybody, from nobody on the roster.
#include <algorithm>

#include "base/limits.h"
#include "campus/audience.h"
#include "features/announcements/requests.h"

namespace homeroom::features::announcements {
namespace {

constexpr std::string_view levels[] = {"info", "warning", "critical"};

Result<std::string> requested_level(const Json& request) {
    TRY(const auto level, campus::optional_text(request, "level", limits::identifier_bytes_max));
    if (!level) return std::string{levels[0]};
    if (std::ranges::find(levels, *level) == std::end(levels))
        return Error{Code::invalid, R"(level is "info", "warning" or "critical")", "level"};
    return *level;
}

}  // namespace

Result<Json> send_alert(WriteCall& call, const Json& request) {
    TRY(auto title, campus::required_words(request, "title", limits::announcement_title_bytes_max));
    TRY(auto text, campus::required_words(request, "text", limits::announcement_text_bytes_max));
    TRY(auto level, requested_level(request));
    const Json alert{
        {"title", std::move(title)}, {"text", std::move(text)}, {"level", std::move(level)}};
    TRY_OK(call.transaction.publish(
        {.type = "alert",
         .audience =
             campus::Audience::members(campus::room_name(campus::RoomKind::global, {})).stored(),
         .by_json = "null",
         .body = alert.dump()}));
    return Json{{"alert", alert}};
}

}  // namespace homeroom::features::announcements
