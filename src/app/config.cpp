#include "app/config.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <toml++/toml.h>
#include <utility>

#include "campus/roster/sources.h"
#include "campus/school_day.h"
#include "features/calls/ice.h"
#include "features/calls/limits.h"
#include "features/live/ticket.h"
#include "media/limits.h"
#include "net/trusted_proxies.h"
#include "outgoing/webhook.h"

extern char** environ;

namespace homeroom::app {
namespace {

// A value as the file or the environment gives it: a text, or a list of texts.
using Texts = std::vector<std::string>;

struct Key {
    const char* name;  // "server.port"
    bool is_list;
    std::function<bool(Config&, const Texts&)> set;  // false: a bad value
    std::string wanted;                              // in words
};

bool set_text(std::string& to, const Texts& texts) {
    to = texts.front();
    return true;
}

bool set_path(std::filesystem::path& to, const Texts& texts) {
    to = texts.front();
    return !to.empty();
}

// As browsers send it (RFC 6454 §6.2); any other text would never match.
bool is_origin(std::string_view text) {
    if (text == "*") return true;
    const auto scheme_end = text.find("://");
    if (scheme_end == std::string_view::npos || scheme_end == 0) return false;
    const std::string_view host = text.substr(scheme_end + 3);
    const auto is_part = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view{".-_:[]+"}.find(c) != std::string_view::npos;
    };
    return !host.empty() && std::ranges::all_of(text.substr(0, scheme_end), is_part) &&
           std::ranges::all_of(host, is_part);
}

bool set_bool(bool& to, const Texts& texts) {
    to = texts.front() == "true";
    return to || texts.front() == "false";
}

template <typename Number>
bool parse_number(std::string_view text, Number& to) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
    return error == std::errc{} && end == text.data() + text.size();
}

template <typename Number>
bool set_number(Number& to, const Texts& texts, Number min, Number max) {
    Number value{};
    if (!parse_number(texts.front(), value) || !(value >= min && value <= max))
        return false;  // nor "nan"
    to = value;
    return true;
}

// duration := number ("ms" | "s" | "m" | "h" | "d")
template <typename Duration>
bool set_duration(Duration& to, const Texts& texts) {
    std::string_view text = texts.front();
    const auto unit_at = text.find_first_not_of("0123456789");
    if (unit_at == 0 || unit_at == std::string_view::npos || unit_at > 9) return false;
    long number = 0;
    if (!parse_number(text.substr(0, unit_at), number)) return false;
    const std::string_view unit = text.substr(unit_at);
    std::chrono::milliseconds value{};
    if (unit == "ms")
        value = std::chrono::milliseconds{number};
    else if (unit == "s")
        value = std::chrono::seconds{number};
    else if (unit == "m")
        value = std::chrono::minutes{number};
    else if (unit == "h")
        value = std::chrono::hours{number};
    else if (unit == "d")
        value = std::chrono::hours{number * 24};
    else
        return false;
    to = std::chrono::duration_cast<Duration>(value);
    return to.count() > 0;
}

bool set_time_zone(Config& config, const Texts& texts) {
    config.roster.time_zone = texts.front();
    return campus::SchoolDay::in(texts.front()).ok();
}

bool set_choice(std::string& to, const Texts& texts,
                std::initializer_list<std::string_view> choices) {
    to = texts.front();
    return std::ranges::find(choices, to) != choices.end();
}

constexpr std::size_t many = 1'000'000'000;

// --- The keys of [limits], which are all alike.

Key number_key(const char* name, std::size_t Config::Limits::*limit, std::size_t min,
               std::size_t max) {
    return {name, false,
            [=](Config& c, const Texts& t) {
                return set_number<std::size_t>(c.limits.*limit, t, min, max);
            },
            "a number from " + std::to_string(min) + " to " + std::to_string(max)};
}

Key rate_key(const char* name, double Config::Limits::*limit, double min) {
    return {
        name, false,
        [=](Config& c, const Texts& t) { return set_number<double>(c.limits.*limit, t, min, 1e9); },
        min < 1 ? "a number above 0" : "a number from 1"};
}

Key time_key(const char* name, std::chrono::milliseconds Config::Limits::*limit) {
    return {name, false,
            [=](Config& c, const Texts& t) { return set_duration(c.limits.*limit, t); },
            "a duration like \"30s\""};
}

// --- The keys of [rates].

constexpr const char* wanted_rate = "a rate like \"60/1m\", or off";

bool set_rate(Rate& to, const Texts& texts) {
    const std::string& text = texts.front();
    if (text == "off") {
        to.reset();
        return true;
    }
    const auto slash = text.find('/');
    std::chrono::milliseconds period{};
    std::size_t count = 0;
    if (slash == std::string::npos || !set_duration(period, {text.substr(slash + 1)}) ||
        !set_number<std::size_t>(count, {text.substr(0, slash)}, 1, many))
        return false;
    to = rate_of(static_cast<double>(count), std::chrono::duration<double>{period}.count());
    return true;
}

