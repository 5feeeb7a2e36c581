// For tests: a server of the library in this process, and clients that speak raw Socket.IO.
#pragma once

#include <algorithm>
#include <deque>
#include <future>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engineio/test_client.h"
#include "homeroom/socketio.h"
#include "net/test_loop.h"

namespace homeroom::socketio::test {

using engineio::test::HttpClient;
using engineio::test::sid_of;
using engineio::test::WebSocketClient;
using net::test::wait_until;

// What happened, in order, from whatever thread.
class Notes {
public:
    void add(std::string note) {
        const std::lock_guard lock(mutex_);
        notes_.push_back(std::move(note));
    }
    std::vector<std::string> all() const {
        const std::lock_guard lock(mutex_);
        return notes_;
    }
    bool has(const std::string& note) const { return std::ranges::count(all(), note) > 0; }
    void wait_for(const std::string& note) const {
        wait_until([&] { return has(note); });
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> notes_{};
};

class Client : public WebSocketClient {
public:
    explicit Client(std::uint16_t port)
        : WebSocketClient(port, "/socket.io/?EIO=4&transport=websocket") {
        EXPECT_TRUE(receive().starts_with("0{"));
    }

    // The answer to a CONNECT: "40{…}" or "44{…}". What a recovered client had missed comes before
    // it, and is received after it, as with the real client.
    std::string ask_for(const std::string& nsp, const std::string& auth = {}) {
        send("40" + (nsp == "/" ? auth : nsp + "," + auth));
        for (;;) {
            std::string packet = WebSocketClient::receive();
            if (!packet.starts_with("42") && !packet.starts_with("45") &&
                !packet.starts_with("bytes:"))
                return packet;
            missed_.push_back(std::move(packet));
        }
    }
    std::string receive() {
        if (missed_.empty()) return WebSocketClient::receive();
        std::string packet = std::move(missed_.front());
        missed_.pop_front();
        return packet;
    }
    // Joins, and keeps the id.
    Client& join(const std::string& nsp = "/", const std::string& auth = {}) {
        const std::string answer = ask_for(nsp, auth);
        EXPECT_TRUE(answer.starts_with("40")) << answer;
        id = sid_of(answer);
        private_id = field(answer, "pid");
        return *this;
    }
    static std::string field(const std::string& packet, const std::string& name) {
        const std::string key = '"' + name + "\":\"";
        const auto at = packet.find(key);
        if (at == std::string::npos) return {};
        return packet.substr(at + key.size(), packet.find('"', at + key.size()) - at - key.size());
    }
    // Ends without goodbye.
    void vanish() { peer().close(); }

    std::string id{};
    std::string private_id{};

private:
    std::deque<std::string> missed_{};
};

class ApplicationTest : public testing::Test {
protected:
    // Builds the server; handlers are set on it before start().
    Server& make(Options options = {}) {
        options.port = 0;
        server = std::make_unique<Server>(std::move(options));
        return *server;
    }
    void start() {
        const auto fault = server->start();
        ASSERT_EQ(fault, std::nullopt) << *fault;
    }
    Client open() const { return Client{server->port()}; }
    Client join(const std::string& nsp = "/", const std::string& auth = {}) const {
        Client client = open();
        client.join(nsp, auth);
        return client;
    }
    // Nothing came before this: a question whose answer is behind everything sent so far.
    static void expect_quiet(Client& client, const std::string& nsp = "/") {
        client.send("42" + (nsp == "/" ? "" : nsp + ",") + "9999[\"test-fence\"]");
        EXPECT_EQ(client.receive(), "43" + (nsp == "/" ? "" : nsp + ",") + "9999[]");
    }
    static void add_fence(Socket& socket) {
        socket.on("test-fence", [](const Ack& ack) { ack(); });
    }

    Notes notes{};  // outlives the server, whose handlers write into it
    std::unique_ptr<Server> server{};
};

}  // namespace homeroom::socketio::test
