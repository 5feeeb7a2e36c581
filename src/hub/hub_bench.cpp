// Rooms, and a broadcast from the event's text to the kernel: encoding, selecting, queueing, one
// gathered sendmsg a receiver at the end of the turn.
//
// Receivers are whole: connection, WebSocket session, Socket.IO socket. Only what they write goes
// to a UDP socket that nobody reads, which swallows everything: the system call counts, TCP and a
// reader do not.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <fmt/format.h>
#include <memory>
#include <netinet/in.h>
#include <string>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "engineio/server.h"
#include "hub/hub.h"
#include "net/http_protocol.h"

namespace homeroom::hub {
namespace {

constexpr std::string_view handshake =
    "GET /?EIO=4&transport=websocket HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
constexpr std::string_view join_main{
    "\x81\x82\0\0\0\0"
    "40",
    8};

void must(bool held) {
    if (!held) std::abort();
}

// Two UDP sockets, one connected to the other; gives the one to write to.
int make_sink() {
    const auto bound = [] {
        const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        must(bind(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        return descriptor;
    };
    const int reader = bound();
    const int writer = bound();
    sockaddr_in address{};
    socklen_t size = sizeof address;
    must(getsockname(reader, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    must(connect(writer, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    return writer;
}

class Hall final : private NamespaceHandler, private net::HttpHandler {
public:
    Hall()
        : loop_(std::move(net::EventLoop::create()).value()),
          hub(*loop_, 0, {}, {.fixed = {{"/", this}}}),
          engine_(*loop_, {.path = "/"}, hub, {}),
          sink_(make_sink()) {
        rlimit limit{};
        getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
        loop_->stop();  // so that run() is one turn
    }

    void add(std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) add();
    }
    void turn() { loop_->run(); }

private:
    void add() {
        int ends[2];
        must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) == 0);
        net::HttpProtocol::start(*loop_, *this, ends[1], {}, {}, nullptr);
        const std::size_t before = sockets.size();
        for (const std::string_view text : {handshake, join_main}) {
            must(write(ends[0], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
            turn();
        }
        must(sockets.size() == before + 1);
        must(dup2(sink_, ends[1]) == ends[1]);  // the loop hears nothing of it any more
        close(ends[0]);
    }

    void on_connect(Socket& socket, std::string_view) override {
        sockets.push_back(&socket);
        socket.accept();
    }
    void on_event(Socket&, const Event&) override {}
    void on_disconnect(Socket&, DisconnectReason) override {}
    std::size_t body_bytes_max(const net::HttpRequest& head) override {
        return engine_.body_bytes_max(head);
    }
    void on_request(std::shared_ptr<net::HttpExchange> exchange) override {
        engine_.on_request(std::move(exchange));
    }

    std::unique_ptr<net::EventLoop> loop_;

public:
    Hub hub;
    std::vector<Socket*> sockets{};

private:
    engineio::Server engine_;
    int sink_;
};

// A socket in 13 rooms goes to one more, of a thousand members, and out of it.
void join_and_leave(benchmark::State& state) {
    Hall hall;
    hall.add(1'000);
    for (std::size_t n = 0; n < hall.sockets.size(); ++n) {
        for (std::size_t i = 0; i < 12; ++i)
            hall.sockets[n]->join(fmt::format("class-{}", (n + i * 37) % 400));
        if (n % 2 == 0) hall.sockets[n]->join("school");
    }
    std::size_t at = 1;
    for (auto _ : state) {
        Socket& socket = *hall.sockets[at];
        socket.join("school");
        socket.leave("school");
        at = (at + 386) % hall.sockets.size() | 1U;
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(join_and_leave);

// Receivers, and events in a turn; items are messages delivered.
void broadcast(benchmark::State& state) {
    Hall hall;
    hall.add(static_cast<std::size_t>(state.range(0)));
    for (Socket* socket : hall.sockets) socket->join("class-7b");
    const std::string text = '"' + std::string(126, 'x') + '"';
    const std::string_view arguments[] = {text};
    std::size_t bytes = 0;
    for (auto _ : state) {
        for (std::int64_t i = 0; i < state.range(1); ++i) {
            const Broadcast event{
                .to = {.rooms = {"class-7b"}},
                .message = hall.hub.encoder().event("/", "post:created", arguments)};
            bytes += event.message.size() * hall.sockets.size();
            hall.hub.deliver(event);
        }
        hall.turn();
    }
    state.SetItemsProcessed(state.iterations() * state.range(0) * state.range(1));
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
}
BENCHMARK(broadcast)
    ->ArgNames({"receivers", "events"})
    ->Args({30, 1})
    ->Args({30, 16})
    ->Args({10'000, 1})
    ->Args({10'000, 16})
    ->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace homeroom::hub