Key rate_key(const char* name, Rate Rates::*rate) {
    return {name, false, [=](Config& c, const Texts& t) { return set_rate(c.rates.*rate, t); },
            wanted_rate};
}

void add_rate_keys(std::vector<Key>& list) {
    for (std::size_t i = 0; i < request_kinds().size(); ++i) {
        list.push_back({request_kinds()[i].key, false,
                        [i](Config& c, const Texts& t) { return set_rate(c.rates.kinds[i], t); },
                        wanted_rate});
    }
    list.push_back(rate_key("rates.address_handshakes", &Rates::address_handshakes));
    list.push_back(rate_key("rates.address_failures", &Rates::address_failures));
}

// --- The keys of [notifications]: to where, and how long until what.

Key url_key(const char* name, std::string Config::Notifications::*url) {
    return {name, false,
            [=](Config& c, const Texts& t) {
                set_text(c.notifications.*url, t);
                return t.front().empty() || outgoing::is_webhook_url(t.front());
            },
            "an http or https URL"};
}

Key wait_key(const char* name, std::chrono::milliseconds Config::Notifications::*wait) {
    return {name, false,
            [=](Config& c, const Texts& t) {
                return set_duration(c.notifications.*wait, t) &&
                       c.notifications.*wait <= limits::webhook_retry_longest;
            },
            "a duration like \"30s\", 6h at most"};
}

// --- The keys of [calls].

bool set_urls(std::vector<std::string>& to, const Texts& texts, bool (*is_url)(std::string_view)) {
    to = texts;
    return texts.size() <= features::calls::limits::urls_max && std::ranges::all_of(texts, is_url);
}

bool set_turn_secrets(Config& config, const Texts& texts) {
    config.calls.turn_secrets = texts;
    return texts.size() <= features::calls::limits::secrets_max &&
           std::ranges::all_of(texts, [](const auto& text) { return text.size() >= 16; });
}

Key media_url_key(const char* name, std::string Config::Calls::*url,
                  std::vector<std::string> schemes) {
    std::string words = "an address like \"" + schemes.front() + "media.school.example\"";
    return {name, false,
            [=](Config& c, const Texts& t) {
                std::string& text = c.calls.*url;
                return set_text(text, t) && text.size() <= 512 &&
                       std::ranges::any_of(
                           schemes, [&](const auto& one) { return text.starts_with(one); }) &&
                       text.find_first_of(" \"\\?#") == std::string::npos;
            },
            std::move(words)};
}

Key media_secret_key(const char* name, std::string Config::Calls::*secret) {
    return {name, false,
            [=](Config& c, const Texts& t) {
                return set_text(c.calls.*secret, t) && (c.calls.*secret).size() >= 16;
            },
            "a text of 16 characters or more"};
}

