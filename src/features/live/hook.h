// A webhook of the media server: whether it is one, and what it says.
//
//   POST /api/v1/live/hooks
//   webhook-id, webhook-timestamp, webhook-signature     as Standard Webhooks has them, with a
//   secret
//                                                        that the school shares with its media
//                                                        server
//   body := { stream, event, at?, session?, url?, count? }
//   event := "started" | "lost" | "ended" | "recording" | "viewers"
//
// One that is older than hook_age_max, or newer, is none: so one that was heard by somebody else
// cannot be said again later; within that time its id is what shows that it was here. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "campus/surface.h"
#include "features/live/live_class.h"

namespace homeroom::features::live {

// As which service the media server is heard.
inline constexpr const char* media_service = "live-media";

struct HookHeaders {
    std::string_view id{};
    std::string_view timestamp{};
    std::string_view signature{};
};

struct Hook {
    std::string stream{};
    Signal signal{};
    std::optional<std::int64_t> viewers{};  // in place of a signal
};

// Whether one of the keys has signed it, and lately.
Status check_hook(const HookHeaders& headers, std::string_view body,
                  std::span<const std::string> keys, WallTime now);
// What it says; without a time of its own it is of now.
Result<Hook> hook_of(const campus::Json& body, WallTime now);

}  // namespace homeroom::features::live
