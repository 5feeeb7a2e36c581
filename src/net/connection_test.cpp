// A connection over a real socket: order, partial writes, slow readers, and every way to end.
#include "net/connection.h"

#include <array>
#include <atomic>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <string>
#include <sys/socket.h>
#include <utility>

#include "base/limits.h"
#include "net/test_loop.h"

namespace homeroom::net {
namespace {

using namespace std::chrono_literals;
using test::LoopThread;
using test::Peer;
using test::wait_until;

// What the protocol saw. Outlives the connection; everything else is written on the loop.
struct Log {
    std::string bytes{};
    std::atomic<int> gone = 0;
    std::atomic<int> flushed = 0;
    std::atomic<int> freed = 0;
};

class Recorder final : public Protocol {
public:
    explicit Recorder(Log& log) : log_(log) {}
    ~Recorder() override { ++log_.freed; }
    void on_bytes(std::span<char> bytes) override { log_.bytes.append(bytes.data(), bytes.size()); }
    void on_gone() override { ++log_.gone; }
    void on_flushed() override { ++log_.flushed; }

private:
    Log& log_;
};

class ConnectionTest : public testing::Test {
protected:
    ConnectionTest() {
        std::array<int, 2> ends{};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
        fcntl(ends[0], F_SETFL, O_NONBLOCK);
        peer = Peer{ends[1]};
        loop.run([&] {
            connection = Connection::adopt(*loop, ends[0], {}, &counter);
            connection->set_protocol(std::make_unique<Recorder>(log));
        });
    }

    std::string received() {
        std::string bytes;
        loop.run([&] { bytes = log.bytes; });
        return bytes;
    }

