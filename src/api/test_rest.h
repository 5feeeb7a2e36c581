// For tests: routes on a real listener, and a client that says one request at a time.
#pragma once

#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "api/router.h"
#include "net/http_protocol.h"
#include "net/listener.h"
#include "net/test_loop.h"

namespace homeroom::api {

struct Reply {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string body{};

    // Of the first header of this name; empty when there is none.
    std::string header(std::string_view name) const {
        for (const auto& [one, value] : headers) {
            if (one == name) return value;
        }
        return {};
    }
    nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
};

inline Reply parse_reply(const std::string& bytes) {
    Reply reply;
    const auto head_end = bytes.find("\r\n\r\n");
    EXPECT_NE(head_end, std::string::npos) << bytes;
    if (head_end == std::string::npos) return reply;
    reply.body = bytes.substr(head_end + 4);
    reply.status = std::atoi(bytes.substr(bytes.find(' ') + 1, 3).c_str());
    auto at = bytes.find("\r\n") + 2;
    while (at < head_end) {
        const auto end = bytes.find("\r\n", at);
        const auto colon = bytes.find(": ", at);
        reply.headers.emplace_back(bytes.substr(at, colon - at),
                                   bytes.substr(colon + 2, end - colon - 2));
        at = end + 2;
    }
    return reply;
}

// Serves `router` until it goes.
class RestServer {
public:
    explicit RestServer(net::HttpHandler& router) {
        loop_.run([&] {
            auto made = net::Listener::listen(
                *loop_, {}, [&](int descriptor, const net::PeerAddress& peer) {
                    net::HttpProtocol::start(*loop_, router, descriptor, peer, {}, &connections_);
                });
            listener_ = std::move(made).value();
        });
    }
    ~RestServer() {
        loop_.run([&] { listener_.reset(); });
    }

    // `target` goes out exactly as it is.
    Reply request(const std::string& method, const std::string& target,
                  const std::string& headers = "", const std::string& body = "") {
        const auto peer = net::test::Peer::connect(listener_->port());
        std::string text =
            method + " " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers;
        if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
        EXPECT_TRUE(peer.send(text + "\r\n" + body));
        return parse_reply(peer.receive_to_end());
    }
    Reply get(const std::string& target, const std::string& headers = "") {
        return request("GET", target, headers);
    }

private:
    net::ConnectionLedger connections_{};
    net::test::LoopThread loop_;
    std::unique_ptr<net::Listener> listener_;
};

}  // namespace homeroom::api
