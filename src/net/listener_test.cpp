// Listening: free ports, ports in use, sockets in the file system, and a process without
// descriptors.
#include "net/listener.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <vector>

#include "base/log.h"
#include "net/test_loop.h"

namespace homeroom::net {
namespace {

using namespace std::chrono_literals;
using test::LoopThread;
using test::Peer;
using test::wait_until;

void ignore(int descriptor, const PeerAddress&) {
    close(descriptor);
}

std::string error_of(const ListenOptions& options) {
    auto loop = std::move(EventLoop::create()).value();
    const auto listener = Listener::listen(*loop, options, ignore);
    if (listener.ok()) return "";
    return std::string{to_string(listener.error().code)} + ": " + listener.error().message + " [" +
           listener.error().field + "]";
}

TEST(Listener, TellsTheFreePortThatItGot) {
    auto loop = std::move(EventLoop::create()).value();
    const auto first = std::move(Listener::listen(*loop, {}, ignore)).value();
    const auto second =
        std::move(Listener::listen(*loop, {.address = "localhost"}, ignore)).value();
    EXPECT_NE(first->port(), 0);
    EXPECT_NE(second->port(), 0);
    EXPECT_NE(first->port(), second->port());
}

TEST(Listener, SaysThatAPortIsInUse) {
    auto loop = std::move(EventLoop::create()).value();
    const auto first = std::move(Listener::listen(*loop, {}, ignore)).value();
    const std::string error = error_of({.port = first->port()});
    EXPECT_EQ(error, "conflict: cannot listen on 127.0.0.1 port " + std::to_string(first->port()) +
                         ": Address already in use (is another server running there?) [port]");
    // Whoever does not share it has it alone.
    EXPECT_EQ(error_of({.port = first->port(), .share_port = true}).substr(0, 9), "conflict:");
}

TEST(Listener, SharesAPortWhenAllDo) {
    auto loop = std::move(EventLoop::create()).value();
    const auto first = std::move(Listener::listen(*loop, {.share_port = true}, ignore)).value();
    EXPECT_EQ(error_of({.port = first->port(), .share_port = true}), "");
    EXPECT_EQ(error_of({.port = first->port()}).substr(0, 9), "conflict:");
}

TEST(Listener, WantsAnAddress) {
    EXPECT_EQ(error_of({.address = "school.example"}),
              "invalid: not an IP address to listen on: \"school.example\" [host]");
    EXPECT_EQ(error_of({.address = ""}).substr(0, 8), "invalid:");
    EXPECT_EQ(error_of({.address = "256.0.0.1"}).substr(0, 8), "invalid:");
    EXPECT_EQ(error_of({.address = "192.0.2.1"}).substr(0, 12),
              "unavailable:");  // not this machine's
}

TEST(Listener, GivesReadyDescriptorsAndThePeersAddress) {
    LoopThread loop;
    std::atomic<int> accepted = 0;
    std::unique_ptr<Listener> listener;
    loop.run([&] {
        listener =
            std::move(Listener::listen(*loop, {}, [&](int descriptor, const PeerAddress& peer) {
                EXPECT_EQ(peer.text(), "127.0.0.1");
                EXPECT_NE(fcntl(descriptor, F_GETFL) & O_NONBLOCK, 0);
                EXPECT_NE(fcntl(descriptor, F_GETFD) & FD_CLOEXEC, 0);
                int no_delay = 0;
                socklen_t length = sizeof no_delay;
                getsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &no_delay, &length);
                EXPECT_NE(no_delay, 0);
                close(descriptor);
                ++accepted;
            })).value();
    });
    std::vector<Peer> peers;
    for (int i = 0; i < 150; ++i)
        peers.push_back(Peer::connect(listener->port()));  // more than one turn takes
    wait_until([&] { return accepted == 150; });
    loop.run([&] { listener.reset(); });
}

// --- In the file system --------------------------------------------------------------------------

class ListenLocalTest : public testing::Test {
protected:
    ListenLocalTest() {
        std::string pattern = testing::TempDir() + "listener-XXXXXX";
        folder = mkdtemp(pattern.data());
    }
    ~ListenLocalTest() override {
        unlink((folder + "/socket").c_str());
        rmdir(folder.c_str());
    }
    std::string folder;
};

TEST_F(ListenLocalTest, IsForItsOwnerOnly) {
    LoopThread loop;
    const std::string path = folder + "/socket";
    std::unique_ptr<Listener> listener;
    std::atomic<int> accepted = 0;
    for (int round = 0; round < 2; ++round) {  // the second finds what the first has left
        loop.run([&] {
            listener =
                std::move(Listener::listen_local(*loop, path,
                                                 [&](int descriptor, const PeerAddress& peer) {
                                                     EXPECT_EQ(peer.text(), "local");
                                                     close(descriptor);
                                                     ++accepted;
                                                 }))
                    .value();
        });
        struct stat status {};
        ASSERT_EQ(stat(path.c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777, 0600U);
        const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
        EXPECT_EQ(connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address),
                  0);
        wait_until([&] { return accepted == round + 1; });
        close(descriptor);
        loop.run([&] { listener.reset(); });
    }
}

TEST_F(ListenLocalTest, SaysWhyItCannot) {
    auto loop = std::move(EventLoop::create()).value();
    const auto too_long = Listener::listen_local(*loop, "/" + std::string(200, 'x'), ignore);
    ASSERT_FALSE(too_long.ok());
    EXPECT_EQ(too_long.error().code, Code::invalid);
    const auto nowhere = Listener::listen_local(*loop, folder + "/none/socket", ignore);
    ASSERT_FALSE(nowhere.ok());
    EXPECT_EQ(nowhere.error().code, Code::unavailable);
    EXPECT_NE(nowhere.error().message.find(folder + "/none/socket"), std::string::npos);
}

// --- Without descriptors -------------------------------------------------------------------------

double processor_seconds() {
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

TEST(Listener, SleepsWhenNoDescriptorIsLeftAndGoesOnLater) {
    // UndefinedBehaviorSanitizer needs a pipe to look at an object of a type that it has not seen.
    // So it sees the log's while there are descriptors, and nothing is written while there are
    // none.
    log::warn("{}", "the listener is about to run out of descriptors");
    spdlog::set_level(spdlog::level::off);
    LoopThread loop;
    std::atomic<int> accepted = 0;
    std::unique_ptr<Listener> listener;
    loop.run([&] {
        listener = std::move(Listener::listen(*loop, {}, [&](int descriptor, const PeerAddress&) {
                       close(descriptor);
                       ++accepted;
                   })).value();
    });
    const Peer waiting{socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    rlimit before{};
    ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
    const rlimit none{.rlim_cur = 3, .rlim_max = before.rlim_max};
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(listener->port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(
        connect(waiting.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
        0);
    const double used = processor_seconds();
    std::this_thread::sleep_for(500ms);
    EXPECT_LT(processor_seconds() - used, 0.25) << "the loop spins";
    EXPECT_EQ(accepted, 0);
    ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &before), 0);
    spdlog::set_level(spdlog::level::info);
    wait_until([&] { return accepted == 1; });
    loop.run([&] { listener.reset(); });
}

}  // namespace
}  // namespace homeroom::net