    Log log;
    ConnectionLedger counter{};
    Peer peer;
    Connection* connection = nullptr;
    LoopThread loop;
};

std::string numbered(std::size_t from, std::size_t count) {
    std::string text;
    for (std::size_t i = from; i < from + count; ++i) text += std::to_string(i) + ",";
    return text;
}

TEST_F(ConnectionTest, ReadsWhatComes) {
    EXPECT_EQ(counter.count(), 1U);
    peer.send("hello");
    wait_until([&] { return received() == "hello"; });
    peer.send(" world");
    wait_until([&] { return received() == "hello world"; });
}

TEST_F(ConnectionTest, KeepsTheOrderOfManySmallWrites) {
    std::string expected;
    loop.run([&] {  // far more slices than one write takes
        for (std::size_t i = 0; i < 5'000; ++i) connection->send(numbered(i, 1));
        EXPECT_EQ(connection->queued_bytes(), numbered(0, 5'000).size());
    });
    EXPECT_EQ(peer.receive(numbered(0, 5'000).size()), numbered(0, 5'000));
    wait_until([&] { return log.flushed == 1; });
    loop.run([&] { EXPECT_EQ(connection->queued_bytes(), 0U); });
}

TEST_F(ConnectionTest, KeepsTheOrderWhenTheReaderIsSlow) {
    std::string expected;
    for (std::size_t round = 0; round < 200; ++round) {
        const std::string part = numbered(round * 3'000, 3'000);
        expected += part;
        loop.run([&] {  // shared bytes of every size, in turns
            connection->send(std::string_view{part}.substr(0, 7));
            connection->send(std::string_view{part}.substr(7));
            connection->send(std::string_view{});
        });
        if (round % 50 == 0) {
            EXPECT_EQ(peer.receive(1), expected.substr(round / 50, 1));
        }
    }
    std::size_t queued = 0;
    loop.run([&] { queued = connection->queued_bytes(); });
    EXPECT_GT(queued, 1'000'000U);
    EXPECT_LT(queued, expected.size());
    EXPECT_EQ(peer.receive(expected.size() - 4), expected.substr(4));
    wait_until([&] { return log.flushed >= 1; });
}

TEST_F(ConnectionTest, WritesEarlyWithoutTellingAnybody) {
    loop.run([&] {
        connection->send("first");
        connection->write_early();
        EXPECT_EQ(connection->queued_bytes(), 0U);
        EXPECT_EQ(peer.receive(5), "first");  // within the turn
        EXPECT_EQ(log.flushed, 0);
        connection->send("second");
        connection->write_early();
        connection->send("third");
    });
    EXPECT_EQ(peer.receive(11), "secondthird");
    wait_until([&] { return log.flushed == 1; });
}

TEST_F(ConnectionTest, TellsAtTheTurnsEndOfAnEarlyWriteThatFailed) {
    loop.run([&] {
        peer = Peer{};
        connection->send("nobody reads it");
        connection->write_early();
        connection->send("nor this");
        connection->write_early();
        EXPECT_EQ(connection->queued_bytes(), 0U);
        EXPECT_FALSE(connection->closed());
        EXPECT_EQ(log.gone, 0);
    });
    wait_until([&] { return log.gone == 1; });
}

TEST_F(ConnectionTest, HoldsItsOutputForAWhile) {
    constexpr auto pause = 60ms;
    loop.run([&] {
        connection->send("first");
        connection->hold_output(pause);
        connection->send("second");
    });
    EXPECT_EQ(peer.receive(5), "first");
    const auto begin = std::chrono::steady_clock::now();
    loop.run([&] { connection->send("third"); });
    EXPECT_EQ(peer.receive(11), "secondthird");
    EXPECT_GE(std::chrono::steady_clock::now() - begin, pause / 2);
    loop.run([&] { connection->close_when_flushed(); });
}

TEST_F(ConnectionTest, SendsWhatIsQueuedBeforeItCloses) {
    const std::string large(3'000'000, 'x');
    loop.run([&] {
        connection->send(large);
        connection->send("end");
        connection->close_when_flushed();
        connection->send("never");
        EXPECT_FALSE(connection->closed());
    });
    peer.send("thrown away");
    EXPECT_EQ(peer.receive_to_end(), large + "end");
    EXPECT_EQ(log.freed, 0);  // our end is out; the peer's is awaited
    peer.close();
    wait_until([&] { return log.freed == 1; });
    EXPECT_EQ(log.gone, 0);
    EXPECT_EQ(counter.count(), 0U);
    EXPECT_EQ(log.bytes, "");
}

TEST_F(ConnectionTest, ReadsToTheEndAfterItsOwn) {  // unread bytes would turn the FIN into a reset
    loop.run([&] {
        connection->send("answer");
        connection->close_when_flushed();
    });
    for (int i = 0; i < 100; ++i) peer.send(std::string(10'000, 'x'));
    EXPECT_EQ(peer.receive_to_end(), "answer");
    peer.end_sending();
    wait_until([&] { return log.freed == 1; });
}

TEST_F(ConnectionTest, DoesNotWaitForEverForThePeersEnd) {
    loop.run([&] { connection->close_when_flushed(); });
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(peer.receive_to_end(), "");
    wait_until([&] { return log.freed == 1; });
    EXPECT_GE(std::chrono::steady_clock::now() - begin, limits::closing_wait - 100ms);
}

TEST_F(ConnectionTest, WaitsForASlowReaderBeforeItCloses) {
    const std::string large(4'000'000, 'x');
    loop.run([&] {
        connection->send(large);
        connection->close_when_flushed();
    });
    const auto end = std::chrono::steady_clock::now() + limits::closing_wait + 1s;
    std::size_t got = 0;
    while (std::chrono::steady_clock::now() < end) {
        got += peer.receive(50'000).size();
        std::this_thread::sleep_for(100ms);
    }
    EXPECT_EQ(got + peer.receive_to_end().size(), large.size());
    peer.close();
    wait_until([&] { return log.freed == 1; });
}

TEST_F(ConnectionTest, ClosesAtOnceWhenTold) {
    loop.run([&] {
        connection->send("lost");
        connection->close();
        connection->close();
        EXPECT_TRUE(connection->closed());
    });
    EXPECT_EQ(peer.receive_to_end(), "");
    wait_until([&] { return log.freed == 1; });
    EXPECT_EQ(log.gone, 0);
}

TEST_F(ConnectionTest, TellsOnceThatThePeerIsGone) {
    peer.send("last words");
    peer.close();
    wait_until([&] { return log.freed == 1; });
    EXPECT_EQ(log.gone, 1);
    EXPECT_EQ(log.bytes, "last words");
}

TEST_F(ConnectionTest, NoticesAPeerThatGoesWhileItWrites) {
    loop.run([&] { connection->send(std::string(5'000'000, 'x')); });
    peer.receive(100);
    peer.close();
    wait_until([&] { return log.freed == 1; });
    EXPECT_EQ(log.gone, 1);
}

TEST_F(ConnectionTest, PausesReading) {
    loop.run([&] {
        connection->pause_reading();
        connection->pause_reading();
    });
    peer.send("later");
    EXPECT_TRUE(peer.is_silent(30ms));
    EXPECT_EQ(received(), "");
    loop.run([&] { connection->resume_reading(); });
    wait_until([&] { return received() == "later"; });
    loop.run([&] { connection->pause_reading(); });
    peer.close();  // also seen while paused
    wait_until([&] { return log.gone == 1; });
}

TEST_F(ConnectionTest, GivesItsDescriptorAway) {
    LoopThread other;
    Log other_log;
    peer.send("first");
    wait_until([&] { return received() == "first"; });
    int descriptor = -1;
    loop.run([&] { descriptor = connection->release().descriptor; });
    wait_until([&] { return log.freed == 1; });
    EXPECT_EQ(log.gone, 0);
    peer.send("second");
    other.run([&] {
        Connection* continued = Connection::adopt(*other, descriptor, {}, nullptr);
        continued->set_protocol(std::make_unique<Recorder>(other_log));
        continued->send("hello from elsewhere");
    });
    EXPECT_EQ(peer.receive(20), "hello from elsewhere");
    peer.close();
    wait_until([&] { return other_log.freed == 1; });
    EXPECT_EQ(other_log.bytes, "second");
}

TEST_F(ConnectionTest, MayChangeItsProtocolWithinACall) {
    struct Switcher final : Protocol {
        Switcher(Connection& owner, Log& next) : connection(owner), log(next) {}
        void on_bytes(std::span<char>) override {
            connection.set_protocol(std::make_unique<Recorder>(log));
            connection.send("switched");
        }
        void on_gone() override {}
        Connection& connection;
        Log& log;
    };
    Log second;
    loop.run([&] { connection->set_protocol(std::make_unique<Switcher>(*connection, second)); });
    peer.send("x");
    EXPECT_EQ(peer.receive(8), "switched");
    peer.send("y");
    peer.close();
    wait_until([&] { return second.freed == 1; });
    EXPECT_EQ(second.bytes, "y");
    EXPECT_EQ(second.gone, 1);
}

TEST(ConnectionOwner, IsTheLoop) {  // whatever is open when the loop ends, ends with it
    std::array<int, 2> ends{};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    const Peer peer{ends[1]};
    Log log;
    ConnectionLedger counter{};
    {
        LoopThread loop;
        loop.run([&] {
            auto* connection = Connection::adopt(*loop, ends[0], {}, &counter);
            connection->set_protocol(std::make_unique<Recorder>(log));
            connection->send("x");
        });
        EXPECT_EQ(peer.receive(1), "x");
    }
    EXPECT_EQ(log.freed, 1);
    EXPECT_EQ(log.gone, 0);
    EXPECT_EQ(counter.count(), 0U);
    EXPECT_EQ(peer.receive_to_end(), "");
}

TEST(ConnectionOverTcp, SurvivesAReset) {
    LoopThread loop;
    const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    ASSERT_EQ(bind(listening, reinterpret_cast<const sockaddr*>(&address), length), 0);
    ASSERT_EQ(listen(listening, 4), 0);
    ASSERT_EQ(getsockname(listening, reinterpret_cast<sockaddr*>(&address), &length), 0);
    for (const bool with_output : {false, true}) {
        Peer peer = Peer::connect(ntohs(address.sin_port));
        const int descriptor = accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        Log log;
        loop.run([&] {
            auto* connection = Connection::adopt(*loop, descriptor, {}, nullptr);
            connection->set_protocol(std::make_unique<Recorder>(log));
            if (with_output) connection->send(std::string(20'000'000, 'x'));
        });
        if (with_output) peer.receive(10);
        peer.reset();
        wait_until([&] { return log.freed == 1; });
        EXPECT_EQ(log.gone, 1);
    }
    close(listening);
}

TEST(ConnectionAdopt, RefusesWhatIsNoSocket) {
    LoopThread loop;
    ConnectionLedger counter{};
    loop.run([&] {
        const int file = open("/dev/null", O_RDONLY | O_CLOEXEC);  // epoll takes no such file
        EXPECT_EQ(Connection::adopt(*loop, file, {}, &counter), nullptr);
    });
    EXPECT_EQ(counter.count(), 0U);
}

}  // namespace
}  // namespace homeroom::net
