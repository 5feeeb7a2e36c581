#include "engineio/server.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "codec/engineio.h"

namespace homeroom::engineio {

// The number is the `code` of the error's body.
enum class Server::Fault : std::uint8_t {
    transport_unknown = 0,
    session_unknown = 1,
    bad_method = 2,
    bad_request = 3,
    forbidden = 4,
    unsupported_version = 5,
    too_many_sessions = 6,  // ours; the reference has no such limit
};

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool has_control_character(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

Server::Server(net::EventLoop& loop, Options options, Application& application, Place place)
    : loop_(loop),
      options_(std::move(options)),
      application_(application),
      place_(std::move(place)) {}

Server::~Server() = default;

net::WebSocket::Limits Server::websocket_limits() const {
    return {.message_bytes_max = options_.message_bytes_max,
            .fragments_max = limits::websocket_fragments_max};
}

bool Server::serves(std::string_view path) const {
    return path.starts_with(options_.path);
}

std::string Server::make_id() const {
    std::string id = random_id20();
    id[0] = alphabet[place_.loop];
    return id;
}

void Server::on_request(std::shared_ptr<net::HttpExchange> exchange) {
    const net::HttpRequest& request = exchange->request();
    const bool is_upgrade =
        request.header_has_token("Connection", "upgrade") && request.header("Upgrade");
    const auto sid = request.parameter("sid").value_or("");
    const auto transport = request.parameter("transport").value_or("");

    // The order of these checks is what clients and the official suites see.
    if (auto preflight = net::cors_preflight(options_.cors, request)) {
        exchange->respond(*preflight);
        return;
    }
    if (transport != "polling" && transport != "websocket")
        return refuse(*exchange, Fault::transport_unknown);
    if (has_control_character(request.header("Origin").value_or("")))
        return refuse(*exchange, Fault::bad_request);
    if (!sid.empty()) {
        if (relay_if_foreign(exchange, sid)) return;
        const auto found = sessions_.find(sid);
        if (found == sessions_.end() || found->second->end_if_overdue()) {
            return refuse(*exchange, Fault::session_unknown);
        }
        if (request.parameter("EIO").value_or("4") != "4")
            return refuse(*exchange, Fault::bad_request);
        if (is_upgrade != (transport == "websocket")) return refuse(*exchange, Fault::bad_request);
        return on_known(std::move(exchange), *found->second, is_upgrade);
    }
    if (request.method != "GET") return refuse(*exchange, Fault::bad_method);
    if (is_upgrade != (transport == "websocket")) return refuse(*exchange, Fault::bad_request);
    if (request.parameter("EIO").value_or("") != "4")
        return refuse(*exchange, Fault::unsupported_version);
    on_new(*exchange, is_upgrade);
}

bool Server::relay_if_foreign(const std::shared_ptr<net::HttpExchange>& exchange,
                              std::string_view sid) {
    const auto loop = alphabet.find(sid.front());
    if (loop == std::string_view::npos || loop == place_.loop || loop >= place_.loops ||
        !place_.relay)
        return false;
    place_.relay(loop, exchange->take_away());
    return true;
}

void Server::on_known(std::shared_ptr<net::HttpExchange> exchange, Session& session,
                      bool is_upgrade) {
    const net::HttpRequest& request = exchange->request();
    if (is_upgrade) {
        if (net::WebSocket::handshake_fault(request)) return refuse(*exchange, Fault::bad_request);
        session.on_upgrade(*exchange, net::cors_headers(options_.cors, request),
                           request.parameter("b64").has_value());
        return;
    }
    // What a poll gets after the upgrade: the session exists, but not for polling.
    if (!session.polls()) return refuse(*exchange, Fault::bad_request);
    if (request.method == "GET") return session.on_get(std::move(exchange));
    if (request.method == "POST") return session.on_post(*exchange);
    exchange->respond(net::HttpResponse::text(500, "text/plain", ""));
}

void Server::on_new(net::HttpExchange& exchange, bool is_upgrade) {
    const net::HttpRequest& request = exchange.request();
    if (is_upgrade && net::WebSocket::handshake_fault(request))
        return refuse(exchange, Fault::bad_request);
    if (sessions_.size() >= options_.sessions_max)
        return refuse(exchange, Fault::too_many_sessions);

    auto owned = std::make_unique<Session>(*this, make_id());
    Session& session = *owned;
    sessions_.emplace(session.id(), std::move(owned));
    const std::string open = codec::engineio::encode_open({
        .sid = session.id(),
        .upgrade_to_websocket = !is_upgrade,
        .ping_interval_ms = options_.ping_interval.count(),
        .ping_timeout_ms = options_.ping_timeout.count(),
        .max_payload = options_.message_bytes_max,
    });
    session.set_handler(application_.on_session(session, request));
    if (is_upgrade) {
        session.open_by_websocket(exchange, net::cors_headers(options_.cors, request), open,
                                  request.parameter("b64").has_value());
    } else {
        session.open_by_polling(exchange, open);
    }
}

void Server::refuse(net::HttpExchange& exchange, Fault fault) {
    constexpr std::string_view words[] = {
        "Transport unknown", "Session ID unknown",           "Bad handshake method", "Bad request",
        "Forbidden",         "Unsupported protocol version", "Too many sessions"};
    const auto code = static_cast<std::size_t>(fault);
    const net::HttpRequest& request = exchange.request();
    const bool full = fault == Fault::too_many_sessions;
    const int plain_status = fault == Fault::forbidden ? 403 : 400;
    net::HttpResponse response;
    if (request.header("Upgrade")) {
        const auto handshake_fault = net::WebSocket::handshake_fault(request);
        response = net::HttpResponse::text(
            full ? 503 : 400, "text/html",
            std::string{fault == Fault::bad_request ? handshake_fault.value_or(words[code])
                                                    : words[code]});
        if (request.header("Sec-WebSocket-Version").value_or("13") != "13") {
            response.headers.push_back({"Sec-WebSocket-Version", "13"});
        }
        response.close = true;
    } else {
        response = net::HttpResponse::text(
            full ? 503 : plain_status, "application/json",
            fmt::format(R"({{"code":{},"message":"{}"}})", code, words[code]));
    }
    for (auto& header : net::cors_headers(options_.cors, request))
        response.headers.push_back(std::move(header));
    exchange.respond(response);
}

void Server::remove(Session& session) {
    auto node = sessions_.extract(session.id());
    if (!node.empty()) loop_.reap(std::move(node.mapped()));
}

void Server::close_all(CloseReason reason) {
    std::vector<Session*> open;
    open.reserve(sessions_.size());
    for (const auto& [id, session] : sessions_) open.push_back(session.get());
    for (Session* session : open) session->close(reason);
}

}  // namespace homeroom::engineio
