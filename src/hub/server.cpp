#include "hub/server.h"

#include <algorithm>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include "base/limits.h"
#include "base/log.h"
#include "net/http_protocol.h"

namespace homeroom::hub {

// One loop with all that lives on it.
struct Server::Shard final : net::HttpHandler {
    Shard(Server& owner, std::size_t shard_index, std::unique_ptr<net::EventLoop> event_loop)
        : server(owner), index(shard_index), loop(std::move(event_loop)) {}

    engineio::Server* engine_of(std::string_view path) const {
        if (is_page && is_page(path)) return nullptr;
        const auto found =
            std::ranges::find_if(engines, [&](const auto& engine) { return engine->serves(path); });
        return found == engines.end() ? nullptr : found->get();
    }

    std::optional<std::size_t> other_loop(const net::HttpRequest& head) override {
        const auto* engine = engine_of(head.path);
        return engine == nullptr ? std::nullopt : engine->other_loop(head);
    }

    // It continues where its session lives.
    void hand_over(std::size_t to, net::HandedOver&& connection) override {
        Shard& target = *server.shards_[to];
        const auto given = std::make_shared<net::HandedOver>(std::move(connection));
        target.loop->post([&target, given] {
            net::HttpProtocol::resume(*target.loop, target, std::move(*given),
                                      target.server.options_.http, target.server.ledger_.get());
        });
    }

    std::size_t body_bytes_max(const net::HttpRequest& head) override {
        if (const auto* engine = engine_of(head.path)) return engine->body_bytes_max(head);
        return pages == nullptr ? 0 : pages->body_bytes_max(head);
    }

    void on_request(std::shared_ptr<net::HttpExchange> exchange) override {
        if (auto* engine = engine_of(exchange->request().path))
            return engine->on_request(std::move(exchange));
        if (pages != nullptr) return pages->on_request(std::move(exchange));
        exchange->respond(net::HttpResponse::text(404, "text/plain", "not found\n"));
    }

    void accept(int descriptor, const net::PeerAddress& peer) {
        if (!server.ledger_->admits(peer)) {
            ::close(descriptor);
            return;
        }
        net::HttpProtocol::start(*loop, *this, descriptor, peer, server.options_.http,
                                 server.ledger_.get());
    }

    Server& server;
    std::size_t index;
    // Declared first, freed last: everything below leaves it in its destructor.
    std::unique_ptr<net::EventLoop> loop;
    std::atomic<std::thread::id> thread{};
    std::unique_ptr<Hub> hub{};
    net::HttpHandler* pages = nullptr;
    std::function<bool(std::string_view)> is_page{};
    std::vector<std::unique_ptr<engineio::Server>> engines{};
    std::unique_ptr<net::Listener> listener{};
    std::vector<std::unique_ptr<net::Listener>> more_listeners{};
};

Server::Server() : counters_(std::make_unique<LimitCounters>()) {}
Server::~Server() {
    stop();
}

void Server::share_what_loops_share() {
    ledger_ = std::make_unique<net::ConnectionLedger>(options_.connections, counters_.get());
    handshakes_ = std::make_unique<engineio::HandshakeBudget>(
        options_.handshakes, std::chrono::steady_clock::now(), options_.handshakes_of_address);
    options_.http.counters = counters_.get();
    options_.engine.counters = counters_.get();
    options_.engine.handshakes = handshakes_.get();
    options_.hub.counters = counters_.get();
    options_.hub.encoder = Encoder{options_.hub.parser, options_.engine.deflate_bytes_min};
}

std::uint64_t Server::handshakes_refused() const {
    return handshakes_->by_address().refused();
}

void Server::keep_house() {
    handshakes_->by_address().forget_idle(std::chrono::steady_clock::now());
}

Result<std::unique_ptr<Server>> Server::create(ServerOptions options,
                                               const Applications& applications) {
    if (options.loops == 0 || options.loops > limits::loops_max) {
        return Error{Code::invalid,
                     fmt::format("the number of loop threads must be 1 to {}", limits::loops_max),
                     "loops"};
    }
    if (options.engine.allow_eio3 && options.hub.parser == Parser::msgpack) {
        return Error{Code::invalid, "clients of protocol 3 are not served in MessagePack",
                     "allow_eio3"};
    }
    std::unique_ptr<Server> server{new Server()};
    server->options_ = std::move(options);
    server->share_what_loops_share();
    server->options_.engine.unknown_body_bytes_max =
        server->options_.hub.unjoined_message_bytes_max;
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
        shard.is_page = applications.is_page;
        shard.hub = std::make_unique<Hub>(*shard.loop, static_cast<std::uint32_t>(i),
                                          server->options_.hub, applications.namespaces);
        const engineio::Server::Place place{.loop = i, .loops = server->options_.loops};
        shard.engines.push_back(std::make_unique<engineio::Server>(
            *shard.loop, server->options_.engine, *shard.hub, place));
        for (const auto& engine : applications.engines) {
            engineio::Options its = engine.options;
            its.counters = server->counters_.get();
            its.handshakes = server->handshakes_.get();
            shard.engines.push_back(std::make_unique<engineio::Server>(
                *shard.loop, std::move(its), engine.application(i), place));
        }
        TRY(shard.listener,
            net::Listener::listen(*shard.loop,
                                  {.address = server->options_.host,
                                   .port = server->options_.port,
                                   .share_port = true},
                                  [&shard](int descriptor, const net::PeerAddress& peer) {
                                      shard.accept(descriptor, peer);
                                  }));
    }
    return server;
}

