#include "socketio/server.h"

#include <algorithm>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "net/http_protocol.h"

namespace homeroom::socketio {

// One loop with all that lives on it.
struct Server::Shard final : net::HttpHandler {
    Shard(Server& owner, std::size_t shard_index, std::unique_ptr<net::EventLoop> event_loop)
        : server(owner), index(shard_index), loop(std::move(event_loop)) {}

    std::size_t body_bytes_max(const net::HttpRequest& head) override {
        for (const auto& engine : engines) {
            if (engine->serves(head.path)) return engine->options().message_bytes_max;
        }
        return pages == nullptr ? 0 : pages->body_bytes_max(head);
    }

    void on_request(std::shared_ptr<net::HttpExchange> exchange) override {
        for (const auto& engine : engines) {
            if (engine->serves(exchange->request().path))
                return engine->on_request(std::move(exchange));
        }
        if (pages != nullptr) return pages->on_request(std::move(exchange));
        exchange->respond(net::HttpResponse::text(404, "text/plain", "not found\n"));
    }

    void accept(int descriptor, std::string peer_address) {
        if (server.connections() >= server.options_.connections_max) {
            ::close(descriptor);
            return;
        }
        net::HttpProtocol::start(*loop, *this, descriptor, std::move(peer_address), {},
                                 &server.connections_);
    }

    Server& server;
    std::size_t index;
    // Declared first, freed last: everything below leaves it in its destructor.
    std::unique_ptr<net::EventLoop> loop;
    std::unique_ptr<Hub> hub{};
    net::HttpHandler* pages = nullptr;
    std::vector<std::unique_ptr<engineio::Server>> engines{};
    std::unique_ptr<net::Listener> listener{};
    std::vector<std::unique_ptr<net::Listener>> more_listeners{};
};

Server::Server() = default;
Server::~Server() {
    stop();
}

Result<std::unique_ptr<Server>> Server::create(ServerOptions options,
                                               const Applications& applications) {
    if (options.loops == 0 || options.loops > limits::loops_max) {
        return Error{Code::invalid, "the number of loop threads must be 1 to 64", "loops"};
    }
    std::unique_ptr<Server> server{new Server()};
    server->options_ = std::move(options);
    // Sharing a port would also share it with another process of ours: so first see that nobody has
    // it.
    {
        TRY(const auto probe, net::EventLoop::create());
        TRY(const auto alone,
            net::Listener::listen(
                *probe, {.address = server->options_.host, .port = server->options_.port}, {}));
        server->options_.port = alone->port();
    }
    for (std::size_t i = 0; i < server->options_.loops; ++i) {
        TRY(auto loop, net::EventLoop::create());
        auto owned = std::make_unique<Shard>(*server, i, std::move(loop));
        Shard& shard = *owned;
        server->shards_.push_back(std::move(owned));
        shard.pages = applications.pages;
        shard.hub = std::make_unique<Hub>(*shard.loop, static_cast<std::uint32_t>(i),
                                          server->options_.hub, applications.namespaces);
        // A handed-over connection continues where its session lives.
        const engineio::Server::Place place{
            .loop = i,
            .loops = server->options_.loops,
            .relay = [raw = server.get()](std::size_t to, net::HttpExchange::Parcel parcel) {
                Shard& target = *raw->shards_[to];
                auto shared = std::make_shared<net::HttpExchange::Parcel>(std::move(parcel));
                target.loop->post([&target, raw, shared] {
                    net::HttpProtocol::resume(*target.loop, target, std::move(*shared),
                                              &raw->connections_);
                });
            }};
        shard.engines.push_back(std::make_unique<engineio::Server>(
            *shard.loop, server->options_.engine, *shard.hub, place));
        for (const auto& engine : applications.engines) {
            shard.engines.push_back(std::make_unique<engineio::Server>(
                *shard.loop, engine.options, engine.application(i), place));
        }
        TRY(shard.listener, net::Listener::listen(*shard.loop,
                                                  {.address = server->options_.host,
                                                   .port = server->options_.port,
                                                   .share_port = true},
                                                  [&shard](int descriptor, std::string peer) {
                                                      shard.accept(descriptor, std::move(peer));
                                                  }));
    }
    return server;
}

Status Server::also_listen(const net::ListenOptions& options, net::HttpHandler& pages,
                           std::uint16_t* port) {
    Shard& shard = *shards_.front();
    TRY(auto listener, net::Listener::listen(*shard.loop, options,
                                             [&shard, &pages](int descriptor, std::string peer) {
                                                 net::HttpProtocol::start(
                                                     *shard.loop, pages, descriptor,
                                                     std::move(peer), {}, nullptr);
                                             }));
    if (port != nullptr) *port = listener->port();
    shard.more_listeners.push_back(std::move(listener));
    return Ok{};
}

Status Server::also_listen_local(const std::string& path, net::HttpHandler& pages) {
    Shard& shard = *shards_.front();
    TRY(auto listener, net::Listener::listen_local(
                           *shard.loop, path, [&shard, &pages](int descriptor, std::string peer) {
                               net::HttpProtocol::start(*shard.loop, pages, descriptor,
                                                        std::move(peer), {.local = true}, nullptr);
                           }));
    shard.more_listeners.push_back(std::move(listener));
    return Ok{};
}

void Server::start() {
    for (const auto& shard : shards_) {
        threads_.emplace_back([loop = shard->loop.get()] { loop->run(); });
    }
}

void Server::stop_accepting() {
    for (const auto& shard : shards_) {
        shard->loop->post([raw = shard.get()] { raw->listener.reset(); });
    }
}

void Server::close_sessions() {
    for (const auto& shard : shards_) {
        shard->loop->post([raw = shard.get()] {
            for (const auto& engine : raw->engines)
                engine->close_all(engineio::CloseReason::server_shutting_down);
        });
    }
}

void Server::stop() {
    for (const auto& shard : shards_) shard->loop->stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
}

std::uint16_t Server::port() const {
    return options_.port;
}

void Server::post(std::size_t loop, std::function<void(Hub&)> task) {
    Shard& shard = *shards_[loop];
    shard.loop->post([hub = shard.hub.get(), task = std::move(task)] { task(*hub); });
}

void Server::post_all(const std::function<void(Hub&)>& task) {
    for (std::size_t i = 0; i < shards_.size(); ++i) post(i, task);
}

void Server::post_all_then(const std::function<void(Hub&)>& task, std::function<void()> done) {
    auto left = std::make_shared<std::atomic<std::size_t>>(shards_.size());
    auto shared_done = std::make_shared<std::function<void()>>(std::move(done));
    post_all([task, left, shared_done](Hub& hub) {
        task(hub);
        if (left->fetch_sub(1, std::memory_order_acq_rel) == 1) (*shared_done)();
    });
}

void Server::broadcast(Broadcast broadcast) {
    auto shared = std::make_shared<const Broadcast>(std::move(broadcast));
    post_all([shared](Hub& hub) { hub.deliver(*shared); });
}

}  // namespace homeroom::socketio
