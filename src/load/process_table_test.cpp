#include "load/process_table.h"

#include <cstring>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "net/descriptor.h"

namespace homeroom::load {
namespace {

// A socket that listens on a free port of one family.
class Listening {
public:
    explicit Listening(int family) : descriptor_(socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in6 address{};
        address.sin6_family = static_cast<sa_family_t>(family);  // a zero address in either family
        socklen_t bytes = family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        ok_ = bind(descriptor_, any, bytes) == 0 && listen(descriptor_, 1) == 0 &&
              getsockname(descriptor_, any, &bytes) == 0;
        port_ = ntohs(address.sin6_port);
    }
    ~Listening() { close(descriptor_); }

    bool ok() const { return ok_; }
    std::uint16_t port() const { return port_; }

private:
    int descriptor_;
    bool ok_ = false;
    std::uint16_t port_ = 0;
};

TEST(ProcessTable, KnowsWhatThisProcessUses) {
    const auto before = usage_of(getpid());
    ASSERT_TRUE(before.ok()) << before.error().message;
    EXPECT_GT(before->resident_bytes, 100'000U);
    std::vector<char> memory(32 << 20U);
    volatile char* const touched = memory.data();
    auto after = usage_of(getpid());
    // Work until the clock of /proc has moved.
    while (after.ok() && after->cpu_seconds() == before->cpu_seconds()) {
        for (std::size_t i = 0; i < memory.size(); ++i) touched[i] = static_cast<char>(i);
        after = usage_of(getpid());
    }
    ASSERT_TRUE(after.ok());
    EXPECT_GE(after->user_seconds, before->user_seconds);
    EXPECT_GE(after->system_seconds, before->system_seconds);
    EXPECT_GT(after->resident_bytes, before->resident_bytes);
}

TEST(ProcessTable, SaysThatAProcessIsNoMore) {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    waitpid(child, nullptr, 0);
    const auto usage = usage_of(child);
    ASSERT_FALSE(usage.ok());
    EXPECT_EQ(usage.error().code, Code::not_found);
}

TEST(ProcessTable, FindsWhoListens) {
    const Listening four{AF_INET};
    ASSERT_TRUE(four.ok());
    EXPECT_EQ(listener_on(four.port()), getpid());
    const Listening six{AF_INET6};
    if (six.ok()) {
        EXPECT_EQ(listener_on(six.port()), getpid());
    }
}

TEST(ProcessTable, FindsNobodyWhereNobodyListens) {
    std::uint16_t port = 0;
    {
        const Listening gone{AF_INET};
        ASSERT_TRUE(gone.ok());
        port = gone.port();
    }
    EXPECT_NE(listener_on(port), getpid());
}

TEST(ProcessTable, CountsTheCpusThatItMayUse) {
    cpu_set_t before;
    ASSERT_EQ(sched_getaffinity(0, sizeof before, &before), 0);
    EXPECT_EQ(usable_cpus(), static_cast<std::uint32_t>(CPU_COUNT(&before)));
    std::size_t first = 0;
    while (!CPU_ISSET(first, &before)) ++first;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    ASSERT_EQ(sched_setaffinity(0, sizeof one, &one), 0);
    EXPECT_EQ(usable_cpus(), 1U);
    sched_setaffinity(0, sizeof before, &before);
}

}  // namespace
}  // namespace homeroom::load
