// A Socket.IO server over several loop threads: the front that the application holds.
//
// Each loop ("shard") has its own listener, Engine.IO server and hub, and shares nothing with the
// others but mail. A broadcast is encoded and framed once, then mailed to every loop; a loop
// without members only looks into its index.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/limit_counters.h"
#include "base/result.h"
#include "base/token_bucket.h"
#include "engineio/handshake_budget.h"
#include "engineio/server.h"
#include "hub/hub.h"
#include "net/connection_ledger.h"
#include "net/event_loop.h"
#include "net/http.h"
#include "net/http_protocol.h"
#include "net/listener.h"

namespace homeroom::hub {

// What Server fills in itself, whatever is set: the counters, the budget and the encoder.
struct ServerOptions {
    std::string host = "127.0.0.1";
    std::uint16_t port = 0;  // 0: any free one
    std::size_t loops = 1;   // threads
    net::ConnectionLedger::Limits connections{};
    TokenRate handshakes{limits::handshakes_per_second, limits::handshakes_burst};
    std::optional<TokenRate> handshakes_of_address{};  // nothing: as many as there are
    net::HttpProtocol::Options http{};
    engineio::Options engine{};
    HubOptions hub{};
};

class Server {
public:
    // `pages` answers every HTTP request that is not Engine.IO's; called on all loops, so it must
    // stand that. May be null: 404. `engines` are further Engine.IO applications by path (the
    // conformance server's bare echo).
    struct Applications {
        Handlers namespaces{};
        net::HttpHandler* pages = nullptr;
        // Whether a path below an engine's is a page all the same (the client's bundle). May be
        // empty; called on all loops.
        std::function<bool(std::string_view path)> is_page{};
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
    // Ends the loops; mail posted before it is still carried out, later mail is thrown away.
    void stop();

    std::uint16_t port() const;
    std::size_t loops() const { return shards_.size(); }
    const Encoder& encoder() const { return options_.hub.encoder; }

    // --- Any thread.
    void post(std::size_t loop, std::function<void(Hub&)> task);
    // On every loop; `task` is shared by them.
    void post_all(const std::function<void(Hub&)>& task);
    // On every loop, then `done` on the last of them: a fence.
    void post_all_then(const std::function<void(Hub&)>& task, std::function<void()> done);
    // Nothing when the caller is on none of this server's loops.
    Hub* own_hub() const;
    // On every loop: at once on the caller's own, if it is on one, so that what the task sends
    // keeps its place among what that loop sends.
    void run_everywhere(const std::function<void(Hub&)>& task);
    // To everyone selected.
    void broadcast(Broadcast broadcast);
    // The same with an answer asked of each receiver. `done` is called once, on a loop: the
    // caller's own if it is on one, else the first. It is not called any more when the server ends.
    struct Question {
        Selection to{};
        std::string event{};
        Arguments arguments{};
        Compress compress = Compress::yes;
        std::chrono::milliseconds timeout = limits::broadcast_ack_timeout;
    };
    // `everywhere` carries a task to each loop; empty: run_everywhere does.
    using Everywhere = std::function<void(const std::function<void(Hub&)>& task)>;
    void ask(Question question, BroadcastAnswers::Done done, const Everywhere& everywhere = {});

    std::size_t connections() const { return ledger_->count(); }
    const LimitCounters& limit_counters() const { return *counters_; }
    // Handshakes that were refused because of the address they came from.
    std::uint64_t handshakes_refused() const;
    void keep_house();  // from time to time

    // A listener for the pages on an address of its own (admin), or on a path (control); on the
    // first loop. Before start.
    Status also_listen(const net::ListenOptions& options, net::HttpHandler& pages,
                       std::uint16_t* port);
    Status also_listen_local(const std::string& path, net::HttpHandler& pages);

private:
    struct Shard;
    Server();
    void share_what_loops_share();

    ServerOptions options_{};
    std::unique_ptr<LimitCounters> counters_;
    std::unique_ptr<net::ConnectionLedger> ledger_{};
    std::unique_ptr<engineio::HandshakeBudget> handshakes_{};
    std::atomic<std::uint64_t> next_question_{0};
    std::vector<std::unique_ptr<Shard>> shards_{};
    std::vector<std::thread> threads_{};
};

}  // namespace homeroom::hub
