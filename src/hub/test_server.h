// For tests: a namespace that records what it is told, a server with it, and clients that speak raw
// Socket.IO.
#pragma once

#include <cstdint>
#include <functional>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/test_client.h"
#include "hub/server.h"
#include "net/test_loop.h"

namespace homeroom::hub::test {

using engineio::test::HttpClient;
using engineio::test::sid_of;
using engineio::test::WebSocketClient;
using net::test::wait_until;

// Accepts everybody unless told otherwise; echoes "echo"; notes everything as one line of text.
// Several loops may call.
class School final : public NamespaceHandler {
public:
    std::function<void(Socket&, std::string_view)> connect = [](Socket& socket, std::string_view) {
        socket.accept();
    };
    std::function<void(Socket&, const Event&)> event = [](Socket&, const Event&) {};
    std::function<void(Socket&, DisconnectReason)> disconnect = [](Socket&, DisconnectReason) {};
    std::function<void(Socket&)> left = [](Socket&) {};

    void on_connect(Socket& socket, std::string_view auth) override {
        note("connect " + std::string{auth});
        connect(socket, auth);
    }
    void on_event(Socket& socket, const Event& happened) override {
        std::string line = "event " + std::string{happened.name};
        for (const std::string_view argument : happened.arguments)
            line.append(" ").append(argument);
        for (const std::string& attachment : happened.attachments)
            line.append(" bytes:").append(attachment);
        if (happened.ack_id) line += " ack " + std::to_string(*happened.ack_id);
        note(line);
        if (happened.name == "echo") {
            if (happened.ack_id) {
                socket.answer(*happened.ack_id, happened.arguments, happened.attachments);
            } else if (happened.attachments.empty()) {
                socket.emit("echo", happened.arguments);
            } else {
                socket.emit("echo", happened.arguments, {.attachments = happened.attachments});
            }
        }
        event(socket, happened);
    }
    void on_disconnect(Socket& socket, DisconnectReason reason) override {
        note("disconnect " + std::string{to_string(reason)});
        disconnect(socket, reason);
    }
    void on_left(Socket& socket, DisconnectReason) override { left(socket); }

    std::vector<std::string> notes() {
        const std::lock_guard lock(mutex_);
        return notes_;
    }

private:
    void note(std::string line) {
        const std::lock_guard lock(mutex_);
        notes_.push_back(std::move(line));
    }
    std::mutex mutex_{};
    std::vector<std::string> notes_{};
};

// What becomes of a namespace that was not there from the start.
enum class Others : std::uint8_t { are_refused, go_to_doorman };

class ServerTest : public testing::Test {
protected:
    explicit ServerTest(ServerOptions options = {}, Others others = Others::are_refused) {
        options.engine.path = "/socket.io/";
        const Handlers handlers{
            .fixed = {{"/", &school}, {"/admin", &admin}},
            .others = others == Others::go_to_doorman ? &doorman : nullptr,
        };
        server = std::move(Server::create(options, {.namespaces = handlers})).value();
        server->start();
    }
    ~ServerTest() override { server->stop(); }

    WebSocketClient open() {
        WebSocketClient client{server->port(), "/socket.io/?EIO=4&transport=websocket"};
        EXPECT_TRUE(client.receive().starts_with("0{"));
        return client;
    }
    // Opened and in the main namespace.
    WebSocketClient join(std::string* id = nullptr) {
        WebSocketClient client = open();
        client.send("40");
        const std::string answer = client.receive();
        EXPECT_TRUE(answer.starts_with("40{\"sid\":\"")) << answer;
        if (id != nullptr) *id = sid_of(answer);
        return client;
    }
    void on_loop(const std::function<void(Hub&)>& task, std::size_t loop = 0) {
        std::promise<void> done;
        server->post(loop, [&](Hub& hub) {
            task(hub);
            done.set_value();
        });
        done.get_future().wait();
    }
    // On its loop, with the socket of the main namespace that has this id.
    void with_socket(const std::string& id, const std::function<void(Socket&)>& task) {
        for (std::size_t loop = 0; loop < server->loops(); ++loop) {
            on_loop(
                [&](Hub& hub) {
                    hub.for_each("/", [&](Socket& socket) {
                        if (socket.id() == id) task(socket);
                    });
                },
                loop);
        }
    }
    std::size_t sockets() {
        std::size_t count = 0;
        on_loop([&](Hub& hub) { count = hub.socket_count(); });
        return count;
    }

    std::uint64_t counted(Limit limit) const { return server->limit_counters().count(limit); }

    School school;
    School admin;
    School doorman;
    std::unique_ptr<Server> server;
};

}  // namespace homeroom::hub::test
