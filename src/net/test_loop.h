// For tests: a loop on a thread of its own, and a plain, blocking client to talk to what runs on
// it.
#pragma once

#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <functional>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <netinet/in.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "net/event_loop.h"

namespace homeroom::net::test {

// Long enough for a sanitizer's build on a busy machine; a test that passes never waits for it.
inline constexpr auto patience = std::chrono::seconds{20};

template <typename Condition>
void wait_until(const Condition& condition) {
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        ASSERT_LT(std::chrono::steady_clock::now(), end) << "waited in vain";
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
}

class LoopThread {
public:
    LoopThread()
        : loop_(std::move(EventLoop::create()).value()),
          thread_([loop = loop_.get()] { loop->run(); }) {}
    ~LoopThread() { stop(); }
    LoopThread(const LoopThread&) = delete;
    LoopThread& operator=(const LoopThread&) = delete;

    EventLoop* operator->() { return loop_.get(); }
    EventLoop* get() { return loop_.get(); }
    EventLoop& operator*() { return *loop_; }

    // Carries `task` out on the loop and waits for it.
    void run(const std::function<void()>& task) {
        std::promise<void> done;
        loop_->post([&] {
            task();
            done.set_value();
        });
        done.get_future().wait();
    }
    void stop() {
        if (!thread_.joinable()) return;
        loop_->stop();
        thread_.join();
    }

private:
    std::unique_ptr<EventLoop> loop_;
    std::thread thread_;
};

// For a peer that reads nothing: the rest of it stays queued here.
inline std::string more_than_the_kernel_takes() {
    return std::string(std::size_t{24} << 20U, 'x');
}

// One end of a connection, blocking, with the patience as its limit.
class Peer {
public:
    Peer() = default;
    explicit Peer(int descriptor) : descriptor_(descriptor) {
        const timeval limit{.tv_sec = patience.count(), .tv_usec = 0};
        setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    }
    static Peer connect(std::uint16_t port, int receive_buffer = 0) {
        const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (receive_buffer > 0) {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(
            ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        return Peer{descriptor};
    }
    Peer(Peer&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    Peer& operator=(Peer other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~Peer() { close(); }

    int descriptor() const { return descriptor_; }
    void close() {
        if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    }
    // Ends with a reset in place of a FIN.
    void reset() {
        const linger now{.l_onoff = 1, .l_linger = 0};
        setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
        close();
    }
    void end_sending() const { shutdown(descriptor_, SHUT_WR); }

    // False when the other end is gone.
    bool send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return true;
    }
    // What has arrived, at most `most`; empty at the end, on a reset, and when patience is over.
    std::string receive_some(std::size_t most = 64 * 1024) const {
        std::string bytes(most, '\0');
        const auto got = recv(descriptor_, bytes.data(), bytes.size(), 0);
        EXPECT_FALSE(got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            << "waited in vain for bytes";
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }
    std::string receive(std::size_t count) const {
        std::string bytes;
        while (bytes.size() < count) {
            const std::string more = receive_some(count - bytes.size());
            if (more.empty()) break;
            bytes += more;
        }
        return bytes;
    }
    std::string receive_until(std::string_view end) const {
        std::string bytes;
        while (!bytes.ends_with(end)) {
            const std::string more = receive_some(1);
            if (more.empty()) break;
            bytes += more;
        }
        return bytes;
    }
    std::string receive_to_end() const {
        std::string bytes;
        while (true) {
            const std::string more = receive_some();
            if (more.empty()) return bytes;
            bytes += more;
        }
    }
    // Whether nothing comes for a moment, not even the end.
    bool is_silent(std::chrono::milliseconds wait = std::chrono::milliseconds{50}) const {
        pollfd ready{.fd = descriptor_, .events = POLLIN, .revents = 0};
        return poll(&ready, 1, static_cast<int>(wait.count())) == 0;
    }

private:
    int descriptor_ = -1;
};

}  // namespace homeroom::net::test
