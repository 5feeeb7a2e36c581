// A Socket.IO server over several loop threads: the front that the application holds.
//
// Each loop ("shard") has its own listener, Engine.IO server and hub, and shares nothing with the
// others but mail. A broadcast is encoded and framed once, then mailed to every loop; a loop
// without members only looks into its index.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "engineio/server.h"
#include "net/event_loop.h"
#include "net/http.h"
#include "net/listener.h"
#include "socketio/hub.h"

namespace homeroom::socketio {

struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;                                 // 0: any free one
    std::size_t loops = 1;                                  // threads
    std::size_t connections_max = limits::connections_max;  // TCP connections, all loops together
    engineio::Options engine{};
    HubOptions hub{};
};

class Server {
public:
    // `pages` answers every HTTP request that is not Engine.IO's; called on all loops, so it must
    // stand that. May be null: 404. `extra` are further Engine.IO applications by path (the
    // conformance server's bare echo).
    struct Applications {
        std::vector<Hub::Namespace> namespaces{};
        net::HttpHandler* pages = nullptr;
        struct Engine {
            engineio::Options options;
            std::function<engineio::Application&(std::size_t loop)> application;
        };
        std::vector<Engine> engines{};
    };

    // Listens; nothing is accepted before start().
    static Result<std::unique_ptr<Server>> create(ServerOptions options,
                                                  const Applications& applications);
    ~Server();  // as stop()

    void start();
    // No new connections from now on.
    void stop_accepting();
    // Ends all sessions so that clients come back by themselves; what is queued for them still
    // leaves.
    void close_sessions();
    // Ends the loops; mail posted before it is still carried out.
    void stop();

    std::uint16_t port() const;
    std::size_t loops() const { return shards_.size(); }

    // --- Any thread.
    void post(std::size_t loop, std::function<void(Hub&)> task);
    // On every loop; `task` is shared by them.
    void post_all(const std::function<void(Hub&)>& task);
    // On every loop, then `done` on the last of them: a fence.
    void post_all_then(const std::function<void(Hub&)>& task, std::function<void()> done);
    void broadcast(Broadcast broadcast);
    std::size_t connections() const { return connections_.load(std::memory_order_relaxed); }

    // A listener for the pages on an address of its own (admin), or on a path (control); on the
    // first loop. Before start.
    Status also_listen(const net::ListenOptions& options, net::HttpHandler& pages,
                       std::uint16_t* port);
    Status also_listen_local(const std::string& path, net::HttpHandler& pages);

private:
    struct Shard;
    Server();

    ServerOptions options_{};
    std::atomic<std::size_t> connections_{0};
    std::vector<std::unique_ptr<Shard>> shards_{};
    std::vector<std::thread> threads_{};
};

}  // namespace homeroom::socketio
