// HTTP/1.1, server side: requests, responses, and the exchange that joins the two.
//
// A request may be answered later (long polling, a command that waits for the disk), always on its
// connection's loop. The next request of the connection is read only after the answer: pipelining
// keeps its order. Requests and responses are plain values; an exchange is shared between its
// connection and whoever will answer, all on that one loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/connection.h"
#include "net/descriptor.h"
#include "net/peer_address.h"

namespace homeroom::net {

struct HttpHeader {
    std::string name;
    std::string value;
};

struct HttpRequest {
    std::string method{};
    std::string path{};   // of the target, before "?", as sent (not decoded)
    std::string query{};  // behind "?", as sent
    std::vector<HttpHeader> headers{};
    std::string body{};
    PeerAddress peer_address{};
    bool keep_alive = true;
    bool local = false;  // came over the control socket of the data directory

    // The path and, where there is one, the query: the target as sent.
    std::string target() const;
    // The first header of this name, in any case of letters; nothing when absent.
    std::optional<std::string_view> header(std::string_view name) const;
    // Whether a comma-separated header ("Connection", "Upgrade") holds this token, in any case of
    // letters.
    bool header_has_token(std::string_view name, std::string_view token) const;
    // All headers of this name as one list: their values in order, joined by ", ". Empty when
    // absent.
    std::string header_list(std::string_view name) const;
    // A query parameter, percent-decoded; the last one wins. Nothing when absent.
    std::optional<std::string> parameter(std::string_view name) const;
    // Name and value of the query's parameters, percent-decoded, as often as they come, but no more
    // than limits::query_parameters_max.
    std::vector<std::pair<std::string, std::string>> parameters() const;
};

struct HttpResponse {
    int status = 200;
    std::vector<HttpHeader> headers{};
    std::string body{};
    bool close = false;  // end the connection after it

    static HttpResponse text(int status, std::string_view content_type, std::string body);
};
std::string_view reason_phrase(int status);

class HttpProtocol;

// One request and the right to answer it, once. Kept by whoever will answer. Loop thread only.
class HttpExchange {
public:
    HttpExchange(HttpProtocol& protocol, HttpRequest request);

    const HttpRequest& request() const { return request_; }
    EventLoop& loop() const { return loop_; }
    bool open() const { return protocol_ != nullptr; }  // false: answered, or the client is gone

    void respond(const HttpResponse& response);
    // Ends the connection without an answer.
    void abort();
    // Called when the client goes before the answer. At most once. With one set, the end of the
    // client's sending is taken for its going: a long poll has no other way to be given up.
    // Without, such a client still gets its answer.
    void when_gone(std::function<void()> callback) { when_gone_ = std::move(callback); }

    // Sends `head` (a whole 101 response) and gives the connection, whose protocol the caller
    // replaces at once. Bytes that came behind the request go to the new protocol when
    // HttpHandler::on_request returns; later there must be none.
    Connection& switch_protocols(std::string_view head);
    // False: bytes came behind the request that nobody would read any more. A client may not send
    // any before it has its answer (RFC 6455 §4.1).
    bool can_switch_protocols() const;

private:
    friend class HttpProtocol;
    bool is_watched() const { return when_gone_ != nullptr; }
    void peer_gone();

    HttpProtocol* protocol_;
    EventLoop& loop_;
    HttpRequest request_;
    std::function<void()> when_gone_{};
};

// A connection on its way to another loop (see HttpProtocol::resume).
struct HandedOver {
    Descriptor descriptor{};
    PeerAddress peer_address{};
    std::string unread{};               // a request's whole head, and what came behind it
    std::vector<SharedBytes> unsent{};  // answers to earlier requests
};

// What answers requests on one loop.
class HttpHandler {
public:
    virtual ~HttpHandler() = default;
    // The loop whose request this is, decided from its head alone; nothing: this one's. The
    // connection is handed over to it.
    virtual std::optional<std::size_t> other_loop(const HttpRequest& /*head*/) {
        return std::nullopt;
    }
    virtual void hand_over(std::size_t /*loop*/, HandedOver&& /*connection*/) {}
    // The largest body this request may have, decided from its head alone; 413 before any of it is
    // kept.
    virtual std::size_t body_bytes_max(const HttpRequest& head) = 0;
    virtual void on_request(std::shared_ptr<HttpExchange> exchange) = 0;
};

}  // namespace homeroom::net
