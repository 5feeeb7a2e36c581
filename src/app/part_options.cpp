#include "app/part_options.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/limits.h"

namespace homeroom::app {
namespace {

void set_limits(const Config::Limits& limits, hub::ServerOptions& options) {
    options.connections.per_address = limits.connections_per_address;
    options.handshakes = {limits.handshakes_per_second, limits.handshakes_burst};
    options.http.head = {.header_bytes_max = limits.header_bytes,
                         .header_count_max = limits.header_count};
    options.http.request_timeout = limits.request_time;
    options.engine.sessions_max = limits.sessions_per_loop;
    options.engine.fragments_max = limits.fragments;
    options.hub.connect_timeout = limits.unjoined_time;
    options.hub.unjoined_message_bytes_max = limits.unjoined_message_bytes;
    options.hub.attachments_max = limits.attachments;
    options.hub.attachment_bytes_max = limits.attachment_bytes;
    options.hub.attachments_wait = limits.attachment_time;
    options.hub.json_depth_max = limits.json_depth;
    options.hub.json_values_max = limits.json_values;
    options.hub.namespaces_per_connection_max = limits.namespaces;
    options.hub.acks_pending_per_socket_max = limits.pending_acks;
}

campus::SchoolPolicy::Makers makers(const std::string& word) {
    using Makers = campus::SchoolPolicy::Makers;
    if (word == "everybody") return Makers::everybody;
    return word == "staff" ? Makers::staff : Makers::nobody;
}

// Where there are relays, students are behind them unless it is said otherwise.
campus::SchoolPolicy::Relayed relayed(const Config::Calls& calls) {
    using Relayed = campus::SchoolPolicy::Relayed;
    if (calls.hide_addresses == "everybody") return Relayed::everybody;
    if (calls.hide_addresses == "students") return Relayed::students;
    return calls.hide_addresses.empty() && !calls.turn_urls.empty() ? Relayed::students
                                                                    : Relayed::nobody;
}

}  // namespace

hub::ServerOptions server_options(const Config& config) {
    hub::ServerOptions options;
    options.host = config.server.host;
    options.port = config.server.port;
    options.loops = config.server.loops;
    if (options.loops == 0)
        options.loops =
            std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, limits::loops_max);
    options.connections.total = config.server.connections_max;
    options.engine.path = "/socket.io/";
    options.engine.ping_interval = config.server.ping_interval;
    options.engine.ping_timeout = config.server.ping_timeout;
    options.engine.message_bytes_max = config.server.message_bytes_max;
    options.engine.send_queue_bytes_max = config.server.send_queue_bytes_max;
    options.engine.cors = {.origins = config.server.cors_origins};
    options.engine.allow_eio3 = config.server.allow_eio3;
    if (!config.server.http_compression) options.engine.http_compression_bytes_min.reset();
    if (config.server.message_deflate)
        options.engine.deflate_bytes_min = limits::compression_bytes_min;
    set_limits(config.limits, options);
    options.handshakes_of_address = config.rates.address_handshakes;
    return options;
}

void limit_kinds(const Rates& rates, campus::Surface& surface) {
    for (std::size_t i = 0; i < rates.kinds.size(); ++i) {
        const RequestKind& kind = request_kinds()[i];
        if (const Rate& rate = rates.kinds[i]) surface.limit(kind.name, *rate, kind.requests);
    }
}

campus::SchoolPolicy school_policy(const Config& config) {
    using Supervised = campus::SchoolPolicy::Supervised;
    const auto& messages = config.messages;
    return {
        .guardians = {.grades = config.grades.guardians,
                      .announcements = config.announcements.guardians},
        .groups = {.create = makers(config.groups.create), .secret = makers(config.groups.secret)},
        .messages = {.peers = messages.peers,
                     .staff = messages.staff,
                     .institution = messages.institution,
                     .supervised = messages.supervised == "students" ? Supervised::students
                                                                     : Supervised::none},
        .feed = {.anonymous = config.feed.anonymous,
                 .anonymous_names = config.feed.anonymous_names},
        .calls = {.rooms = makers(config.calls.rooms),
                  .members = config.calls.members,
                  .ring = config.calls.ring,
                  .grace = config.calls.grace,
                  .relayed = relayed(config.calls)}};
}

features::presence::LastSeen last_seen_of(const Config& config) {
    using features::presence::LastSeen;
    if (config.presence.last_seen == "members") return LastSeen::members;
    return config.presence.last_seen == "staff" ? LastSeen::staff : LastSeen::nobody;
}

features::notifications::DispatcherOptions dispatcher_options(const Config::Notifications& hook,
                                                              std::vector<std::string> keys) {
    return {.push = {.url = hook.push_url, .delay = hook.push_delay},
            .mail = {.url = hook.mail_url, .delay = hook.mail_delay},
            .keys = std::move(keys),
            .retry = {.first = hook.webhook_retry, .attempts_max = hook.webhook_attempts},
            .timeout = hook.webhook_timeout};
}

}  // namespace homeroom::app
