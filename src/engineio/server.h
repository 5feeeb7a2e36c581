// The Engine.IO server of one loop: validates requests, opens sessions, finds them again.
//
// A session lives on the loop that accepted its first request. Its id names that loop in the first
// character, so a later request that arrives elsewhere is handed over, connection and all
// (HttpHandler::hand_over).
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "engineio/options.h"
#include "engineio/session.h"
#include "net/event_loop.h"
#include "net/http.h"

namespace homeroom::engineio {

inline std::string_view text_of(const Session* session) {
    return session->id();
}

// What the layer above says to a new session.
class Application {
public:
    virtual ~Application() = default;
    // `request` is the one that opened the session; keep nothing of it but copies.
    virtual std::unique_ptr<SessionHandler> on_session(Session& session,
                                                       const net::HttpRequest& request) = 0;
};

class Server {
public:
    struct Place {
        std::size_t loop = 0;
        std::size_t loops = 1;
    };

    Server(net::EventLoop& loop, Options options, Application& application, Place place);
    ~Server();

    // Whether a request for this path is ours.
    bool serves(std::string_view path) const;
    // The loop of this request's session, by its id; nothing when it is this one, or none is named.
    std::optional<std::size_t> other_loop(const net::HttpRequest& head) const;
    // The largest body that this request may bring: what its session takes, and little where there
    // is none yet.
    std::size_t body_bytes_max(const net::HttpRequest& head) const;
    void on_request(std::shared_ptr<net::HttpExchange> exchange);

    // Ends every session so that clients come back, and opens no more: without a DISCONNECT packet
    // ("41") of Socket.IO, after which they would stay away.
    void close_all(CloseReason reason);
    // Ends those that are left, without waiting for their clients.
    void end_all();
    std::size_t session_count() const { return sessions_.size(); }

    // --- For its sessions.
    net::EventLoop& loop() { return loop_; }
    const Options& options() const { return options_; }
    net::WebSocket::Limits websocket_limits() const;
    void remove(Session& session);  // frees it at the end of the turn

private:
    enum class Fault : std::uint8_t;
    std::optional<Fault> no_room() const;  // for one more session
    void refuse(net::HttpExchange& exchange, Fault fault, std::string_view words = {},
                std::chrono::milliseconds wait = {});
    void on_known(std::shared_ptr<net::HttpExchange> exchange, Session& session, bool is_upgrade);
    void on_new(const std::shared_ptr<net::HttpExchange>& exchange, bool is_upgrade);
    void on_admitted(net::HttpExchange& exchange, bool is_upgrade);
    void open(net::HttpExchange& exchange, Revision revision, bool is_upgrade);
    std::string make_id() const;

    net::EventLoop& loop_;
    Options options_;
    Application& application_;
    Place place_;
    Session* find(std::string_view id) const;

    // Owned, and found by the ids that they hold themselves.
    boost::unordered_flat_set<Session*, TextHash, TextEqual> sessions_{};
    bool closing_ = false;
};

}  // namespace homeroom::engineio