void add_call_keys(std::vector<Key>& list) {
    using features::calls::is_stun_url;
    using features::calls::is_turn_url;
    const std::vector<Key> added{
        {"calls.rooms", false,
         [](Config& c, const Texts& t) {
             return set_choice(c.calls.rooms, t, {"nobody", "staff", "everybody"});
         },
         "nobody, staff or everybody"},
        {"calls.members", false,
         [](Config& c, const Texts& t) {
             return set_number<std::size_t>(c.calls.members, t, 2,
                                            features::calls::limits::members_max);
         },
         "a number from 2 to 64"},
        {"calls.ring", false,
         [](Config& c, const Texts& t) {
             return set_duration(c.calls.ring, t) && c.calls.ring <= std::chrono::minutes{10};
         },
         "a duration like \"45s\", 10m at most"},
        {"calls.grace", false,
         [](Config& c, const Texts& t) {
             return set_duration(c.calls.grace, t) && c.calls.grace <= std::chrono::minutes{10};
         },
         "a duration like \"30s\", 10m at most"},
        {"calls.recording", false,
         [](Config& c, const Texts& t) { return set_bool(c.calls.recording, t); }, "true or false"},
        {"calls.hide_addresses", false,
         [](Config& c, const Texts& t) {
             return set_choice(c.calls.hide_addresses, t, {"nobody", "students", "everybody"});
         },
         "nobody, students or everybody"},
        {"calls.stun_urls", true,
         [](Config& c, const Texts& t) { return set_urls(c.calls.stun_urls, t, is_stun_url); },
         "a list of at most 8 like \"stun:turn.school.example:3478\""},
        {"calls.turn_urls", true,
         [](Config& c, const Texts& t) { return set_urls(c.calls.turn_urls, t, is_turn_url); },
         "a list of at most 8 like \"turns:turn.school.example:443?transport=tcp\""},
        {"calls.turn_secrets", true, set_turn_secrets,
         "a list of at most 4 texts of 16 characters or more"},
        {"calls.turn_secret_file", false,
         [](Config& c, const Texts& t) { return set_path(c.calls.turn_secret_file, t); }, "a file"},
        {"calls.turn_time", false,
         [](Config& c, const Texts& t) {
             return set_duration(c.calls.turn_time, t) &&
                    c.calls.turn_time >= std::chrono::minutes{1} &&
                    c.calls.turn_time <= std::chrono::hours{12};
         },
         "a duration from 1m to 12h"},
        {"calls.media", false,
         [](Config& c, const Texts& t) {
             return set_choice(c.calls.media, t, {"mesh", "janus", "livekit"});
         },
         "mesh, janus or livekit"},
        media_url_key("calls.janus_url", &Config::Calls::janus_url, {"http://", "https://"}),
        media_secret_key("calls.janus_secret", &Config::Calls::janus_secret),
        media_secret_key("calls.janus_admin_key", &Config::Calls::janus_admin_key),
        {"calls.janus_secret_file", false,
         [](Config& c, const Texts& t) { return set_path(c.calls.janus_secret_file, t); },
         "a file"},
        media_url_key("calls.livekit_url", &Config::Calls::livekit_url, {"wss://", "ws://"}),
        media_url_key("calls.livekit_api_url", &Config::Calls::livekit_api_url,
                      {"http://", "https://"}),
        {"calls.livekit_key", false,
         [](Config& c, const Texts& t) { return set_text(c.calls.livekit_key, t); }, "a text"},
        media_secret_key("calls.livekit_secret", &Config::Calls::livekit_secret),
        {"calls.livekit_secret_file", false,
         [](Config& c, const Texts& t) { return set_path(c.calls.livekit_secret_file, t); },
         "a file"},
        {"calls.livekit_time", false,
         [](Config& c, const Texts& t) {
             return set_duration(c.calls.livekit_time, t) &&
                    c.calls.livekit_time >= media::limits::ticket_time_min &&
                    c.calls.livekit_time <= media::limits::ticket_time_max;
         },
         "a duration from 30s to 1h"},
        {"calls.video_bitrate", false,
         [](Config& c, const Texts& t) {
             return set_number<std::int64_t>(c.calls.video_bitrate, t,
                                             media::limits::video_bitrate_min,
                                             media::limits::video_bitrate_max);
         },
         "a number from 64000 to 20000000"}};
    list.insert(list.end(), added.begin(), added.end());
}

// --- The keys of [live].

Key stream_url_key(const char* name, std::string Config::Live::*url) {
    return {name, false,
            [=](Config& c, const Texts& t) {
                set_text(c.live.*url, t);
                return t.front().empty() || features::live::is_stream_template(t.front());
            },
            "an address like \"https://media.school.example/{stream}/whep\""};
}

Key live_wait_key(const char* name, std::chrono::milliseconds Config::Live::*wait,
                  std::chrono::milliseconds longest, std::string wanted) {
    return {name, false,
            [=](Config& c, const Texts& t) {
                return set_duration(c.live.*wait, t) && c.live.*wait <= longest;
            },
            std::move(wanted)};
}

Key live_file_key(const char* name, std::filesystem::path Config::Live::*file) {
    return {name, false, [=](Config& c, const Texts& t) { return set_path(c.live.*file, t); },
            "a file"};
}

void add_live_keys(std::vector<Key>& list) {
    using namespace features::live;
    const std::vector<Key> added{
        stream_url_key("live.playback_url", &Config::Live::playback_url),
        stream_url_key("live.hls_url", &Config::Live::hls_url),
        stream_url_key("live.ingest_url", &Config::Live::ingest_url),
        live_file_key("live.playback_secret_file", &Config::Live::playback_secret_file),
        live_file_key("live.hook_secret_file", &Config::Live::hook_secret_file),
        {"live.ticket_time", false,
         [](Config& c, const Texts& t) {
             return set_duration(c.live.ticket_time, t) && c.live.ticket_time >= ticket_time_min &&
                    c.live.ticket_time <= ticket_time_max;
         },
         "a duration from 20s to 5m"},
        {"live.publish_time", false,
         [](Config& c, const Texts& t) {
             return set_duration(c.live.publish_time, t) &&
                    c.live.publish_time >= ticket_time_min &&
                    c.live.publish_time <= publish_time_max;
         },
         "a duration from 20s to 12h"},
        live_wait_key("live.reminder", &Config::Live::reminder, reminded_before_max,
                      "a duration like \"10m\", 24h at most"),
        live_wait_key("live.interrupted_after", &Config::Live::interrupted_after, encoder_wait_max,
                      "a duration like \"10s\", 1h at most"),
        live_wait_key("live.ended_after", &Config::Live::ended_after, encoder_wait_max,
                      "a duration like \"120s\", 1h at most"),
        {"live.joins_per_second", false,
         [](Config& c, const Texts& t) {
             return set_number<double>(c.live.joins_per_second, t, 0.1, 1e6);
         },
         "a number from 0.1"},
        {"live.viewers", false,
         [](Config& c, const Texts& t) { return set_bool(c.live.viewers, t); }, "true or false"}};
    list.insert(list.end(), added.begin(), added.end());
}

