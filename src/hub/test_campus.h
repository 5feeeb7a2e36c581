// For tests: a hub with sockets, without threads. Behind each socket is a polling session that
// nobody polls, so that what is sent only piles up.
#pragma once

#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "engineio/server.h"
#include "hub/client.h"
#include "hub/hub.h"
#include "net/http_protocol.h"

namespace homeroom::hub::test {

class Campus final : private NamespaceHandler,
                     private engineio::Application,
                     private net::HttpHandler {
public:
    explicit Campus(std::size_t send_queue_bytes_max = limits::send_queue_bytes_max)
        : loop_(std::move(net::EventLoop::create()).value()),
          hub(*loop_, 0, {}, {.fixed = {{"/", this}, {"/admin", this}}}),
          engine_(
              *loop_,
              {.path = "/", .cors = {}, .hooks = {}, .send_queue_bytes_max = send_queue_bytes_max},
              *this, {}) {
        loop_->stop();  // so that run() is one turn
    }
    ~Campus() override {
        for (const int peer : peers_) ::close(peer);
    }
    Campus(const Campus&) = delete;
    Campus& operator=(const Campus&) = delete;

    // One that asked to join, of a connection of its own.
    Socket& add(const std::string& nsp = "/") {
        int ends[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0)
            std::abort();
        peers_.push_back(ends[0]);
        net::HttpProtocol::start(*loop_, *this, ends[1], {}, {}, nullptr);
        constexpr std::string_view request =
            "GET /?EIO=4&transport=polling HTTP/1.1\r\nHost: h\r\n\r\n";
        if (write(ends[0], request.data(), request.size()) != static_cast<ssize_t>(request.size()))
            std::abort();
        newest_ = nullptr;
        while (newest_ == nullptr) turn();
        return add_to_newest(nsp);
    }
    // One of the connection that was made last.
    Socket& add_to_newest(const std::string& nsp) {
        newest_->on_message("0" + nsp + ",", false);
        return *sockets.back();
    }
    RoomIndex& rooms(const std::string& nsp = "/") { return hub.find(nsp)->rooms(); }
    // Frees what has gone.
    void turn() { loop_->run(); }

private:
    // Before the hub: it leaves the loop in its destructor.
    std::unique_ptr<net::EventLoop> loop_;

public:
    Hub hub;
    std::vector<Socket*> sockets{};
    std::function<void(Socket&)> on_end = [](Socket&) {};

private:
    void on_connect(Socket& socket, std::string_view) override { sockets.push_back(&socket); }
    void on_event(Socket&, const Event&) override {}
    void on_disconnect(Socket& socket, DisconnectReason) override { on_end(socket); }

    std::unique_ptr<engineio::SessionHandler> on_session(engineio::Session& session,
                                                         const net::HttpRequest&) override {
        auto client = std::make_unique<Client>(hub, session, Handshake{});
        newest_ = client.get();
        return client;
    }

    std::size_t body_bytes_max(const net::HttpRequest& head) override {
        return engine_.body_bytes_max(head);
    }
    void on_request(std::shared_ptr<net::HttpExchange> exchange) override {
        engine_.on_request(std::move(exchange));
    }

    engineio::Server engine_;
    Client* newest_ = nullptr;
    std::vector<int> peers_{};
};

}  // namespace homeroom::hub::test
