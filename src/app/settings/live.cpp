// [live]
#include "app/settings/kinds.h"
#include "features/live/limits.h"
#include "features/live/ticket.h"

namespace homeroom::app {

Settings live_settings() {
    using namespace features::live;
    using Live = Config::Live;
    const Section live{"live", &Config::live};
    const auto stream_url =
        text("an address like \"https://media.school.example/{stream}/whep\"",
             [](const std::string& text) { return text.empty() || is_stream_template(text); });
    return {
        live("playback_url", &Live::playback_url, stream_url),
        live("hls_url", &Live::hls_url, stream_url),
        live("ingest_url", &Live::ingest_url, stream_url),
        live("playback_secret_file", &Live::playback_secret_file, path("a file")),
        live("hook_secret_file", &Live::hook_secret_file, path("a file")),
        live("ticket_time", &Live::ticket_time, duration_within(ticket_time_min, ticket_time_max)),
        live("publish_time", &Live::publish_time,
             duration_within(ticket_time_min, publish_time_max)),
        live("reminder", &Live::reminder, duration_like("10m", reminded_before_max)),
        live("interrupted_after", &Live::interrupted_after, duration_like("10s", encoder_wait_max)),
        live("ended_after", &Live::ended_after, duration_like("120s", encoder_wait_max)),
        live("joins_per_second", &Live::joins_per_second,
             number<double>(0.1, 1e6, "a number from 0.1")),
        live("viewers", &Live::viewers, flag()),
    };
}

Status check_live(const Config::Live& live) {
    if (live.interrupted_after >= live.ended_after)
        return wrong(
            "live.ended_after",
            "must be longer than live.interrupted_after: what has ended was interrupted before");
    const bool has_media =
        !live.playback_url.empty() || !live.hls_url.empty() || !live.ingest_url.empty();
    if (has_media && live.playback_secret_file.empty())
        return wrong("live.playback_secret_file",
                     "is needed: with it the tickets for the media server are signed");
    return Ok{};
}

}  // namespace homeroom::app
