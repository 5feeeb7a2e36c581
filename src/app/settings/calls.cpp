// [calls]: who may, relays, and the media server.
#include "app/settings/kinds.h"
#include "features/calls/ice.h"
#include "features/calls/limits.h"
#include "media/limits.h"

namespace homeroom::app {
namespace {

auto relay_urls(const std::string& example, bool (*is_url)(std::string_view)) {
    return list_of("a list of at most 8 like \"" + example + "\"", is_url,
                   features::calls::limits::urls_max);
}

bool is_secret(const std::string& text) {
    return text.size() >= 16;
}

// Of the media server, with one of these schemes.
auto media_url(const std::vector<std::string>& schemes) {
    return text("an address like \"" + schemes.front() + "media.school.example\"",
                [=](const std::string& text) {
                    return text.size() <= 512 &&
                           std::ranges::any_of(
                               schemes, [&](const auto& one) { return text.starts_with(one); }) &&
                           text.find_first_of(" \"\\?#") == std::string::npos;
                });
}

// Whether what the media server needs is there.
Status check_media(const Config::Calls& calls) {
    const auto missing = [](const char* key, const char* what) {
        return wrong(key, std::string{"is needed: "} + what);
    };
    if (calls.media == "janus") {
        if (calls.janus_url.empty())
            return missing("calls.janus_url", "where Janus' HTTP interface is");
        if (calls.janus_secret.empty() && calls.janus_secret_file.empty())
            return missing("calls.janus_secret",
                           "what Janus has as its api_secret, so that nobody else drives it");
    }
    if (calls.media == "livekit") {
        if (calls.livekit_url.empty())
            return missing("calls.livekit_url", "where LiveKit is for browsers");
        if (calls.livekit_api_url.empty())
            return missing("calls.livekit_api_url", "where LiveKit is for this server");
        if (calls.livekit_key.empty()) return missing("calls.livekit_key", "LiveKit's API key");
        if (calls.livekit_secret.empty() && calls.livekit_secret_file.empty())
            return missing("calls.livekit_secret", "LiveKit's API secret");
    }
    return Ok{};
}

}  // namespace

Settings call_settings() {
    using Calls = Config::Calls;
    using std::chrono::hours;
    using std::chrono::minutes;
    const Section calls{"calls", &Config::calls};
    const auto secret = text("a text of 16 characters or more", is_secret);
    return {
        calls("rooms", &Calls::rooms, choice({"nobody", "staff", "everybody"})),
        calls("members", &Calls::members,
              number<std::size_t>(2, features::calls::limits::members_max)),
        calls("ring", &Calls::ring, duration_like("45s", minutes{10})),
        calls("grace", &Calls::grace, duration_like("30s", minutes{10})),
        calls("recording", &Calls::recording, flag()),
        calls("hide_addresses", &Calls::hide_addresses,
              choice({"nobody", "students", "everybody"})),
        calls("stun_urls", &Calls::stun_urls,
              relay_urls("stun:turn.school.example:3478", features::calls::is_stun_url)),
        calls("turn_urls", &Calls::turn_urls,
              relay_urls("turns:turn.school.example:443?transport=tcp",
                         features::calls::is_turn_url)),
        calls("turn_secrets", &Calls::turn_secrets,
              list_of("a list of at most 4 texts of 16 characters or more", is_secret,
                      features::calls::limits::secrets_max)),
        calls("turn_secret_file", &Calls::turn_secret_file, path("a file")),
        calls("turn_time", &Calls::turn_time, duration_within(minutes{1}, hours{12})),
        calls("media", &Calls::media, choice({"mesh", "janus", "livekit"})),
        calls("janus_url", &Calls::janus_url, media_url({"http://", "https://"})),
        calls("janus_secret", &Calls::janus_secret, secret),
        calls("janus_admin_key", &Calls::janus_admin_key, secret),
        calls("janus_secret_file", &Calls::janus_secret_file, path("a file")),
        calls("livekit_url", &Calls::livekit_url, media_url({"wss://", "ws://"})),
        calls("livekit_api_url", &Calls::livekit_api_url, media_url({"http://", "https://"})),
        calls("livekit_key", &Calls::livekit_key, text("a text")),
        calls("livekit_secret", &Calls::livekit_secret, secret),
        calls("livekit_secret_file", &Calls::livekit_secret_file, path("a file")),
        calls("livekit_time", &Calls::livekit_time,
              duration_within(media::limits::ticket_time_min, media::limits::ticket_time_max)),
        calls("video_bitrate", &Calls::video_bitrate,
              number<std::int64_t>(media::limits::video_bitrate_min,
                                   media::limits::video_bitrate_max)),
    };
}

Status check_calls(const Config::Calls& calls) {
    if (!calls.turn_urls.empty() && calls.turn_secrets.empty() && calls.turn_secret_file.empty())
        return wrong("calls.turn_secrets",
                     "or calls.turn_secret_file is needed: what the relays have as their "
                     "static-auth-secret");
    if (calls.turn_urls.empty() && !calls.hide_addresses.empty() &&
        calls.hide_addresses != "nobody")
        return wrong("calls.hide_addresses",
                     "needs relays (calls.turn_urls): without any, those whose addresses are "
                     "hidden could not be connected to");
    return check_media(calls);
}

}  // namespace homeroom::app