// --- The keys of [retention].

Key age_key(const char* name, Config::Retention::Age Config::Retention::*age) {
    return {name, false,
            [=](Config& c, const Texts& t) {
                if (t.front() == "forever") {
                    (c.retention.*age).reset();
                    return true;
                }
                std::chrono::hours hours{};
                if (!set_duration(hours, t)) return false;
                c.retention.*age = hours;
                return true;
            },
            "a duration like \"365d\", or \"forever\""};
}

bool set_webhook_secrets(Config& config, const Texts& texts) {
    config.notifications.webhook_secrets = texts;
    return texts.size() <= limits::webhook_secrets_max &&
           std::ranges::all_of(texts,
                               [](const auto& text) { return outgoing::webhook_key(text).ok(); });
}

bool set_roster_sources(Config& config, const Texts& texts) {
    config.roster.sources = texts;
    std::vector<std::string> sorted = texts;
    std::ranges::sort(sorted);
    return texts.size() >= 2 && texts.size() <= campus::sources_max &&
           std::ranges::all_of(texts, campus::is_source_name) &&
           std::ranges::adjacent_find(sorted) == sorted.end() &&
           std::ranges::find(texts, campus::rest_source) != texts.end();
}

// --- The keys of [kafka].

Key kafka_text_key(const char* name, std::string Config::Kafka::*text, bool may_be_empty) {
    return {name, false,
            [=](Config& c, const Texts& t) {
                set_text(c.kafka.*text, t);
                return (may_be_empty || !t.front().empty()) && t.front().size() <= 249;
            },
            "a text of at most 249 characters"};
}

Key kafka_list_key(const char* name, std::vector<std::string> Config::Kafka::*list, char needed,
                   const char* wanted) {
    return {name, true,
            [=](Config& c, const Texts& t) {
                c.kafka.*list = t;
                return std::ranges::all_of(t, [=](const std::string& text) {
                    const auto found = text.find(needed);
                    return found != 0 && found != std::string::npos;
                });
            },
            wanted};
}

Key kafka_wait_key(const char* name, std::chrono::milliseconds Config::Kafka::*wait) {
    return {name, false, [=](Config& c, const Texts& t) { return set_duration(c.kafka.*wait, t); },
            "a duration like \"10s\""};
}

