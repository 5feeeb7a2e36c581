#include "engineio/server.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "codec/engineio.h"
#include "codec/json_scan.h"
#include "engineio/handshake_budget.h"

namespace homeroom::engineio {

// The number is the `code` of the error's body.
enum class Server::Fault : std::uint8_t {
    transport_unknown = 0,
    session_unknown = 1,
    bad_method = 2,
    bad_request = 3,
    forbidden = 4,
    unsupported_version = 5,
    // Ours; the reference has no such limits.
    too_many_sessions = 6,
    too_many_handshakes = 7,
    shutting_down = 8,
};

namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
static_assert(limits::loops_max <= alphabet.size(), "an id's first character names its loop");

Revision revision_of(const net::HttpRequest& request) {
    return request.parameter("EIO").value_or("") == "4" ? Revision::eio4 : Revision::eio3;
}

bool has_control_character(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

}  // namespace

Server::Server(net::EventLoop& loop, Options options, Application& application, Place place)
    : loop_(loop), options_(std::move(options)), application_(application), place_(place) {}

Server::~Server() {
    for (Session* session : sessions_) delete session;
}

Session* Server::find(std::string_view id) const {
    const auto found = sessions_.find(id);
    return found == sessions_.end() ? nullptr : *found;
}

net::WebSocket::Limits Server::websocket_limits() const {
    return {.message_bytes_max = options_.message_bytes_max,
            .fragments_max = options_.fragments_max,
            .deflate = options_.deflate_bytes_min.has_value()};
}

bool Server::serves(std::string_view path) const {
    // Clients with `addTrailingSlash: false` leave it out.
    return path.starts_with(options_.path) ||
           (options_.path.ends_with('/') && options_.path.size() == path.size() + 1 &&
            options_.path.starts_with(path));
}

std::optional<std::size_t> Server::other_loop(const net::HttpRequest& head) const {
    const std::string sid = head.parameter("sid").value_or("");
    const auto loop = sid.empty() ? std::string_view::npos : alphabet.find(sid.front());
    if (loop == place_.loop || loop >= place_.loops) return std::nullopt;
    return loop;
}

std::size_t Server::body_bytes_max(const net::HttpRequest& head) const {
    const std::string sid = head.parameter("sid").value_or("");
    const Session* session = find(sid);
    return session != nullptr
               ? session->message_bytes_max()
               : std::min(options_.message_bytes_max, options_.unknown_body_bytes_max);
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
    const bool polling = transport == "polling" && options_.polling;
    const bool websocket = transport == "websocket" && options_.websocket;
    if (!polling && !websocket) return refuse(*exchange, Fault::transport_unknown);
    if (has_control_character(request.header("Origin").value_or("")))
        return refuse(*exchange, Fault::bad_request);
    if (!sid.empty()) {
        Session* known = find(sid);
        if (known == nullptr || known->end_if_overdue())
            return refuse(*exchange, Fault::session_unknown);
        Session& session = *known;
        if (is_upgrade != websocket || revision_of(request) != session.revision())
            return refuse(*exchange, Fault::bad_request);
        return on_known(std::move(exchange), session, is_upgrade);
    }
    if (request.method != "GET") return refuse(*exchange, Fault::bad_method);
    if (is_upgrade != websocket) return refuse(*exchange, Fault::bad_request);
    on_new(exchange, is_upgrade);
}

void Server::on_known(std::shared_ptr<net::HttpExchange> exchange, Session& session,
                      bool is_upgrade) {
    const net::HttpRequest& request = exchange->request();
    if (is_upgrade) {
        if (!options_.allow_upgrades ||
            net::WebSocket::handshake_fault(request, websocket_limits()))
            return refuse(*exchange, Fault::bad_request);
        return session.on_upgrade(*exchange);
    }
    // What a poll gets after the upgrade: the session exists, but not for polling.
    if (!session.is_polling()) return refuse(*exchange, Fault::bad_request);
    if (request.method == "GET") return session.on_get(std::move(exchange));
    if (request.method == "POST") return session.on_post(*exchange);
    exchange->respond(empty_answer(options_, request, 500));
}

void Server::on_new(const std::shared_ptr<net::HttpExchange>& exchange, bool is_upgrade) {
    if (is_upgrade && net::WebSocket::handshake_fault(exchange->request(), websocket_limits()))
        return refuse(*exchange, Fault::bad_request);
    if (const auto fault = no_room()) return refuse(*exchange, *fault);
    if (options_.handshakes != nullptr) {
        const auto place = exchange->request().peer_address.place();
        if (const auto wait = options_.handshakes->take_of_address(place, loop_.now()))
            return refuse(*exchange, Fault::too_many_handshakes, {}, *wait);
        if (const auto wait = options_.handshakes->take(loop_.now())) {
            options_.count(Limit::handshakes_per_second);
            return refuse(*exchange, Fault::too_many_handshakes, {}, *wait);
        }
    }
    if (!options_.hooks.allow_request) return on_admitted(*exchange, is_upgrade);
    options_.hooks.allow_request(
        exchange->request(),
        [this, exchange, is_upgrade](const std::optional<std::string>& refusal) {
            if (!exchange->open()) return;  // the client did not wait
            if (refusal) return refuse(*exchange, Fault::forbidden, *refusal);
            if (is_upgrade && !exchange->can_switch_protocols())
                return refuse(*exchange, Fault::bad_request);
            on_admitted(*exchange, is_upgrade);
        });
}

// The version is looked at last, as the reference does.
void Server::on_admitted(net::HttpExchange& exchange, bool is_upgrade) {
    const Revision revision = revision_of(exchange.request());
    if (revision == Revision::eio3 && !options_.allow_eio3)
        return refuse(exchange, Fault::unsupported_version);
    // While the verdict was pending, others may have come in, and the end.
    if (const auto fault = no_room()) return refuse(exchange, *fault);
    open(exchange, revision, is_upgrade);
}

std::optional<Server::Fault> Server::no_room() const {
    if (closing_) return Fault::shutting_down;
    if (sessions_.size() < options_.sessions_max) return std::nullopt;
    options_.count(Limit::sessions);
    return Fault::too_many_sessions;
}

void Server::open(net::HttpExchange& exchange, Revision revision, bool is_upgrade) {
    const net::HttpRequest& request = exchange.request();
    const PollingStyle style{
        .revision = revision,
        .base64 = !request.parameter("b64").value_or("").empty(),
        .jsonp = !is_upgrade && options_.jsonp && request.parameter("j").has_value(),
    };
    auto owned = std::make_unique<Session>(*this, make_id(), style);
    Session& session = *owned;
    sessions_.insert(owned.release());
    const Frame open_packet = Frame::packet(codec::engineio::encode_open({
        .sid = session.id(),
        .upgrade_to_websocket = !is_upgrade && options_.websocket && options_.allow_upgrades,
        .ping_interval_ms = options_.ping_interval.count(),
        .ping_timeout_ms = options_.ping_timeout.count(),
        .max_payload = options_.message_bytes_max,
    }));
    // Answered first: what the application sends to its new session comes behind the open packet.
    if (is_upgrade) {
        session.open_by_websocket(exchange, open_packet);
    } else {
        session.open_by_polling(exchange, open_packet);
    }
    session.set_handler(application_.on_session(session, request));
}

void Server::refuse(net::HttpExchange& exchange, Fault fault, std::string_view words,
                    std::chrono::milliseconds wait) {
    constexpr std::string_view standard_words[] = {
        "Transport unknown", "Session ID unknown",  "Bad handshake method",
        "Bad request",       "Forbidden",           "Unsupported protocol version",
        "Too many sessions", "Too many handshakes", "Server is shutting down"};
    const auto code = static_cast<std::size_t>(fault);
    const net::HttpRequest& request = exchange.request();
    const bool is_upgrade = request.header("Upgrade").has_value();
    const auto handshake_fault =
        is_upgrade ? net::WebSocket::handshake_fault(request, websocket_limits()) : std::nullopt;
    if (words.empty()) words = standard_words[code];
    if (fault == Fault::bad_request && handshake_fault) words = *handshake_fault;

    int status = 400;
    if (fault == Fault::forbidden && !is_upgrade) status = 403;
    if (fault >= Fault::too_many_sessions) status = 503;
    net::HttpResponse response;
    if (is_upgrade) {
        response = net::HttpResponse::text(status, "text/html", std::string{words});
        if (request.header("Sec-WebSocket-Version").value_or("13") != "13") {
            response.headers.push_back({"Sec-WebSocket-Version", "13"});
        }
        response.close = true;
    } else {
        response = net::HttpResponse::text(
            status, "application/json",
            fmt::format(R"({{"code":{},"message":{}}})", code, codec::json::quote(words)));
    }
    if (wait.count() > 0) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait);
        response.headers.push_back({"Retry-After", std::to_string(seconds.count())});
    }
    for (auto& header : net::cors_headers(options_.cors, request))
        response.headers.push_back(std::move(header));
    if (options_.hooks.on_refused)
        options_.hooks.on_refused(request, static_cast<int>(code), words);
    exchange.respond(response);
}

void Server::remove(Session& session) {
    if (sessions_.erase(&session) != 0) loop_.reap(std::unique_ptr<Session>{&session});
}

void Server::close_all(CloseReason reason) {
    closing_ = true;
    const std::vector<Session*> open{sessions_.begin(), sessions_.end()};
    for (Session* session : open) session->close(reason);
}

void Server::end_all() {
    closing_ = true;
    while (!sessions_.empty()) (*sessions_.begin())->fail(CloseReason::server_shutting_down);
}

}  // namespace homeroom::engineio
