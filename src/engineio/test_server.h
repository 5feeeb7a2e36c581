// For tests: an Engine.IO server on a port of its own, whose application echoes.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engineio/server.h"
#include "engineio/test_client.h"
#include "net/http_protocol.h"
#include "net/listener.h"
#include "net/test_loop.h"

namespace homeroom::engineio::test {

inline const std::string polling = "/engine.io/?EIO=4&transport=polling";
inline const std::string websocket = "/engine.io/?EIO=4&transport=websocket";
inline const std::string polling_v3 = "/engine.io/?EIO=3&transport=polling";
inline const std::string websocket_v3 = "/engine.io/?EIO=3&transport=websocket";

// Echoes, and does as told: "close" closes, "N messages" sends so many at once.
class Echo final : public Application, public net::HttpHandler {
public:
    std::unique_ptr<Server> server{};
    std::function<void(Session&)> on_open{};     // may be empty
    std::map<std::string, Session*> sessions{};  // loop only
    std::vector<std::string> close_reasons{};    // loop only
    std::atomic<int> messages = 0;
    std::atomic<int> requests = 0;  // that the server has seen

    class Handler final : public SessionHandler {
    public:
        Handler(Echo& echo, Session& session) : echo_(echo), session_(session) {}
        void on_message(std::string_view data, bool binary) override {
            ++echo_.messages;
            EXPECT_FALSE(closed_);
            if (data == "close") {
                session_.close(CloseReason::forced_close);
            } else if (data.ends_with(" messages")) {
                for (int i = 0; i < std::stoi(std::string{data}); ++i)
                    session_.send(Frame::text(std::to_string(i)));
            } else {
                session_.send(binary ? Frame::binary(data) : Frame::text(data));
            }
        }
        void on_close(CloseReason reason) override {
            EXPECT_FALSE(closed_);
            closed_ = true;
            echo_.close_reasons.emplace_back(to_string(reason));
            echo_.sessions.erase(std::string{session_.id()});
            EXPECT_EQ(session_.send(Frame::text("too late")), Sent::closed);
        }

    private:
        Echo& echo_;
        Session& session_;
        bool closed_ = false;
    };

    std::unique_ptr<SessionHandler> on_session(Session& session, const net::HttpRequest&) override {
        sessions[std::string{session.id()}] = &session;
        if (on_open) on_open(session);
        return std::make_unique<Handler>(*this, session);
    }
    std::size_t body_bytes_max(const net::HttpRequest& head) override {
        return server->body_bytes_max(head);
    }
    void on_request(std::shared_ptr<net::HttpExchange> exchange) override {
        server->on_request(std::move(exchange));
        ++requests;
    }
};

class TestServer {
public:
    explicit TestServer(Options options = {}, std::function<void(Session&)> on_open = {}) {
        options.counters = &counters;
        echo.on_open = std::move(on_open);
        loop.run([&] {
            echo.server = std::make_unique<Server>(*loop, options, echo, Server::Place{});
            listener = std::move(net::Listener::listen(
                                     *loop, {},
                                     [&](int descriptor, const net::PeerAddress& from) {
                                         net::HttpProtocol::start(*loop, echo, descriptor, from,
                                                                  {.counters = &counters}, nullptr);
                                     }))
                           .value();
        });
        port = listener->port();
    }
    ~TestServer() {
        loop.run([&] { listener.reset(); });
        loop.stop();
        echo.server.reset();
    }
    TestServer(const TestServer&) = delete;
    TestServer& operator=(const TestServer&) = delete;

    std::string open(const std::string& target = polling) {
        const Answer answer = request("GET", target);
        EXPECT_EQ(answer.status, 200);
        return sid_of(answer.body);
    }
    Answer get(const std::string& sid, const std::string& target = polling) {
        return request("GET", target + "&sid=" + sid);
    }
    Answer post(const std::string& sid, std::string_view body,
                const std::string& target = polling) {
        return request("POST", target + "&sid=" + sid, body);
    }
    // On a connection of its own.
    Answer request(std::string_view method, const std::string& target, std::string_view body = {},
                   std::string_view headers = {}) {
        return HttpClient{port}.request(method, target, body, headers);
    }
    // A poll that the server has and nothing answers yet.
    HttpClient pending(const std::string& sid, const std::string& target = polling) {
        const int before = echo.requests;
        HttpClient poll{port};
        poll.send("GET", target + "&sid=" + sid);
        net::test::wait_until([&] { return echo.requests > before; });
        EXPECT_TRUE(poll.peer().is_silent(std::chrono::milliseconds{5}));
        return poll;
    }
    std::vector<std::string> close_reasons() {
        std::vector<std::string> reasons;
        loop.run([&] { reasons = echo.close_reasons; });
        return reasons;
    }
    std::size_t sessions() {
        std::size_t count = 0;
        loop.run([&] { count = echo.server->session_count(); });
        return count;
    }
    // The session exists no more.
    void expect_gone(const std::string& sid, const std::string& target = polling) {
        const Answer answer = get(sid, target);
        EXPECT_EQ(answer.status, 400);
        EXPECT_EQ(answer.body, R"({"code":1,"message":"Session ID unknown"})");
    }
    // On the loop, with the session.
    void with_session(const std::string& sid, const std::function<void(Session&)>& task) {
        loop.run([&] {
            const auto found = echo.sessions.find(sid);
            ASSERT_NE(found, echo.sessions.end());
            task(*found->second);
        });
    }

    LimitCounters counters{};
    Echo echo;
    net::test::LoopThread loop;
    std::unique_ptr<net::Listener> listener;
    std::uint16_t port = 0;
};

// The packets as one body of protocol 4.
inline std::string payload(const std::vector<std::string>& packets) {
    std::string body;
    for (const std::string& packet : packets) {
        if (!body.empty()) body += codec::engineio::record_separator;
        body += packet;
    }
    return body;
}

// The value of a header in an answer's head; "absent" without it.
inline std::string header_of(std::string_view head, std::string_view name) {
    const auto at = head.find("\r\n" + std::string{name} + ": ");
    if (at == std::string_view::npos) return "absent";
    const auto begin = at + name.size() + 4;
    return std::string{head.substr(begin, head.find("\r\n", begin) - begin)};
}

}  // namespace homeroom::engineio::test
