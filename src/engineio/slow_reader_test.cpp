// A client that does not read what is sent to it: it is disconnected, or its messages are left out.
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

#include "engineio/test_server.h"

namespace homeroom::engineio {
namespace {

using namespace std::chrono_literals;
using test::HttpClient;
using test::polling;
using test::TestServer;
using test::websocket;
using test::WebSocketClient;

const Frame big = Frame::text(std::string(996, 'x'));  // 1001 bytes with the frame's header
constexpr std::size_t room_for = 3;

Options with_small_queue(SlowReader policy) {
    Options options;
    options.send_queue_bytes_max = room_for * 1001 + 500;
    options.slow_reader = policy;
    return options;
}

TEST(EngineIoSlowReader, IsDisconnectedAndCounted) {
    TestServer server{with_small_queue(SlowReader::disconnect)};
    const std::string poller = server.open();
    WebSocketClient client{server.port, websocket};
    server.with_session(poller, [](Session& session) {
        for (std::size_t i = 0; i < room_for; ++i) EXPECT_EQ(session.send(big), Sent::queued);
        EXPECT_EQ(session.send(big), Sent::closed);
        EXPECT_FALSE(session.is_open());
    });
    server.with_session(test::sid_of(client.receive()), [](Session& session) {
        EXPECT_EQ(session.send(Frame::text(net::test::more_than_the_kernel_takes())), Sent::queued);
        EXPECT_EQ(session.send(big), Sent::closed);
        EXPECT_FALSE(session.is_open());
    });
    EXPECT_EQ(server.close_reasons(), std::vector<std::string>(2, "too slow"));
    EXPECT_EQ(server.counters.count(Limit::send_queue_bytes), 2U);
    server.expect_gone(poller);
    EXPECT_LT(client.receive().size(), net::test::more_than_the_kernel_takes().size());
}

TEST(EngineIoSlowReader, IsNobodyWhoHasReadEverything) {
    TestServer server{with_small_queue(SlowReader::disconnect)};
    const std::string poller = server.open();
    WebSocketClient client{server.port, websocket};
    const std::string large(1'000'000, 'x');
    for (const std::string& sid : {poller, test::sid_of(client.receive())}) {
        server.with_session(sid, [&](Session& session) {
            EXPECT_EQ(session.send(Frame::text(large)), Sent::queued);
        });
    }
    EXPECT_EQ(client.receive(), "4" + large);
    EXPECT_EQ(server.get(poller).body, "4" + large);
    EXPECT_EQ(server.counters.count(Limit::send_queue_bytes), 0U);
}

// A turn may have more to say than the queue holds: one that reads gets it all.
TEST(EngineIoSlowReader, IsNobodyFromWhomTheKernelTakesAll) {
    TestServer server{with_small_queue(SlowReader::disconnect)};
    WebSocketClient client{server.port, websocket};
    constexpr std::size_t burst = 50 * room_for;
    server.with_session(test::sid_of(client.receive()), [](Session& session) {
        for (std::size_t i = 0; i < burst; ++i) EXPECT_EQ(session.send(big), Sent::queued);
    });
    for (std::size_t i = 0; i < burst; ++i) EXPECT_EQ(client.receive(), big.payload());
    EXPECT_EQ(server.counters.count(Limit::send_queue_bytes), 0U);
}

TEST(EngineIoSlowReader, MayMissMessagesInstead) {
    TestServer server{with_small_queue(SlowReader::drop)};
    const std::string sid = server.open();
    server.with_session(sid, [](Session& session) {
        for (std::size_t i = 0; i < room_for; ++i) EXPECT_EQ(session.send(big), Sent::queued);
        EXPECT_EQ(session.send(big), Sent::dropped_slow);
        EXPECT_EQ(session.send(big), Sent::dropped_slow);
        EXPECT_EQ(session.send(Frame::text("fits")), Sent::queued);
        EXPECT_TRUE(session.is_open());
    });
    EXPECT_EQ(server.counters.count(Limit::send_queue_bytes), 2U);
    const std::string text{big.payload()};
    EXPECT_EQ(server.get(sid).body, test::payload({text, text, text, "4fits"}));
    // It has read: there is room again.
    server.with_session(sid, [](Session& session) { EXPECT_EQ(session.send(big), Sent::queued); });
    EXPECT_EQ(server.get(sid).body, text);
    EXPECT_TRUE(server.close_reasons().empty());
}

TEST(EngineIoSlowReader, MayMissMessagesOnAWebSocket) {
    TestServer server{with_small_queue(SlowReader::drop)};
    WebSocketClient client{server.port, websocket};
    const std::string sid = test::sid_of(client.receive());
    const std::string large = net::test::more_than_the_kernel_takes();
    server.with_session(sid, [&](Session& session) {
        EXPECT_EQ(session.send(Frame::text(large)), Sent::queued);
        EXPECT_EQ(session.send(big), Sent::dropped_slow);
        EXPECT_EQ(session.send(big), Sent::dropped_slow);
        EXPECT_TRUE(session.is_open());
    });
    EXPECT_EQ(server.counters.count(Limit::send_queue_bytes), 2U);
    EXPECT_EQ(client.receive(), "4" + large);
    server.with_session(sid, [](Session& session) { EXPECT_EQ(session.send(big), Sent::queued); });
    EXPECT_EQ(client.receive(), big.payload());
    EXPECT_TRUE(server.close_reasons().empty());
}

TEST(EngineIoSlowReader, MissesNothingVital) {
    TestServer server{with_small_queue(SlowReader::drop)};
    server.with_session(server.open(), [](Session& session) {
        for (std::size_t i = 0; i < room_for; ++i)
            EXPECT_EQ(session.send(big, Delivery::vital), Sent::queued);
        EXPECT_EQ(session.send(big), Sent::dropped_slow);
        EXPECT_EQ(session.send(big, Delivery::vital), Sent::closed);
    });
    EXPECT_EQ(server.close_reasons(), std::vector<std::string>{"too slow"});
}

// A packet of Socket.IO and its attachments are worth nothing apart.
TEST(EngineIoSlowReader, MissesAllOfAMessageOrNothing) {
    TestServer server{with_small_queue(SlowReader::drop)};
    const std::string sid = server.open();
    server.with_session(sid, [](Session& session) {
        const std::vector<Frame> attachments(room_for, big);
        EXPECT_EQ(session.send(Frame::text("head"), attachments, Delivery::must_arrive),
                  Sent::queued);
        EXPECT_EQ(session.send(Frame::text("head"), attachments, Delivery::must_arrive),
                  Sent::dropped_slow);
        EXPECT_EQ(session.send(Frame::text("tail")), Sent::queued);
    });
    const std::string text{big.payload()};
    EXPECT_EQ(server.get(sid).body, test::payload({"4head", text, text, text, "4tail"}));
}

TEST(EngineIoSlowReader, IsPingedAllTheSame) {
    Options options = with_small_queue(SlowReader::drop);
    options.ping_interval = 50ms;
    TestServer server{options, [](Session& session) {
                          while (session.send(big) == Sent::queued) {
                          }
                      }};
    const std::string sid = server.open();
    std::this_thread::sleep_for(300ms);  // it comes while the queue is full
    std::string polled = server.get(sid).body;
    if (!polled.ends_with("\x1e"
                          "2"))
        polled += "\x1e" + server.get(sid).body;
    const std::string text{big.payload()};
    EXPECT_EQ(polled, test::payload({text, text, text, "2"}));
}

// What counts is what lies here, not what the client has yet to read of what it was given.
TEST(EngineIoSlowReader, MayPollForMoreThanTheQueueHolds) {
    TestServer server{with_small_queue(SlowReader::disconnect)};
    const std::string sid = server.open();
    for (int i = 0; i < 10; ++i) {
        server.with_session(sid, [](Session& session) {
            for (std::size_t n = 0; n < room_for; ++n) EXPECT_EQ(session.send(big), Sent::queued);
        });
        server.get(sid);
    }
    EXPECT_EQ(server.sessions(), 1U);
}

class EngineIoPressureTest : public testing::Test, protected TestServer {};

TEST_F(EngineIoPressureTest, DropsVolatilesThatCannotLeaveNow) {
    const std::string sid = open();
    with_session(sid, [](Session& session) {
        EXPECT_EQ(session.send(Frame::text("a"), Delivery::may_drop), Sent::dropped_volatile);
        EXPECT_EQ(session.send(Frame::text("b")), Sent::queued);
    });
    EXPECT_EQ(get(sid).body, "4b");
    HttpClient poll{port};
    poll.send("GET", polling + "&sid=" + sid);
    EXPECT_TRUE(poll.peer().is_silent(20ms));
    with_session(sid, [](Session& session) {
        EXPECT_EQ(session.send(Frame::text("c"), Delivery::may_drop), Sent::queued);
        EXPECT_EQ(session.send(Frame::text("d"), Delivery::may_drop), Sent::dropped_volatile);
        EXPECT_EQ(session.send(Frame::text("e")), Sent::queued);
    });
    EXPECT_EQ(poll.receive().body,
              "4c\x1e"
              "4e");
}

TEST_F(EngineIoPressureTest, ClosesWhatIsTooSlow) {
    const std::string sid = open();
    WebSocketClient client{port, websocket};
    const std::string other = test::sid_of(client.receive());
    const std::size_t fit = limits::send_queue_bytes_max / 100'020;
    const std::size_t kernel_takes = net::test::more_than_the_kernel_takes().size() / 100'000;
    for (const auto& [one, most] : {std::pair{sid, fit}, {other, fit + kernel_takes}}) {
        with_session(one, [&](Session& session) {
            const Frame frame = Frame::text(std::string(100'000, 'x'));
            Sent sent = Sent::queued;
            std::size_t count = 0;
            while (sent == Sent::queued) {
                sent = session.send(frame);
                ++count;
            }
            EXPECT_EQ(sent, Sent::closed);
            EXPECT_GE(count, fit);
            EXPECT_LE(count, most + 1);
        });
    }
    EXPECT_EQ(close_reasons(), std::vector<std::string>(2, "too slow"));
    expect_gone(sid);
}

}  // namespace
}  // namespace homeroom::engineio
