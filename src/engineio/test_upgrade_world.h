// For tests: one Engine.IO server on a loop that is turned by hand, and the client's ends of its
// connections. Nothing here waits, and no test framework is needed: a fuzz target uses it, too.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "codec/test_websocket_frames.h"
#include "engineio/server.h"
#include "net/event_loop.h"
#include "net/http_protocol.h"

namespace homeroom::engineio::test {

// The client's end of a connection that carries one request, or becomes a WebSocket. `seen` is
// what came: "200 4a|4b" (status and body, with bars between packets), "101", and then each frame's
// text, or "close".
class Line {
public:
    Line(int descriptor, bool is_websocket)
        : descriptor_(descriptor), is_websocket_(is_websocket) {}
    ~Line() { close(); }
    Line(const Line&) = delete;
    Line& operator=(const Line&) = delete;

    std::vector<std::string> seen{};

    bool is_websocket() const { return is_websocket_; }
    bool is_open() const { return descriptor_ >= 0; }
    bool is_answered() const { return !seen.empty(); }
    // A WebSocket that was let in and not shown the door.
    bool is_live() const {
        return is_open() && !seen.empty() && seen.front() == "101" && seen.back() != "close";
    }

    void send(std::string_view bytes) const {
        if (is_open()) ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    }
    void say(std::string_view packet) const {
        send(codec::websocket::test::client_frame({}, packet));
    }
    void end_sending() const {
        if (is_open()) shutdown(descriptor_, SHUT_WR);
    }
    void close() {
        if (is_open()) ::close(std::exchange(descriptor_, -1));
    }
    // Whether anything had come.
    bool read() {
        bool any = false;
        char buffer[4096];
        while (is_open()) {
            const ssize_t got = recv(descriptor_, buffer, sizeof buffer, MSG_DONTWAIT);
            if (got <= 0) break;
            unread_.append(buffer, static_cast<std::size_t>(got));
            any = true;
        }
        if (seen.empty()) read_answer();
        while (!seen.empty() && is_websocket_ && read_frame()) {
        }
        return any;
    }

private:
    void read_answer() {
        const auto end = unread_.find("\r\n\r\n");
        if (end == std::string::npos) return;
        const std::string status = unread_.substr(9, 3);
        std::size_t length = 0;
        const auto at = unread_.find("Content-Length: ");
        if (at < end) length = std::strtoul(unread_.c_str() + at + 16, nullptr, 10);
        if (unread_.size() < end + 4 + length) return;
        std::string body = unread_.substr(end + 4, length);
        unread_.erase(0, end + 4 + length);
        open_packet_ = body;
        for (char& c : body) {
            if (c == codec::engineio::record_separator) c = '|';
        }
        if (body.starts_with("0{")) body = "0";
        seen.push_back(status == "200" ? status + " " + body : status);
    }
    bool read_frame() {
        if (unread_.size() < 2) return false;
        const auto length = static_cast<std::size_t>(static_cast<unsigned char>(unread_[1]));
        if (length >= 126) {  // only the open packet is so long
            if (unread_.size() < 4) return false;
            const auto wide = static_cast<std::size_t>(static_cast<unsigned char>(unread_[2]))
                                  << 8 |
                              static_cast<std::size_t>(static_cast<unsigned char>(unread_[3]));
            return take_frame(4, wide);
        }
        return take_frame(2, length);
    }
    bool take_frame(std::size_t head, std::size_t length) {
        if (unread_.size() < head + length) return false;
        const char first = unread_[0];
        const std::string packet = unread_.substr(head, length);
        unread_.erase(0, head + length);
        if (first == '\x81') {
            if (packet.starts_with("0{")) open_packet_ = packet;
            seen.push_back(packet.starts_with("0{") ? "0" : packet);
        } else {
            seen.emplace_back(first == '\x88' ? "close" : "another frame");
        }
        return true;
    }

public:
    const std::string& open_packet() const { return open_packet_; }

private:
    int descriptor_;
    bool is_websocket_;
    std::string unread_{};
    std::string open_packet_{};
};

// One session at a time.
class UpgradeWorld final : private Application, private net::HttpHandler {
public:
    UpgradeWorld() {
        loop_->stop();  // from now on run() is one turn that waits for nothing
    }

    std::vector<std::string> received{};  // by the server, from this session
    int closes = 0;                       // of this session
    CloseReason close_reason = CloseReason::transport_close;
    std::vector<std::unique_ptr<Line>> lines{};

    bool has_session() const { return server_.session_count() > 0; }
    bool is_open() const { return session_ != nullptr; }
    bool is_polling() const { return session_->is_polling(); }

    // Forgets all about the last session, and opens one by the first line.
    void open(bool by_websocket) {
        lines.clear();
        settle();
        received.clear();
        closes = 0;
        sid_.clear();
        if (by_websocket) {
            websocket();
        } else {
            get();
        }
        settle();
        const std::string& packet = lines.front()->open_packet();
        const auto at = packet.find("\"sid\":\"");
        if (at != std::string::npos) sid_ = packet.substr(at + 7, 20);
    }

    // Each is a new line.
    std::size_t get() { return start(false, "GET", "polling", ""); }
    std::size_t post(const std::string& body) {
        return start(false, "POST", "polling",
                     "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    }
    std::size_t websocket() {
        return start(true, "GET", "websocket",
                     "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    }
    Sent send(const std::string& message, Delivery delivery) {
        return session_ == nullptr ? Sent::closed : session_->send(Frame::text(message), delivery);
    }
    void close() {
        if (session_ != nullptr) session_->close(CloseReason::forced_close);
    }
    // Turns until nothing comes of it any more.
    void settle() {
        for (int quiet = 0; quiet < 3; ++quiet) {
            loop_->run();
            for (const auto& line : lines) {
                if (line->read()) quiet = -1;
            }
        }
    }

private:
    class Handler final : public SessionHandler {
    public:
        explicit Handler(UpgradeWorld& world) : world_(world) {}
        void on_message(std::string_view data, bool) override {
            world_.received.emplace_back(data);
        }
        void on_close(CloseReason reason) override {
            ++world_.closes;
            world_.close_reason = reason;
            world_.session_ = nullptr;
        }

    private:
        UpgradeWorld& world_;
    };

    std::unique_ptr<SessionHandler> on_session(Session& session, const net::HttpRequest&) override {
        session_ = &session;
        return std::make_unique<Handler>(*this);
    }
    std::size_t body_bytes_max(const net::HttpRequest& head) override {
        return server_.body_bytes_max(head);
    }
    void on_request(std::shared_ptr<net::HttpExchange> exchange) override {
        server_.on_request(std::move(exchange));
    }
    std::size_t start(bool is_websocket, std::string_view method, std::string_view transport,
                      const std::string& rest) {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
            std::abort();
        net::HttpProtocol::start(*loop_, *this, ends[0], {}, {}, nullptr);
        lines.push_back(std::make_unique<Line>(ends[1], is_websocket));
        std::string request{method};
        request.append(" /engine.io/?EIO=4&transport=").append(transport);
        if (!sid_.empty()) request.append("&sid=").append(sid_);
        request.append(" HTTP/1.1\r\nHost: h\r\n").append(rest.empty() ? "\r\n" : rest);
        lines.back()->send(request);
        return lines.size() - 1;
    }

    std::unique_ptr<net::EventLoop> loop_ = std::move(net::EventLoop::create()).value();
    Server server_{*loop_, {}, *this, {}};
    Session* session_ = nullptr;  // while it is open
    std::string sid_{};
};

}  // namespace homeroom::engineio::test
