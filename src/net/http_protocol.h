// One HTTP connection: parse, hand over, answer, again.
//
//   reading (a request is coming in, or none is) → handling (an exchange is open) → reading …
//
// An answer never begins the next pipelined request by itself: whoever answers may be in the midst
// of something. That request's turn comes when the answer has left.
//
// The parser and its buffers exist only while a request is coming in. Limits: header bytes and
// count, body bytes by route, time for one request, time between two.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>

#include "base/limits.h"
#include "net/connection.h"
#include "net/http.h"
#include "net/http_parser.h"

namespace homeroom::net {

class TrustedProxies;

class HttpProtocol final : public Protocol {
public:
    struct Options {
        bool local = false;  // a connection of the control socket
        HttpParser::Limits head{};
        std::chrono::milliseconds request_timeout = limits::http_request_timeout;
        std::chrono::milliseconds idle_timeout = limits::http_idle_timeout;
        LimitCounters* counters = nullptr;
        // Whose X-Forwarded-For says where a client is; nullptr: nobody's.
        const TrustedProxies* proxies = nullptr;
    };

    // Puts a new HTTP connection on the loop. The ledger counts it while it is open, whatever it
    // comes to speak; may be null.
    static void start(EventLoop& loop, HttpHandler& handler, int descriptor,
                      const PeerAddress& peer, Options options, ConnectionLedger* ledger);
    // Continues one that another loop handed over.
    static void resume(EventLoop& loop, HttpHandler& handler, HandedOver given, Options options,
                       ConnectionLedger* ledger);

    ~HttpProtocol() override;

    void on_bytes(std::span<char> bytes) override;
    void on_gone() override;
    void on_flushed() override;
    bool on_input_end() override;

private:
    friend class HttpExchange;
    HttpProtocol(Connection& connection, HttpHandler& handler, Options options);

    void parse();
    void hand_over(std::size_t loop);
    void close_if_over();
    void start_idle_timer();
    void begin(HttpRequest request);
    void refuse(HttpParser::Refused refused);
    void finish(const HttpResponse& response);
    void on_timeout();

    Connection& connection_;
    HttpHandler& handler_;
    Options options_;
    Timer timer_;
    // of the request that is coming in, or of those behind the open exchange
    std::string unread_{};
    std::unique_ptr<HttpParser> parser_{};
    std::shared_ptr<HttpExchange> exchange_{};  // while handling
    std::size_t requests_ = 0;
    std::size_t unread_by_peer_ = 0;  // of our answers, when the idle timer last ran out
    bool parsing_ = false;
    bool input_ended_ = false;
    bool handling_ = false;  // on_request is on the stack
    // the connection speaks another protocol now; this object is about to be freed
    bool switched_ = false;
};

}  // namespace homeroom::net
