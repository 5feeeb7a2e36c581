#include "net/http_protocol.h"

#include <cstdint>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "base/limits.h"
#include "net/trusted_proxies.h"

namespace homeroom::net {
namespace {

// Bytes of later requests that wait behind an open exchange, before reading pauses.
constexpr std::size_t pipelined_bytes_max = 64 * limits::KiB;

// Answers that the client has not read, before its next requests wait: a small request can ask for
// a large page.
constexpr std::size_t answers_bytes_max = 256 * limits::KiB;

std::string head_of(const HttpResponse& response, bool keep_alive, bool with_length) {
    std::string head =
        fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
    for (const HttpHeader& header : response.headers) {
        fmt::format_to(std::back_inserter(head), "{}: {}\r\n", header.name, header.value);
    }
    if (with_length)
        fmt::format_to(std::back_inserter(head), "Content-Length: {}\r\n", response.body.size());
    head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return head;
}

}  // namespace

void HttpProtocol::start(EventLoop& loop, HttpHandler& handler, int descriptor,
                         const PeerAddress& peer, Options options, ConnectionLedger* ledger) {
    Connection* connection = Connection::adopt(loop, descriptor, peer, ledger);
    if (connection == nullptr) return;
    std::unique_ptr<HttpProtocol> protocol{new HttpProtocol(*connection, handler, options)};
    loop.start(protocol->timer_, options.request_timeout);  // it must say something soon
    connection->set_protocol(std::move(protocol));
}

void HttpProtocol::resume(EventLoop& loop, HttpHandler& handler, HandedOver given, Options options,
                          ConnectionLedger* ledger) {
    Connection* connection =
        Connection::adopt(loop, given.descriptor.release(), given.peer_address, ledger);
    if (connection == nullptr) return;
    std::unique_ptr<HttpProtocol> owned{new HttpProtocol(*connection, handler, options)};
    HttpProtocol& protocol = *owned;
    protocol.unread_ = std::move(given.unread);
    connection->set_protocol(std::move(owned));
    for (SharedBytes& bytes : given.unsent) connection->send(std::move(bytes));
    protocol.parse();
}

HttpProtocol::HttpProtocol(Connection& connection, HttpHandler& handler, Options options)
    : connection_(connection),
      handler_(handler),
      options_(options),
      timer_([](void* self) { static_cast<HttpProtocol*>(self)->on_timeout(); }, this) {}

HttpProtocol::~HttpProtocol() = default;

void HttpProtocol::on_bytes(std::span<char> bytes) {
    const std::string_view arrived{bytes.data(), bytes.size()};
    if (exchange_ != nullptr) {
        unread_ += arrived;
        if (unread_.size() > pipelined_bytes_max) connection_.pause_reading();
        return;
    }
    unread_ += arrived;
    parse();
}

void HttpProtocol::parse() {
    // Answers given at once would otherwise nest one call per pipelined request.
    if (parsing_) return;
    parsing_ = true;
    while (exchange_ == nullptr && !unread_.empty() && !connection_.closed()) {
        if (connection_.queued_bytes() > answers_bytes_max) {
            connection_.pause_reading();  // until on_flushed
            break;
        }
        if (parser_ == nullptr) {
            parser_ = std::make_unique<HttpParser>(options_.head);
            connection_.loop().start(timer_, options_.request_timeout);
        }
        std::string_view rest = unread_;
        std::optional<std::size_t> other_loop;
        auto step = parser_->feed(rest, [&](const HttpRequest& head) -> std::optional<std::size_t> {
            other_loop = handler_.other_loop(head);
            if (other_loop) return std::nullopt;
            return handler_.body_bytes_max(head);
        });
        if (other_loop) return hand_over(*other_loop);
        unread_.erase(0, unread_.size() - rest.size());
        if (const auto* more = std::get_if<HttpParser::MoreNeeded>(&step)) {
            if (more->continue_expected) connection_.send("HTTP/1.1 100 Continue\r\n\r\n");
            break;
        }
        if (const auto* refused = std::get_if<HttpParser::Refused>(&step)) {
            refuse(*refused);
            break;
        }
        parser_.reset();
        auto& request = std::get<HttpRequest>(step);
        request.peer_address = connection_.peer_address();
        if (options_.proxies != nullptr)
            request.peer_address = options_.proxies->client_of(request, request.peer_address);
        request.local = options_.local;
        begin(std::move(request));
    }
    if (unread_.empty())
        unread_ = std::string{};  // gives its memory back: the connection may idle for long
    parsing_ = false;
    close_if_over();
}

void HttpProtocol::hand_over(std::size_t loop) {
    timer_.stop();
    // Frees the connection, and this object with it, at the end of the turn.
    Connection::Released released = connection_.release();
    handler_.hand_over(loop, {.descriptor = Descriptor{released.descriptor},
                              .peer_address = connection_.peer_address(),
                              .unread = std::move(unread_),
                              .unsent = std::move(released.unsent)});
}

// With the peer's FIN in, nothing completes a request any more.
void HttpProtocol::close_if_over() {
    if (!input_ended_ || exchange_ != nullptr || (parser_ == nullptr && !unread_.empty())) return;
    timer_.stop();
    connection_.close_when_flushed();
}

void HttpProtocol::start_idle_timer() {
    unread_by_peer_ = SIZE_MAX;  // asking the kernel costs a call: only once it has run out
    connection_.loop().start(timer_, options_.idle_timeout);
}

void HttpProtocol::begin(HttpRequest request) {
    timer_.stop();
    if (input_ended_) connection_.loop().start(timer_, options_.idle_timeout);
    ++requests_;
    exchange_ = std::make_shared<HttpExchange>(*this, std::move(request));
    handling_ = true;
    handler_.on_request(exchange_);
    handling_ = false;
    if (switched_ && !unread_.empty()) {
        std::string rest = std::exchange(unread_, {});
        connection_.protocol().on_bytes(rest);
    }
}

void HttpProtocol::refuse(HttpParser::Refused refused) {
    if (refused.limit && options_.counters != nullptr) options_.counters->reached(*refused.limit);
    unread_.clear();
    parser_.reset();
    HttpResponse response;
    response.status = refused.status;
    connection_.send(head_of(response, false, true));
    connection_.close_when_flushed();
    timer_.stop();
}

void HttpProtocol::finish(const HttpResponse& response) {
    const HttpRequest& request = exchange_->request();
    const bool keep_alive =
        request.keep_alive && !response.close && requests_ < limits::http_keep_alive_requests_max;
    const bool has_body =
        response.status >= 200 && response.status != 204 && response.status != 304;
    const std::string head = head_of(response, keep_alive, has_body);
    connection_.send(SharedBytes{
        head, has_body && request.method != "HEAD" ? response.body : std::string_view{}});
    exchange_.reset();
    if (!keep_alive) {
        timer_.stop();
        unread_.clear();  // requests behind the last one are not carried out (RFC 9112 §9.6)
        connection_.close_when_flushed();
        return;
    }
    connection_.resume_reading();
    start_idle_timer();
}

void HttpProtocol::on_gone() {
    timer_.stop();
    if (auto exchange = std::exchange(exchange_, nullptr)) exchange->peer_gone();
}

void HttpProtocol::on_flushed() {
    if (exchange_ != nullptr) return;
    // The time between two requests counts from here.
    if (parser_ == nullptr && requests_ > 0) start_idle_timer();
    if (!unread_.empty()) connection_.resume_reading();
    parse();
}

bool HttpProtocol::on_input_end() {
    if (exchange_ != nullptr && exchange_->is_watched()) {
        std::exchange(exchange_, nullptr)->peer_gone();
        unread_.clear();
    }
    input_ended_ = true;
    if (exchange_ == nullptr && unread_.empty() && connection_.queued_bytes() == 0) return false;
    if (exchange_ != nullptr) connection_.loop().start(timer_, options_.idle_timeout);
    close_if_over();
    return true;
}

void HttpProtocol::on_timeout() {
    if (exchange_ != nullptr) {  // of a client that says no more, and may not be there any more
        connection_.close();
        std::exchange(exchange_, nullptr)->peer_gone();
    } else if (parser_ != nullptr) {
        refuse({408, Limit::request_time});
    } else if (const auto unread = connection_.unread_bytes();
               unread > 0 && unread < unread_by_peer_) {
        unread_by_peer_ = unread;  // not idle: it still reads our answers
        connection_.loop().start(timer_, options_.idle_timeout);
    } else {
        connection_.close();
    }
}

}  // namespace homeroom::net
