// HTTP over real sockets: what a client sees on the wire.
#include "net/http_protocol.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "net/listener.h"
#include "net/test_loop.h"

namespace homeroom::net {
namespace {

using namespace std::chrono_literals;
using test::LoopThread;
using test::Peer;
using test::wait_until;

// Answers at once, later or never, by path. All on the loop.
class Pages final : public HttpHandler {
public:
    std::vector<std::string> seen{};
    std::vector<std::shared_ptr<HttpExchange>> waiting{};
    std::atomic<int> handled = 0;
    std::atomic<int> gone = 0;

    std::size_t body_bytes_max(const HttpRequest& head) override {
        return head.path == "/small" ? 10 : 100'000;
    }
    void on_request(std::shared_ptr<HttpExchange> exchange) override {
        const HttpRequest& request = exchange->request();
        seen.push_back(request.method + " " + request.path);
        ++handled;
        if (request.path == "/later") {
            exchange->when_gone([this] { ++gone; });
            waiting.push_back(std::move(exchange));
        } else if (request.path ==
                   "/surely") {  // later, too, but not waited for with an eye on the client
            waiting.push_back(std::move(exchange));
        } else if (request.path == "/abort") {
            exchange->abort();
            exchange->respond(HttpResponse::text(200, "text/plain", "never"));
        } else if (request.path == "/large") {
            exchange->respond(HttpResponse::text(200, "text/plain", std::string(200'000, 'L')));
        } else if (request.path == "/huge") {
            exchange->respond(HttpResponse::text(200, "text/plain", std::string(10'000'000, 'H')));
        } else if (request.path == "/close") {
            auto response = HttpResponse::text(200, "text/plain", "bye");
            response.close = true;
            exchange->respond(response);
        } else if (request.path == "/nothing") {
            HttpResponse response;
            response.status = 204;
            exchange->respond(response);
        } else {
            exchange->respond(HttpResponse::text(
                200, "text/plain", request.method + " " + request.path + request.body));
            exchange->respond(HttpResponse::text(500, "text/plain", "a second answer"));
            EXPECT_FALSE(exchange->open());
        }
    }
};

class HttpProtocolTest : public testing::Test {
protected:
    explicit HttpProtocolTest(HttpProtocol::Options options = {}) {
        loop.run([&] {
            auto made = Listener::listen(
                *loop, {}, [this, options](int descriptor, const PeerAddress& peer) {
                    HttpProtocol::start(*loop, pages, descriptor, peer, options, &connections);
                });
            listener = std::move(made).value();
        });
    }
    ~HttpProtocolTest() override {
        loop.run([&] {
            listener.reset();
            pages.waiting.clear();
        });
    }

    Peer connect(int receive_buffer = 0) { return Peer::connect(listener->port(), receive_buffer); }

    ConnectionLedger connections{};
    Pages pages;
    LoopThread loop;
    std::unique_ptr<Listener> listener;
};

std::string get(const std::string& path) {
    return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
}

std::string answer(const std::string& body, bool keep_alive = true) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " +
           std::to_string(body.size()) +
           "\r\nConnection: " + (keep_alive ? "keep-alive" : "close") + "\r\n\r\n" + body;
}

std::string refusal(const std::string& status) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}

TEST_F(HttpProtocolTest, KeepsTheConnection) {
    const Peer peer = connect();
    for (int i = 0; i < 3; ++i) {
        peer.send(get("/" + std::to_string(i)));
        const std::string expected = answer("GET /" + std::to_string(i));
        EXPECT_EQ(peer.receive(expected.size()), expected);
    }
    EXPECT_TRUE(peer.is_silent());
    EXPECT_EQ(connections.count(), 1U);
}

TEST_F(HttpProtocolTest, ClosesWhenEitherSideWants) {
    Peer peer = connect();
    peer.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(peer.receive_to_end(), answer("GET /a", false));
    peer = connect();
    peer.send(get("/close"));
    EXPECT_EQ(peer.receive_to_end(), answer("bye", false));
    peer = connect();
    peer.send("GET /old HTTP/1.0\r\n\r\n");
    EXPECT_EQ(peer.receive_to_end(), answer("GET /old", false));
    peer.close();
    wait_until([&] { return connections.count() == 0; });
}

TEST_F(HttpProtocolTest, AnswersHeadWithoutABody) {
    const Peer peer = connect();
    peer.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n" + get("/b"));
    const std::string head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 7\r\nConnection: "
        "keep-alive\r\n\r\n";
    EXPECT_EQ(peer.receive(head.size()), head);
    EXPECT_EQ(peer.receive(answer("GET /b").size()), answer("GET /b"));
    peer.send(get("/nothing"));
    EXPECT_EQ(peer.receive_until("\r\n\r\n"),
              "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(peer.is_silent());
}

TEST_F(HttpProtocolTest, AnswersPipelinedRequestsInOrder) {
    const Peer peer = connect();
    std::string requests;
    std::string expected;
    for (int i = 0; i < 500; ++i) {
        requests += get("/" + std::to_string(i));
        expected += answer("GET /" + std::to_string(i));
    }
    peer.send(requests);
    EXPECT_EQ(peer.receive(expected.size()), expected);
}

TEST_F(HttpProtocolTest, HoldsBackWhatComesBehindAnOpenRequest) {
    const Peer peer = connect();
    peer.send(get("/later") + get("/next"));
    wait_until([&] { return pages.handled == 1; });
    EXPECT_TRUE(peer.is_silent());
    loop.run(
        [&] { pages.waiting.front()->respond(HttpResponse::text(200, "text/plain", "at last")); });
    const std::string expected = answer("at last") + answer("GET /next");
    EXPECT_EQ(peer.receive(expected.size()), expected);
}

TEST_F(HttpProtocolTest, StopsReadingBehindAnOpenRequest) {
    const Peer peer = connect();
    peer.send(get("/later"));
    wait_until([&] { return pages.handled == 1; });
    // More than every buffer on the way holds: a sender that is read without end would get all of
    // it out.
    std::string flood;
    while (flood.size() < 50'000'000) flood += get("/next");
    std::atomic<bool> sent = false;
    std::thread sender([&] {
        peer.send(flood);
        sent = true;
    });
    std::this_thread::sleep_for(200ms);
    EXPECT_FALSE(sent);
    loop.run([&] { pages.waiting.front()->abort(); });
    sender.join();
    EXPECT_EQ(pages.handled, 1);
}

TEST_F(HttpProtocolTest, DoesNotCarryOutWhatComesBehindTheLastRequest) {
    const Peer peer = connect();
    peer.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" + get("/b") + get("/c"));
    EXPECT_EQ(peer.receive_to_end(), answer("GET /a", false));
    loop.run([&] { EXPECT_EQ(pages.seen, std::vector<std::string>{"GET /a"}); });
}

// A request of thirty bytes may ask for a page of megabytes: whoever does not read gets no more of
// them made.
TEST_F(HttpProtocolTest, WaitsForASlowReader) {
    const Peer peer = connect(64 * 1024);
    constexpr int requests = 1'000;
    std::string all;
    for (int i = 0; i < requests; ++i) all += get("/large");
    peer.send(all);
    wait_until([&] { return pages.handled > 0; });
    std::this_thread::sleep_for(200ms);
    EXPECT_LT(pages.handled, 100);
    const std::string one = answer(std::string(200'000, 'L'));
    for (int i = 0; i < requests; ++i) ASSERT_EQ(peer.receive(one.size()), one) << i;
    EXPECT_EQ(pages.handled, requests);
    peer.send(get("/on"));
    EXPECT_EQ(peer.receive(answer("GET /on").size()), answer("GET /on"));
}

TEST_F(HttpProtocolTest, RefusesWithTheRightStatus) {
    const auto said = [&](const std::string& bytes) {
        const Peer peer = connect();
        peer.send(bytes);
        return peer.receive_to_end();
    };
    EXPECT_EQ(said("nonsense\r\n\r\n"), refusal("400 Bad Request"));
    EXPECT_EQ(said("GET / HTTP/3.0\r\n\r\n"), refusal("505 HTTP Version Not Supported"));
    EXPECT_EQ(said("GET / HTTP/1.1\r\n\r\n"), refusal("400 Bad Request"));  // no Host
    EXPECT_EQ(said("GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x')),
              refusal("431 Request Header Fields Too Large"));
    EXPECT_EQ(said("POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n"),
              refusal("413 Content Too Large"));
    EXPECT_EQ(said("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: "
                   "chunked\r\n\r\n0\r\n\r\n"),
              refusal("400 Bad Request"));
    // One good request, then nonsense: both are answered, nothing behind.
    EXPECT_EQ(said(get("/a") + "nonsense\r\n\r\n" + get("/b")),
              answer("GET /a") + refusal("400 Bad Request"));
    loop.run([&] { EXPECT_EQ(pages.seen, std::vector<std::string>{"GET /a"}); });
}

TEST_F(HttpProtocolTest, RefusesALargeBodyThoughTheClientKeepsSending) {
    const Peer peer = connect();
    peer.send("POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 300000\r\n\r\n" +
              std::string(300'000, 'x'));
    EXPECT_EQ(peer.receive_to_end(), refusal("413 Content Too Large"));
}

TEST_F(HttpProtocolTest, TellsAClientThatWaitsToContinue) {
    const Peer peer = connect();
    peer.send("POST /p HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(peer.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    peer.send("ab");
    EXPECT_EQ(peer.receive(answer("POST /pab").size()), answer("POST /pab"));
}

TEST_F(HttpProtocolTest, TellsWhoWouldAnswerThatTheClientIsGone) {
    Peer peer = connect();
    peer.send(get("/later"));
    wait_until([&] { return pages.handled == 1; });
    peer.close();
    wait_until([&] { return pages.gone == 1; });
    loop.run([&] {
        EXPECT_FALSE(pages.waiting.front()->open());
        pages.waiting.front()->respond(HttpResponse::text(200, "text/plain", "too late"));
        pages.waiting.front()->abort();
    });
    wait_until([&] { return connections.count() == 0; });
    EXPECT_EQ(pages.gone, 1);
}

TEST_F(HttpProtocolTest, EndsWithoutAnAnswerWhenTold) {
    const Peer peer = connect();
    peer.send(get("/abort") + get("/b"));
    EXPECT_EQ(peer.receive_to_end(), "");
    loop.run([&] { EXPECT_EQ(pages.seen, std::vector<std::string>{"GET /abort"}); });
}

TEST_F(HttpProtocolTest, ReadsARequestByteByByte) {
    const Peer peer = connect();
    for (const char c : std::string{"POST /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: "
                                    "chunked\r\n\r\n2\r\nab\r\n0\r\n\r"}) {
        peer.send({&c, 1});
    }
    peer.send("\n");
    EXPECT_EQ(peer.receive(answer("POST /slowab").size()), answer("POST /slowab"));
}

TEST_F(HttpProtocolTest, MovesToAnotherLoop) {
    struct Giver final : HttpHandler {
        std::function<void(HandedOver)> give{};
        std::optional<std::size_t> other_loop(const HttpRequest& head) override {
            if (head.path == "/here" || head.path == "/much") return std::nullopt;
            return 1;
        }
        void hand_over(std::size_t loop, HandedOver&& connection) override {
            EXPECT_EQ(loop, 1U);
            give(std::move(connection));
        }
        std::size_t body_bytes_max(const HttpRequest&) override { return 100; }
        void on_request(std::shared_ptr<HttpExchange> exchange) override {
            if (exchange->request().path == "/here") {
                exchange->respond(HttpResponse::text(200, "text/plain", "here"));
            } else {
                exchange->respond(
                    HttpResponse::text(200, "text/plain", std::string(10'000'000, 'M')));
            }
        }
    } giver;
    LoopThread other;
    giver.give = [&](HandedOver connection) {
        auto shared = std::make_shared<HandedOver>(std::move(connection));
        loop->post([this, shared] {
            HttpProtocol::resume(*loop, pages, std::move(*shared), {}, &connections);
        });
    };
    std::unique_ptr<Listener> others;
    other.run([&] {
        others =
            std::move(Listener::listen(*other, {}, [&](int descriptor, const PeerAddress& from) {
                HttpProtocol::start(*other, giver, descriptor, from, {}, &connections);
            })).value();
    });
    const Peer peer = Peer::connect(others->port());
    peer.send(get("/a") + get("/b"));
    const std::string expected = answer("GET /a") + answer("GET /b");
    EXPECT_EQ(peer.receive(expected.size()), expected);
    peer.send(get("/c"));
    EXPECT_EQ(peer.receive(answer("GET /c").size()), answer("GET /c"));
    // The old loop lets go of its side in its own time.
    wait_until([&] { return connections.count() == 1; });
    // What was answered before the move still arrives, and before what is answered after it.
    for (const std::string before : {"/here", "/much"}) {
        const Peer mover = Peer::connect(others->port());
        mover.send(get(before) + get("/a") + get("/b"));
        const std::string all = answer(before == "/here" ? "here" : std::string(10'000'000, 'M')) +
                                answer("GET /a") + answer("GET /b");
        EXPECT_TRUE(mover.receive(all.size()) == all) << before;
    }
    other.run([&] { others.reset(); });
}

// A loop that has stopped takes no more mail: whom it would have served hears of it.
TEST_F(HttpProtocolTest, ClosesAConnectionThatNobodyTakesOver) {
    struct Giver final : HttpHandler {
        std::optional<std::size_t> other_loop(const HttpRequest&) override { return 1; }
        void hand_over(std::size_t, HandedOver&& connection) override {
            const HandedOver dropped = std::move(connection);
        }
        std::size_t body_bytes_max(const HttpRequest&) override { return 100; }
        void on_request(std::shared_ptr<HttpExchange>) override {}
    } giver;
    LoopThread other;
    std::unique_ptr<Listener> others;
    other.run([&] {
        others =
            std::move(Listener::listen(*other, {}, [&](int descriptor, const PeerAddress& from) {
                HttpProtocol::start(*other, giver, descriptor, from, {}, &connections);
            })).value();
    });
    const Peer peer = Peer::connect(others->port());
    peer.send(get("/a"));
    EXPECT_EQ(peer.receive_to_end(), "");
    wait_until([&] { return connections.count() == 0; });
    other.run([&] { others.reset(); });
}

// --- Clients that end their sending side ---------------------------------------------------------

TEST_F(HttpProtocolTest, AnswersAClientThatHasSaidAll) {
    const Peer peer = connect();
    peer.send(get("/surely") + get("/a") + get("/surely") + "GET /unfinished");
    peer.end_sending();
    for (int handled = 1; handled <= 3; handled += 2) {
        wait_until([&] { return pages.handled == handled; });
        std::this_thread::sleep_for(20ms);
        loop.run([&] {
            EXPECT_TRUE(pages.waiting.back()->open());
            pages.waiting.back()->respond(HttpResponse::text(200, "text/plain", "at last"));
        });
    }
    EXPECT_EQ(peer.receive_to_end(), answer("at last") + answer("GET /a") + answer("at last"));
    wait_until([&] { return connections.count() == 0; });
}

TEST_F(HttpProtocolTest, SendsAllToAClientThatHasSaidAll) {
    for (const bool keep_alive : {true, false}) {
        const Peer peer = connect(64 * 1024);
        const std::string last = keep_alive ? get("/huge") : "GET /huge HTTP/1.0\r\n\r\n";
        peer.send(get("/large") + get("/large") + last);
        peer.end_sending();
        std::this_thread::sleep_for(50ms);
        const std::string large = answer(std::string(200'000, 'L'));
        EXPECT_TRUE(peer.receive_to_end() ==
                    large + large + answer(std::string(10'000'000, 'H'), keep_alive));
        wait_until([&] { return connections.count() == 0; });
    }
}

TEST_F(HttpProtocolTest, TakesTheEndForAnAbortWhereItIsWatchedFor) {
    const Peer peer = connect(64 * 1024);
    peer.send(get("/huge") + get("/later"));
    const std::string huge = answer(std::string(10'000'000, 'H'));
    EXPECT_TRUE(peer.receive(huge.size()) == huge);
    wait_until([&] { return pages.handled == 2; });
    peer.end_sending();
    wait_until([&] { return pages.gone == 1 && connections.count() == 0; });
    EXPECT_EQ(peer.receive_to_end(), "");
}

TEST_F(HttpProtocolTest, NoticesThatWhoSaidAllIsGone) {
    Peer peer = connect();
    peer.send(get("/surely"));
    wait_until([&] { return pages.handled == 1; });
    peer.end_sending();
    std::this_thread::sleep_for(20ms);
    EXPECT_EQ(connections.count(), 1U);
    peer.reset();
    wait_until([&] { return connections.count() == 0; });
    loop.run([&] { EXPECT_FALSE(pages.waiting.front()->open()); });
}

// --- Time ----------------------------------------------------------------------------------------

class HttpTimeoutTest : public HttpProtocolTest {
protected:
    explicit HttpTimeoutTest(HttpProtocol::Options options = {.request_timeout = 20s,
                                                              .idle_timeout = 400ms})
        : HttpProtocolTest(options) {}
};

TEST_F(HttpTimeoutTest, ClosesWhatIsIdle) {
    const Peer peer = connect();
    peer.send(get("/a"));
    EXPECT_EQ(peer.receive_to_end(), answer("GET /a"));
}

TEST_F(HttpTimeoutTest, LetsASlowReaderFinish) {
    const Peer peer = connect(64 * 1024);
    peer.send(get("/huge"));
    const std::string expected = answer(std::string(10'000'000, 'H'));
    std::string got;
    while (got.size() < expected.size()) {
        const std::string more =
            peer.receive(std::min<std::size_t>(200'000, expected.size() - got.size()));
        if (more.empty()) break;
        got += more;
        std::this_thread::sleep_for(30ms);
    }
    EXPECT_TRUE(got == expected) << got.size();
}

TEST_F(HttpTimeoutTest, ClosesAReaderThatStalls) {
    const Peer peer = connect(64 * 1024);
    peer.send(get("/huge"));
    peer.receive(100'000);
    wait_until([&] { return pages.handled == 1; });
    wait_until([&] { return connections.count() == 0; });
}

TEST_F(HttpTimeoutTest, DoesNotWaitForEverToAnswerWhoSaidAll) {
    const Peer peer = connect();
    peer.send(get("/surely"));
    peer.end_sending();
    EXPECT_EQ(peer.receive_to_end(), "");
    wait_until([&] { return connections.count() == 0; });
    loop.run([&] { EXPECT_FALSE(pages.waiting.front()->open()); });
}

class HttpRequestTimeoutTest : public HttpTimeoutTest {
protected:
    HttpRequestTimeoutTest() : HttpTimeoutTest({.request_timeout = 200ms, .idle_timeout = 10s}) {}
};

TEST_F(HttpRequestTimeoutTest, HoldsForAPipelinedRequest) {
    const auto begin = std::chrono::steady_clock::now();
    Peer peer = connect();
    peer.send(get("/a") + "GET /b HTT");
    EXPECT_EQ(peer.receive_to_end(), answer("GET /a") + refusal("408 Request Timeout"));
    peer = connect();
    peer.send(get("/surely") + "GET /b HTT");
    wait_until([&] { return pages.handled == 2; });
    EXPECT_TRUE(peer.is_silent(300ms));
    loop.run(
        [&] { pages.waiting.front()->respond(HttpResponse::text(200, "text/plain", "at last")); });
    EXPECT_EQ(peer.receive_to_end(), answer("at last") + refusal("408 Request Timeout"));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 8s);
}

TEST_F(HttpRequestTimeoutTest, IsNotForAnIdleConnection) {
    const Peer peer = connect();
    peer.send(get("/a"));
    EXPECT_EQ(peer.receive(answer("GET /a").size()), answer("GET /a"));
    EXPECT_TRUE(peer.is_silent(400ms));
    peer.send(get("/b"));
    EXPECT_EQ(peer.receive(answer("GET /b").size()), answer("GET /b"));
}

}  // namespace
}  // namespace homeroom::net
