#include "socketio/hub_options.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "socketio/core.h"

namespace homeroom::socketio {

Request request_of(const net::HttpRequest& request) {
    Request made{
        .method = request.method, .url = request.target(), .address = request.peer_address.text()};
    for (const net::HttpHeader& header : request.headers)
        made.headers.emplace_back(header.name, header.value);
    return made;
}

namespace {

// A hook that may change an answer's headers, as the layer below calls it.
auto header_hook(std::string_view where, std::function<void(Headers&, const Request&)> hook) {
    return [where, hook = std::move(hook)](std::vector<net::HttpHeader>& headers,
                                           const net::HttpRequest& request) {
        Headers added;
        if (!guarded(where, [&] { hook(added, request_of(request)); })) return;
        for (auto& [name, value] : added) headers.push_back({std::move(name), std::move(value)});
    };
}

engineio::Hooks hooks_of(const Options& options) {
    engineio::Hooks hooks;
    if (options.initial_headers)
        hooks.initial_headers = header_hook("initial_headers", options.initial_headers);
    if (options.headers) hooks.headers = header_hook("headers", options.headers);
    if (options.on_connection_error) {
        hooks.on_refused = [tell = options.on_connection_error](const net::HttpRequest& request,
                                                                int code,
                                                                std::string_view message) {
            guarded("on_connection_error", [&] { tell(request_of(request), code, message); });
        };
    }
    return hooks;
}

std::function<bool(std::string_view)> guarded_origins(
    const std::function<bool(std::string_view)>& allows) {
    if (!allows) return {};
    return [allows](std::string_view origin) {
        bool allowed = false;
        guarded("allows_origin", [&] { allowed = allows(origin); });
        return allowed;
    };
}

net::CorsPolicy cors_of(const Cors& cors) {
    return {.origins = cors.origins,
            .allows_origin = guarded_origins(cors.allows_origin),
            .credentials = cors.credentials,
            .methods = cors.methods,
            .allowed_headers = cors.allowed_headers,
            .exposed_headers = cors.exposed_headers,
            .max_age = cors.max_age};
}

std::optional<engineio::Cookie> cookie_of(const std::optional<Cookie>& cookie) {
    if (!cookie) return std::nullopt;
    return engineio::Cookie{.name = cookie->name,
                            .path = cookie->path,
                            .domain = cookie->domain,
                            .same_site = cookie->same_site,
                            .max_age = cookie->max_age,
                            .http_only = cookie->http_only,
                            .secure = cookie->secure};
}

}  // namespace

// The public defaults stand in a header that knows nothing of ours.
static_assert(Limits{}.connections == limits::connections_max);
static_assert(Limits{}.connections_per_address == limits::connections_per_address_max);
static_assert(Limits{}.handshakes_per_second == limits::handshakes_per_second);
static_assert(Limits{}.handshakes_burst == limits::handshakes_burst);
static_assert(Limits{}.sessions_per_loop == limits::sessions_per_loop_max);
static_assert(Limits{}.header_bytes == limits::http_header_bytes_max);
static_assert(Limits{}.header_count == limits::http_header_count_max);
static_assert(Limits{}.request_time == limits::http_request_timeout);
static_assert(Limits{}.message_bytes == limits::message_bytes_max);
static_assert(Limits{}.unjoined_message_bytes == limits::unjoined_message_bytes_max);
static_assert(Limits{}.fragments == limits::websocket_fragments_max);
static_assert(Limits{}.attachments == limits::attachments_max);
static_assert(Limits{}.attachment_bytes == limits::attachment_bytes_max);
static_assert(Limits{}.attachment_time == limits::attachments_wait);
static_assert(Limits{}.json_depth == limits::json_depth_max);
static_assert(Limits{}.json_values == limits::json_values_max);
static_assert(Limits{}.namespaces_per_connection == limits::namespaces_per_connection_max);
static_assert(Limits{}.send_queue_bytes == limits::send_queue_bytes_max);
static_assert(Limits{}.pending_acks_per_socket == limits::acks_pending_per_socket_max);

hub::ServerOptions hub_options(const Options& options) {
    const Limits& limits = options.limits;
    hub::ServerOptions made{.host = options.host, .port = options.port, .loops = options.loops};
    made.connections = {.total = limits.connections, .per_address = limits.connections_per_address};
    made.handshakes = {.per_second = limits.handshakes_per_second,
                       .burst = limits.handshakes_burst};
    made.http.head = {.header_bytes_max = limits.header_bytes,
                      .header_count_max = limits.header_count};
    made.http.request_timeout = limits.request_time;

    engineio::Options& engine = made.engine;
    engine.path = options.path;
    engine.polling = options.polling;
    engine.websocket = options.websocket;
    engine.allow_upgrades = options.allow_upgrades;
    engine.allow_eio3 = options.allow_eio3;
    engine.jsonp = options.jsonp;
    engine.cookie = cookie_of(options.cookie);
    engine.cors = cors_of(options.cors);
    engine.hooks = hooks_of(options);
    engine.ping_interval = options.ping_interval;
    engine.ping_timeout = options.ping_timeout;
    engine.upgrade_timeout = options.upgrade_timeout;
    engine.http_compression_bytes_min = options.http_compression;
    engine.deflate_bytes_min = options.message_deflate;
    engine.message_bytes_max = limits.message_bytes;
    engine.fragments_max = limits.fragments;
    engine.send_queue_bytes_max = limits.send_queue_bytes;
    engine.slow_reader = options.slow_reader == SlowReader::drop ? engineio::SlowReader::drop
                                                                 : engineio::SlowReader::disconnect;
    engine.sessions_max = limits.sessions_per_loop;

    hub::HubOptions& hub = made.hub;
    hub.parser = options.parser == Parser::msgpack ? hub::Parser::msgpack : hub::Parser::json;
    hub.keeps_requests = true;
    hub.connect_timeout = options.connect_timeout;
    hub.unjoined_message_bytes_max = limits.unjoined_message_bytes;
    hub.attachments_max = limits.attachments;
    hub.attachment_bytes_max = limits.attachment_bytes;
    hub.attachments_wait = limits.attachment_time;
    hub.json_depth_max = limits.json_depth;
    hub.json_values_max = limits.json_values;
    hub.namespaces_per_connection_max = limits.namespaces_per_connection;
    hub.acks_pending_per_socket_max = limits.pending_acks_per_socket;
    return made;
}

}  // namespace homeroom::socketio