std::vector<Key> all_keys() {
    constexpr std::uint16_t port_max = 65535;
    std::vector<Key> list{
        {"data", false, [](Config& c, const Texts& t) { return set_path(c.data, t); }, "a folder"},
        {"share", false, [](Config& c, const Texts& t) { return set_path(c.share, t); },
         "a folder"},
        {"demo", false, [](Config& c, const Texts& t) { return set_bool(c.demo, t); },
         "true or false"},
        {"log_level", false,
         [](Config& c, const Texts& t) {
             return set_choice(c.log_level, t, {"debug", "info", "warn", "error"});
         },
         "debug, info, warn or error"},
        {"server.host", false, [](Config& c, const Texts& t) { return set_text(c.server.host, t); },
         "an IP address"},
        {"server.port", false,
         [](Config& c, const Texts& t) {
             return set_number<std::uint16_t>(c.server.port, t, 0, port_max);
         },
         "a port, 0 to 65535"},
        {"server.admin_host", false,
         [](Config& c, const Texts& t) { return set_text(c.server.admin_host, t); },
         "an IP address"},
        {"server.admin_port", false,
         [](Config& c, const Texts& t) {
             return set_number<std::uint16_t>(c.server.admin_port, t, 0, port_max);
         },
         "a port, 0 to 65535"},
        {"server.loops", false,
         [](Config& c, const Texts& t) {
             return set_number<std::size_t>(c.server.loops, t, 0, limits::loops_max);
         },
         "0 (one per core) to 64"},
        {"server.cors_origins", true,
         [](Config& c, const Texts& t) {
             c.server.cors_origins = t;
             return std::ranges::all_of(t, is_origin);
         },
         "a list of origins like https://school.example, without a path, or \"*\""},
        {"server.trusted_proxies", true,
         [](Config& c, const Texts& t) {
             c.server.trusted_proxies = t;
             return net::TrustedProxies::parse(t).has_value();
         },
         "a list of addresses and networks like 10.0.0.0/8"},
        {"server.connections_max", false,
         [](Config& c, const Texts& t) {
             return set_number<std::size_t>(c.server.connections_max, t, 1, many);
         },
         "a number from 1"},
        {"server.connections_per_user_max", false,
         [](Config& c, const Texts& t) {
             return set_number<std::size_t>(c.server.connections_per_user_max, t, 1, many);
         },
         "a number from 1"},
        {"server.requests_per_second", false,
         [](Config& c, const Texts& t) {
             return set_number<double>(c.server.requests_per_second, t, 0.01, 1e9);
         },
         "a number above 0"},
        {"server.requests_burst", false,
         [](Config& c, const Texts& t) {
             return set_number<double>(c.server.requests_burst, t, 1, 1e9);
         },
         "a number from 1"},
        {"server.ping_interval", false,
         [](Config& c, const Texts& t) { return set_duration(c.server.ping_interval, t); },
         "a duration like \"25s\""},
        {"server.ping_timeout", false,
         [](Config& c, const Texts& t) { return set_duration(c.server.ping_timeout, t); },
         "a duration like \"20s\""},
        {"server.message_bytes_max", false,
         [](Config& c, const Texts& t) {
             return set_number<std::size_t>(c.server.message_bytes_max, t, 1'024, 100'000'000);
         },
         "1024 to 100000000"},
        {"server.send_queue_bytes_max", false,
         [](Config& c, const Texts& t) {
             return set_number<std::size_t>(c.server.send_queue_bytes_max, t, 4'096, many);
         },
         "4096 or more"},
        {"server.allow_eio3", false,
         [](Config& c, const Texts& t) { return set_bool(c.server.allow_eio3, t); },
         "true or false"},
        {"server.http_compression", false,
         [](Config& c, const Texts& t) { return set_bool(c.server.http_compression, t); },
         "true or false"},
        {"server.message_deflate", false,
         [](Config& c, const Texts& t) { return set_bool(c.server.message_deflate, t); },
         "true or false"},
        number_key("limits.connections_per_address", &Config::Limits::connections_per_address, 0,
                   many),
        rate_key("limits.handshakes_per_second", &Config::Limits::handshakes_per_second, 0.01),
        rate_key("limits.handshakes_burst", &Config::Limits::handshakes_burst, 1),
        rate_key("limits.returns_per_second", &Config::Limits::returns_per_second, 1),
        number_key("limits.sessions_per_loop", &Config::Limits::sessions_per_loop, 1, many),
        number_key("limits.header_bytes", &Config::Limits::header_bytes, 1'024, 1'000'000),
        number_key("limits.header_count", &Config::Limits::header_count, 8, 10'000),
        time_key("limits.request_time", &Config::Limits::request_time),
        time_key("limits.unjoined_time", &Config::Limits::unjoined_time),
        number_key("limits.unjoined_message_bytes", &Config::Limits::unjoined_message_bytes, 16'384,
                   100'000'000),
        number_key("limits.fragments", &Config::Limits::fragments, 1, 1'000'000),
        number_key("limits.attachments", &Config::Limits::attachments, 0, 1'000),
        number_key("limits.attachment_bytes", &Config::Limits::attachment_bytes, 0, many),
        time_key("limits.attachment_time", &Config::Limits::attachment_time),
        number_key("limits.json_depth", &Config::Limits::json_depth, 8, 1'000),
        number_key("limits.json_values", &Config::Limits::json_values, 100, 100'000'000),
        number_key("limits.namespaces", &Config::Limits::namespaces, 1, 1'000),
        number_key("limits.pending_acks", &Config::Limits::pending_acks, 1, 1'000'000),
        {"auth.secret", false, [](Config& c, const Texts& t) { return set_text(c.auth.secret, t); },
         "a secret"},
        {"auth.secret_file", false,
         [](Config& c, const Texts& t) { return set_path(c.auth.secret_file, t); }, "a file"},
        {"auth.key_files", true,
         [](Config& c, const Texts& t) {
             c.auth.key_files.assign(t.begin(), t.end());
             return true;
         },
         "a list of PEM files"},
        {"auth.jwks_file", false,
         [](Config& c, const Texts& t) { return set_path(c.auth.jwks_file, t); }, "a file"},
        {"auth.issuer", false, [](Config& c, const Texts& t) { return set_text(c.auth.issuer, t); },
         "a text"},
        {"auth.audience", false,
         [](Config& c, const Texts& t) { return set_text(c.auth.audience, t); }, "a text"},
        {"store.durability", false,
         [](Config& c, const Texts& t) {
             return set_choice(c.store.durability, t, {"full", "normal"});
         },
         "full or normal"},
        {"store.check", false,
         [](Config& c, const Texts& t) {
             return set_choice(c.store.check, t, {"off", "quick", "full"});
         },
         "off, quick or full"},
        {"store.postgres", false,
         [](Config& c, const Texts& t) { return set_text(c.store.postgres, t); },
         "a connection string of PostgreSQL"},
        {"store.statement_timeout", false,
         [](Config& c, const Texts& t) { return set_duration(c.store.statement_timeout, t); },
         "a duration like \"10s\""},
        {"store.keep_events", false,
         [](Config& c, const Texts& t) {
             return set_duration(c.store.keep_events, t) && c.store.keep_events.count() > 0;
         },
         "a duration like \"30d\""},
        {"store.keep_bytes", false,
         [](Config& c, const Texts& t) {
             return set_number<std::size_t>(c.store.keep_bytes, t, 0, SIZE_MAX / 2);
         },
         "a number of bytes; 0 for no limit"},
        {"store.keep_at_least", false,
         [](Config& c, const Texts& t) { return set_duration(c.store.keep_at_least, t); },
         "a duration like \"24h\""},
        {"feed.anonymous", false,
         [](Config& c, const Texts& t) { return set_bool(c.feed.anonymous, t); }, "true or false"},
        {"feed.anonymous_names", false,
         [](Config& c, const Texts& t) { return set_bool(c.feed.anonymous_names, t); },
         "true or false"},
        {"feed.files", false, [](Config& c, const Texts& t) { return set_path(c.feed.files, t); },
         "a folder"},
        {"grades.guardians", false,
         [](Config& c, const Texts& t) { return set_bool(c.grades.guardians, t); },
         "true or false"},
        {"announcements.guardians", false,
         [](Config& c, const Texts& t) { return set_bool(c.announcements.guardians, t); },
         "true or false"},
        {"groups.create", false,
         [](Config& c, const Texts& t) {
             return set_choice(c.groups.create, t, {"nobody", "staff", "everybody"});
         },
         "nobody, staff or everybody"},
        {"groups.secret", false,
         [](Config& c, const Texts& t) {
             return set_choice(c.groups.secret, t, {"nobody", "staff", "everybody"});
         },
         "nobody, staff or everybody"},
        {"study.grace", false,
         [](Config& c, const Texts& t) {
             return set_duration(c.study.grace, t) && c.study.grace <= features::study::grace_max;
         },
         "a duration like \"60s\", 1h at most"},
        {"presence.last_seen", false,
         [](Config& c, const Texts& t) {
             return set_choice(c.presence.last_seen, t, {"nobody", "staff", "members"});
         },
         "nobody, staff or members"},
        url_key("notifications.push_url", &Config::Notifications::push_url),
        url_key("notifications.mail_url", &Config::Notifications::mail_url),
        {"notifications.webhook_secrets", true, set_webhook_secrets,
         "a list of at most 4 texts, each \"whsec_\" and the base64 of 24 to 64 bytes"},
        {"notifications.webhook_secret_file", false,
         [](Config& c, const Texts& t) { return set_path(c.notifications.webhook_secret_file, t); },
         "a file"},
        wait_key("notifications.push_delay", &Config::Notifications::push_delay),
        wait_key("notifications.mail_delay", &Config::Notifications::mail_delay),
        wait_key("notifications.webhook_timeout", &Config::Notifications::webhook_timeout),
        wait_key("notifications.webhook_retry", &Config::Notifications::webhook_retry),
        {"notifications.webhook_attempts", false,
         [](Config& c, const Texts& t) {
             return set_number<std::int64_t>(c.notifications.webhook_attempts, t, 1, 100);
         },
         "a number from 1 to 100"},
        kafka_list_key("kafka.brokers", &Config::Kafka::brokers, ':',
                       "a list of brokers like kafka.example:9092"),
        kafka_list_key("kafka.properties", &Config::Kafka::properties, '=',
                       "a list of librdkafka's properties like security.protocol=SSL"),
        kafka_text_key("kafka.events_topic", &Config::Kafka::events_topic, false),
        kafka_text_key("kafka.commands_topic", &Config::Kafka::commands_topic, false),
        kafka_text_key("kafka.commands_as", &Config::Kafka::commands_as, true),
        kafka_text_key("kafka.group", &Config::Kafka::group, false),
        kafka_text_key("kafka.source", &Config::Kafka::source, false),
        {"kafka.drain_rate", false,
         [](Config& c, const Texts& t) {
             return set_number<double>(c.kafka.drain_rate, t, 1, 1e9);
         },
         "a number from 1"},
        {"kafka.backlog_bytes_max", false,
         [](Config& c, const Texts& t) {
             return set_number<std::size_t>(c.kafka.backlog_bytes_max, t, 1, SIZE_MAX / 2);
         },
         "a number from 1"},
        kafka_wait_key("kafka.degraded_after", &Config::Kafka::degraded_after),
        kafka_wait_key("kafka.stop_wait", &Config::Kafka::stop_wait),
        age_key("retention.posts", &Config::Retention::posts),
        age_key("retention.messages", &Config::Retention::messages),
        age_key("retention.announcements", &Config::Retention::announcements),
        age_key("retention.calls", &Config::Retention::calls),
        age_key("retention.live", &Config::Retention::live),
        age_key("retention.notifications", &Config::Retention::notifications),
        age_key("retention.presence", &Config::Retention::presence),
        age_key("retention.study", &Config::Retention::study),
        age_key("retention.documents", &Config::Retention::documents),
        age_key("retention.connections", &Config::Retention::connections),
        age_key("retention.audit", &Config::Retention::audit),
        {"roster.removed_share_max", false,
         [](Config& c, const Texts& t) {
             return set_number<double>(c.roster.removed_share_max, t, 0, 1);
         },
         "a share from 0 to 1"},
        {"roster.time_zone", false, set_time_zone, "a time zone such as Europe/Berlin"},
        {"roster.sources", true, set_roster_sources,
         "2 to 8 different names of a-z 0-9 - _, the highest first, one of them \"rest\""},
        {"messages.peers", false,
         [](Config& c, const Texts& t) { return set_bool(c.messages.peers, t); }, "true or false"},
        {"messages.staff", false,
         [](Config& c, const Texts& t) { return set_bool(c.messages.staff, t); }, "true or false"},
        {"messages.institution", false,
         [](Config& c, const Texts& t) { return set_bool(c.messages.institution, t); },
         "true or false"},
        {"messages.supervised", false,
         [](Config& c, const Texts& t) {
             return set_choice(c.messages.supervised, t, {"off", "students"});
         },
         "off or students"},
    };
    add_call_keys(list);
    add_live_keys(list);
    add_rate_keys(list);
    return list;
}

const std::vector<Key>& keys() {
    static const std::vector<Key> list = all_keys();
    return list;
}

Error bad_value(std::string_view key, std::string_view wanted, std::string_view where) {
    return Error{Code::invalid,
                 std::string{where} + ": " + std::string{key} + " must be " + std::string{wanted},
                 std::string{key}};
}

// The texts of a TOML value; nothing when it is of a kind that no key has.
std::optional<Texts> texts_of(const toml::node& node, bool is_list) {
    const auto one = [](const toml::node& value) -> std::optional<std::string> {
        if (const auto* text = value.as_string()) return text->get();
        if (const auto* number = value.as_integer()) return std::to_string(number->get());
        if (const auto* number = value.as_floating_point()) return std::to_string(number->get());
        if (const auto* flag = value.as_boolean()) return flag->get() ? "true" : "false";
        return std::nullopt;
    };
    Texts texts;
    if (const auto* array = node.as_array()) {
        if (!is_list) return std::nullopt;
        for (const auto& element : *array) {
            auto text = one(element);
            if (!text) return std::nullopt;
            texts.push_back(std::move(*text));
        }
        return texts;
    }
    auto text = one(node);
    if (is_list || !text) return std::nullopt;
    texts.push_back(std::move(*text));
    return texts;
}

Status apply_value(Config& config, const std::string& name, const toml::node& node,
                   std::string_view where) {
    const auto key = std::ranges::find_if(keys(), [&](const Key& one) { return one.name == name; });
    if (key == keys().end()) {
        return Error{Code::invalid, std::string{where} + ": unknown key " + name, name};
    }
    const auto texts = texts_of(node, key->is_list);
    if (!texts || !key->set(config, *texts)) return bad_value(name, key->wanted, where);
    return Ok{};
}

Status apply_file(Config& config, const std::filesystem::path& file) {
    try {
        const toml::table table = toml::parse_file(file.string());
        for (const auto& [name, node] : table) {
            const std::string section{name.str()};
            if (const auto* inner = node.as_table()) {
                const bool known = std::ranges::any_of(keys(), [&](const Key& one) {
                    return std::string_view{one.name}.starts_with(section + ".");
                });
                if (!known && inner->empty()) {
                    return Error{Code::invalid, file.string() + ": unknown section " + section,
                                 section};
                }
                for (const auto& [inner_name, value] : *inner) {
                    TRY_OK(apply_value(config, section + "." + std::string{inner_name.str()}, value,
                                       file.string()));
                }
            } else {
                TRY_OK(apply_value(config, section, node, file.string()));
            }
        }
    } catch (const toml::parse_error& error) {
        return Error{Code::invalid, file.string() + ", line " +
                                        std::to_string(error.source().begin.line) + ": " +
                                        std::string{error.description()}};
    }
    return Ok{};
}

// HOMEROOM_SERVER_PORT is server.port; lists are separated by commas.
std::string environment_name(std::string_view key) {
    std::string name = "HOMEROOM_";
    for (const char c : key)
        name += c == '.' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return name;
}

Status apply_environment(Config& config) {
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text{*entry};
        if (!text.starts_with("HOMEROOM_")) continue;
        const auto equals = text.find('=');
        const std::string_view name = text.substr(0, equals);
        const auto key = std::ranges::find_if(
            keys(), [&](const Key& one) { return environment_name(one.name) == name; });
        if (key == keys().end()) {
            // Variables for scripts and tests around the server share the prefix but end in these.
            if (name == "HOMEROOM_BIN" || name == "HOMEROOM_URL") continue;
            return Error{Code::invalid, "environment: unknown key " + std::string{name},
                         std::string{name}};
        }
        Texts texts;
        std::string_view rest = text.substr(equals + 1);
        while (key->is_list && rest.find(',') != std::string_view::npos) {
            texts.emplace_back(rest.substr(0, rest.find(',')));
            rest.remove_prefix(rest.find(',') + 1);
        }
        if (!key->is_list || !texts.empty() || !rest.empty()) texts.emplace_back(rest);
        if (!key->set(config, texts)) return bad_value(name, key->wanted, "environment");
    }
    return Ok{};
}

}  // namespace

Result<Config> load_config(const std::filesystem::path& file) {
    Config config;
    if (!file.empty()) TRY_OK(apply_file(config, file));
    TRY_OK(apply_environment(config));
    TRY_OK(check_config(config));
    return config;
}

std::optional<std::chrono::seconds> parse_lifetime(std::string_view text) {
    std::chrono::seconds lifetime{};
    if (!set_duration(lifetime, {std::string{text}})) return std::nullopt;
    return lifetime;
}

kafka::Options kafka_options(const Config& config) {
    kafka::Options options;
    for (const std::string& broker : config.kafka.brokers)
        options.brokers += (options.brokers.empty() ? "" : ",") + broker;
    for (const std::string& property : config.kafka.properties) {
        const auto equals = property.find('=');
        options.properties.emplace_back(property.substr(0, equals), property.substr(equals + 1));
    }
    return options;
}

namespace {

// Whether what the media server needs is there.
Status check_media(const Config::Calls& calls) {
    const auto missing = [](const char* key, const char* what) {
        return Error{Code::invalid, std::string{key} + " is needed: " + what, key};
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

namespace {

Status check_live(const Config::Live& live) {
    if (live.interrupted_after >= live.ended_after)
        return Error{Code::invalid,
                     "live.ended_after must be longer than live.interrupted_after: what has ended "
                     "was interrupted before",
                     "live.ended_after"};
    const bool has_media =
        !live.playback_url.empty() || !live.hls_url.empty() || !live.ingest_url.empty();
    if (has_media && live.playback_secret_file.empty())
        return Error{Code::invalid,
                     "live.playback_secret_file is needed: with it the tickets for the media "
                     "server are signed",
                     "live.playback_secret_file"};
    return Ok{};
}

}  // namespace

Status check_config(const Config& config) {
    if (config.server.port != 0 && config.server.port == config.server.admin_port &&
        config.server.host == config.server.admin_host) {
        return Error{Code::invalid, "server.port and server.admin_port must differ",
                     "server.admin_port"};
    }
    if (config.server.send_queue_bytes_max < 2 * config.server.message_bytes_max) {
        return Error{Code::invalid,
                     "server.send_queue_bytes_max must be at least twice server.message_bytes_max",
                     "server.send_queue_bytes_max"};
    }
    if (config.server.ping_timeout >= config.server.ping_interval) {
        return Error{Code::invalid,
                     "server.ping_timeout must be less than server.ping_interval: a missed pong is "
                     "noticed before the next ping",
                     "server.ping_timeout"};
    }
    const Config::Notifications& hook = config.notifications;
    if ((!hook.push_url.empty() || !hook.mail_url.empty()) && hook.webhook_secrets.empty() &&
        hook.webhook_secret_file.empty()) {
        return Error{Code::invalid,
                     "notifications.webhook_secrets or notifications.webhook_secret_file is "
                     "needed: what is sent is signed",
                     "notifications.webhook_secrets"};
    }
    const Config::Calls& calls = config.calls;
    if (!calls.turn_urls.empty() && calls.turn_secrets.empty() && calls.turn_secret_file.empty()) {
        return Error{Code::invalid,
                     "calls.turn_secrets or calls.turn_secret_file is needed: what the relays "
                     "have as their static-auth-secret",
                     "calls.turn_secrets"};
    }
    if (calls.turn_urls.empty() && !calls.hide_addresses.empty() &&
        calls.hide_addresses != "nobody") {
        return Error{Code::invalid,
                     "calls.hide_addresses needs relays (calls.turn_urls): without any, those "
                     "whose addresses are hidden could not be connected to",
                     "calls.hide_addresses"};
    }
    TRY_OK(check_media(calls));
    TRY_OK(check_live(config.live));
    if (config.kafka.brokers.empty()) return Ok{};
    if (auto checked = kafka::check(kafka_options(config)); !checked.ok()) {
        return Error{Code::invalid, "kafka.properties: " + checked.error().message,
                     "kafka.properties"};
    }
    return Ok{};
}

}  // namespace homeroom::app