Status Server::also_listen(const net::ListenOptions& options, net::HttpHandler& pages,
                           std::uint16_t* port) {
    Shard& shard = *shards_.front();
    TRY(auto listener,
        net::Listener::listen(
            *shard.loop, options, [&shard, &pages](int descriptor, const net::PeerAddress& peer) {
                net::HttpProtocol::start(*shard.loop, pages, descriptor, peer, {}, nullptr);
            }));
    if (port != nullptr) *port = listener->port();
    shard.more_listeners.push_back(std::move(listener));
    return Ok{};
}

Status Server::also_listen_local(const std::string& path, net::HttpHandler& pages) {
    Shard& shard = *shards_.front();
    TRY(auto listener,
        net::Listener::listen_local(*shard.loop, path,
                                    [&shard, &pages](int descriptor, const net::PeerAddress& peer) {
                                        net::HttpProtocol::start(*shard.loop, pages, descriptor,
                                                                 peer, {.local = true}, nullptr);
                                    }));
    shard.more_listeners.push_back(std::move(listener));
    return Ok{};
}

void Server::start() {
    for (const auto& shard : shards_) {
        threads_.emplace_back([raw = shard.get()] {
            raw->thread.store(std::this_thread::get_id());
            raw->loop->run();
            raw->thread.store({});  // the id may be another thread's from now on
        });
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
            raw->hub->settle();
            for (const auto& engine : raw->engines)
                engine->close_all(engineio::CloseReason::server_shutting_down);
        });
    }
}

void Server::stop() {
    for (const auto& shard : shards_) {
        shard->loop->post([raw = shard.get()] {
            for (const auto& engine : raw->engines) engine->end_all();
        });
        shard->loop->stop();
    }
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    // Mail may hold what holds this server.
    for (const auto& shard : shards_) shard->loop->refuse_mail();
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

Hub* Server::own_hub() const {
    const auto self = std::this_thread::get_id();
    for (const auto& shard : shards_) {
        if (shard->thread.load(std::memory_order_relaxed) == self) return shard->hub.get();
    }
    return nullptr;
}

void Server::run_everywhere(const std::function<void(Hub&)>& task) {
    Hub* own = own_hub();
    for (const auto& shard : shards_) {
        if (shard->hub.get() != own) post(shard->index, task);
    }
    if (own != nullptr) task(*own);
}

void Server::broadcast(Broadcast broadcast) {
    const auto shared = std::make_shared<const Broadcast>(std::move(broadcast));
    run_everywhere([shared](Hub& hub) { hub.deliver(shared); });
}

void Server::ask(Question question, BroadcastAnswers::Done done, const Everywhere& everywhere) {
    const std::uint64_t id =
        BroadcastAcks::first_id |
        (next_question_.fetch_add(1, std::memory_order_relaxed) & BroadcastAcks::id_mask);
    const std::vector<std::string_view> arguments{question.arguments.json.begin(),
                                                  question.arguments.json.end()};
    struct Asked {
        Broadcast broadcast{};
        std::chrono::milliseconds timeout{};
        std::shared_ptr<BroadcastAnswers> answers{};
    };
    auto asked = std::make_shared<Asked>();
    asked->broadcast.message = encoder().event(question.to.nsp, question.event, arguments,
                                               {.ack_id = id,
                                                .attachments = question.arguments.attachments,
                                                .compress = question.compress});
    asked->broadcast.to = std::move(question.to);
    asked->broadcast.delivery = Delivery::vital;  // its answer is awaited
    asked->timeout = question.timeout;

    Hub* own = own_hub();
    const std::size_t home = own == nullptr ? 0 : own->loop_index();
    auto shared_done = std::make_shared<BroadcastAnswers::Done>(std::move(done));
    asked->answers = std::make_shared<BroadcastAnswers>(
        shards_.size(), [this, home, shared_done](std::vector<BroadcastAnswer> answers) {
            auto shared = std::make_shared<std::vector<BroadcastAnswer>>(std::move(answers));
            post(home, [shared_done, shared](Hub&) { (*shared_done)(std::move(*shared)); });
        });
    const auto deliver = [asked, id](Hub& hub) {
        std::vector<Socket*> receivers;
        hub.for_each_selected(asked->broadcast.to,
                              [&](Socket& socket) { receivers.push_back(&socket); });
        // Awaited first: a delivery may end a socket.
        hub.broadcast_acks().await(id, receivers, asked->timeout, asked->answers);
        hub.deliver(BroadcastPtr{asked, &asked->broadcast});
    };
    if (everywhere) return everywhere(deliver);
    run_everywhere(deliver);
}

}  // namespace homeroom::hub
