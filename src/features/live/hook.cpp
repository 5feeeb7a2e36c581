#include "features/live/hook.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/limits.h"
#include "features/live/limits.h"
#include "outgoing/webhook.h"

namespace homeroom::features::live {
namespace {

using campus::Json;

std::optional<WallTime> time_of(std::string_view seconds) {
    std::int64_t number = 0;
    const auto [end, error] =
        std::from_chars(seconds.data(), seconds.data() + seconds.size(), number);
    if (error != std::errc{} || end != seconds.data() + seconds.size() || number < 0 ||
        number > 253'402'300'799)  // the end of the year 9999
        return std::nullopt;
    return WallTime{std::chrono::seconds{number}};
}

bool is_id(std::string_view id) {
    return !id.empty() && id.size() <= hook_id_bytes_max &&
           std::ranges::all_of(id, [](char c) { return c > ' ' && c < '\x7f'; });
}

Result<std::optional<Heard>> requested_event(const Json& body) {
    TRY(const auto event, campus::required_text(body, "event", limits::identifier_bytes_max));
    constexpr std::array words{std::pair{"started", Heard::started}, std::pair{"lost", Heard::lost},
                               std::pair{"ended", Heard::ended},
                               std::pair{"recording", Heard::recording}};
    for (const auto& [word, heard] : words) {
        if (event == word) return std::optional{heard};
    }
    if (event == "viewers") return std::optional<Heard>{};
    return Error{Code::invalid, R"(event is "started", "lost", "ended", "recording" or "viewers")",
                 "event"};
}

}  // namespace

Status check_hook(const HookHeaders& headers, std::string_view body,
                  std::span<const std::string> keys, WallTime now) {
    // The same words whatever is wrong: whoever has not the secret learns nothing.
    const Error refused{Code::unauthenticated, "the webhook is not signed, or not of now"};
    const auto at = time_of(headers.timestamp);
    if (!at || !is_id(headers.id)) return refused;
    if (*at < now - hook_age_max || *at > now + hook_age_max) return refused;
    if (!outgoing::webhook_holds({.id = headers.id, .at = *at, .body = body}, headers.signature,
                                 keys))
        return refused;
    return Ok{};
}

Result<Hook> hook_of(const Json& body, WallTime now) {
    Hook hook;
    TRY(hook.stream, campus::required_text(body, "stream", limits::identifier_bytes_max));
    TRY(const auto event, requested_event(body));
    TRY(const auto at, campus::optional_text(body, "at", limits::identifier_bytes_max));
    const auto time = at ? parse_rfc3339(*at) : std::optional{now};
    if (!time) return Error{Code::invalid, "at is a time like \"2026-11-23T08:15:30Z\"", "at"};
    // A clock that is ahead must not make what it says later seem older.
    hook.signal.at = std::min(*time, now);
    if (!event) {
        TRY(hook.viewers, campus::optional_number(body, "count", 0, viewers_max));
        if (!hook.viewers) return Error{Code::invalid, "count is missing", "count"};
        return hook;
    }
    hook.signal.what = *event;
    TRY(auto session, campus::optional_text(body, "session", encoder_session_bytes_max));
    if (session) hook.signal.session = std::move(*session);
    if (*event == Heard::recording) {
        TRY(hook.signal.url, campus::required_text(body, "url", url_bytes_max));
    }
    return hook;
}

}  // namespace homeroom::features::live
