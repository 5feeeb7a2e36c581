// What the server, SQLite and the C++ library ask of the system, answered by the machine that is
// simulated: threads, locks, waits, clocks, randomness, and connections, which stay in this process
// and arrive at once. These definitions take the place of libc's in this program.
//
// Not here: files, which are below SQLite (disk_vfs.cpp). What reads and writes sockets is the
// kernel's own, on sockets of which both ends are ours.
#include "libc.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <dlfcn.h>
#include <fmt/format.h>
#include <future>
#include <netinet/in.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <unordered_map>

#include "machine.h"

namespace {

using homeroom::simulation::Fiber;
using homeroom::simulation::Machine;
using homeroom::simulation::nanoseconds_per_second;
using homeroom::simulation::never;
using Until = Machine::Until;

std::int64_t nanoseconds_of(const timespec& time) {
    return time.tv_sec * nanoseconds_per_second + time.tv_nsec;
}

timespec timespec_of(std::int64_t nanoseconds) {
    return {.tv_sec = nanoseconds / nanoseconds_per_second,
            .tv_nsec = nanoseconds % nanoseconds_per_second};
}

// A moment of this clock, as one of the machine's steady one.
std::int64_t deadline_of(clockid_t clock, const timespec& moment) {
    const auto& machine = Machine::here();
    const std::int64_t time = nanoseconds_of(moment);
    return clock == CLOCK_REALTIME ? time - machine.wall() + machine.steady() : time;
}

int wait_for_signal(const void* condition, pthread_mutex_t* mutex, std::int64_t deadline) {
    auto& machine = Machine::here();
    machine.unlock(mutex);
    const bool woken =
        machine.wait({.until = Until::woken, .object = condition, .deadline = deadline});
    machine.lock(mutex);
    return woken ? 0 : ETIMEDOUT;
}

std::uint64_t draws = 0;  // of random bytes

}  // namespace

extern "C" {

// --- Threads -------------------------------------------------------------------------------------

int pthread_create(pthread_t* thread, const pthread_attr_t*, void* (*run)(void*),
                   void* argument) noexcept {
    *thread = reinterpret_cast<pthread_t>(Machine::here().start(run, argument));
    return 0;
}

int pthread_join(pthread_t thread, void** result) {
    auto* const fiber = reinterpret_cast<Fiber*>(thread);
    Machine::here().wait({.until = Until::ended, .object = fiber});
    void* const given = Machine::here().take_result(fiber);
    if (result != nullptr) *result = given;
    return 0;
}

int pthread_detach(pthread_t) noexcept {
    return 0;
}

pthread_t pthread_self() noexcept {
    return reinterpret_cast<pthread_t>(Machine::here().self());
}

int pthread_setname_np(pthread_t, const char*) noexcept {
    return 0;
}

int sched_yield() noexcept {
    Machine::here().let_others();
    return 0;
}

// --- Locks and conditions ------------------------------------------------------------------------

int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
    Machine::here().lock(mutex);
    return 0;
}

int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
    return Machine::here().try_lock(mutex) ? 0 : EBUSY;
}

int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
    Machine::here().unlock(mutex);
    return 0;
}

int pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept {
    Machine::here().lock_shared(lock);
    return 0;
}

int pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept {
    Machine::here().lock(lock);
    return 0;
}

int pthread_rwlock_unlock(pthread_rwlock_t* lock) noexcept {
    Machine::here().unlock(lock);
    return 0;
}

int pthread_cond_wait(pthread_cond_t* condition, pthread_mutex_t* mutex) {
    return wait_for_signal(condition, mutex, never);
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const timespec* moment) {
    return wait_for_signal(condition, mutex, deadline_of(CLOCK_REALTIME, *moment));
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const timespec* moment) {
    return wait_for_signal(condition, mutex, deadline_of(clock, *moment));
}

int pthread_cond_signal(pthread_cond_t* condition) noexcept {
    Machine::here().wake(condition, false);
    return 0;
}

int pthread_cond_broadcast(pthread_cond_t* condition) noexcept {
    Machine::here().wake(condition, true);
    return 0;
}

// --- Time and chance -----------------------------------------------------------------------------

int clock_gettime(clockid_t clock, timespec* time) noexcept {
    Machine::here().look_at_clock();
    const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    *time = timespec_of(wall ? Machine::here().wall() : Machine::here().steady());
    return 0;
}

int gettimeofday(timeval* time, void*) noexcept {
    const auto wall = timespec_of(Machine::here().wall());
    *time = {.tv_sec = wall.tv_sec, .tv_usec = wall.tv_nsec / 1'000};
    return 0;
}

time_t time(time_t* to) noexcept {
    const time_t seconds = Machine::here().wall() / nanoseconds_per_second;
    if (to != nullptr) *to = seconds;
    return seconds;
}

int nanosleep(const timespec* time, timespec*) {
    auto& machine = Machine::here();
    machine.wait({.until = Until::time, .deadline = machine.steady() + nanoseconds_of(*time)});
    return 0;
}

int clock_nanosleep(clockid_t clock, int flags, const timespec* time, timespec*) {
    auto& machine = Machine::here();
    const std::int64_t deadline = (flags & TIMER_ABSTIME) != 0
                                      ? deadline_of(clock, *time)
                                      : machine.steady() + nanoseconds_of(*time);
    machine.wait({.until = Until::time, .deadline = deadline});
    return 0;
}

ssize_t getrandom(void* to, size_t count, unsigned) {
    auto* const bytes = static_cast<unsigned char*>(to);
    for (size_t i = 0; i < count; ++i)
        bytes[i] = static_cast<unsigned char>(Machine::here().chance().next() & 0xFFU);
    ++draws;
    return static_cast<ssize_t>(count);
}

// --- Connections ---------------------------------------------------------------------------------

int epoll_wait(int epoll, epoll_event* events, int count, int milliseconds) {
    const auto look = [&] {
        return static_cast<int>(syscall(SYS_epoll_wait, epoll, events, count, 0));
    };
    const int ready = look();
    if (ready != 0 || milliseconds == 0) {
        Machine::here().perhaps_let_others();
        return ready;
    }
    auto& machine = Machine::here();
    machine.wait({.until = Until::readable,
                  .value = static_cast<unsigned>(epoll),
                  .deadline = milliseconds < 0
                                  ? never
                                  : machine.steady() + std::int64_t{milliseconds} * 1'000'000});
    return look();
}

}  // extern "C"

namespace {

// The ports that somebody listens on, by their descriptors; and those of abstract Unix sockets in
// their place.
std::unordered_map<int, std::uint16_t>& ports() {
    static auto& all = *new std::unordered_map<int, std::uint16_t>;
    return all;
}

socklen_t name_of(std::uint16_t port, sockaddr_un& address) {
    const std::string name = fmt::format("homeroom-simulation-{}-{}", getpid(), port);
    address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path + 1, name.data(), name.size());
    return static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
}

void write_inet(std::uint16_t port, sockaddr* to, socklen_t* length) {
    sockaddr_in inet{};
    inet.sin_family = AF_INET;
    inet.sin_port = htons(port);
    inet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::memcpy(to, &inet, sizeof inet);
    *length = sizeof inet;
}

}  // namespace

extern "C" {

int socket(int family, int type, int protocol) noexcept {
    const bool inet = family == AF_INET;
    return static_cast<int>(
        syscall(SYS_socket, inet ? AF_UNIX : family, type, inet ? 0 : protocol));
}

int bind(int descriptor, const sockaddr* address, socklen_t length) noexcept {
    if (address->sa_family != AF_INET)
        return static_cast<int>(syscall(SYS_bind, descriptor, address, length));
    sockaddr_in wanted{};
    std::memcpy(&wanted, address, sizeof wanted);
    static std::uint16_t next_port = 10'000;
    const std::uint16_t port = wanted.sin_port != 0 ? ntohs(wanted.sin_port) : next_port++;
    ports()[descriptor] = port;
    sockaddr_un local{};
    const socklen_t local_length = name_of(port, local);
    return static_cast<int>(syscall(SYS_bind, descriptor, &local, local_length));
}

int getsockname(int descriptor, sockaddr* address, socklen_t* length) noexcept {
    write_inet(ports()[descriptor], address, length);
    return 0;
}

int accept4(int descriptor, sockaddr* address, socklen_t* length, int flags) {
    const int accepted =
        static_cast<int>(syscall(SYS_accept4, descriptor, nullptr, nullptr, flags));
    if (accepted >= 0) write_inet(1, address, length);
    return accepted;
}

// --- SQLite --------------------------------------------------------------------------------------

// The log is said to be so many times as long as it is: checkpoints come as often as in a server
// with so many times as much to do.
void* sqlite3_wal_hook(sqlite3* connection, int (*hook)(void*, sqlite3*, const char*, int),
                       void* context) {
    constexpr int times = 200;
    using Hook = int (*)(void*, sqlite3*, const char*, int);
    struct Lengthened {
        Hook hook;
        void* context;
    };
    static auto* const real =
        reinterpret_cast<void* (*)(sqlite3*, Hook, void*)>(dlsym(RTLD_NEXT, "sqlite3_wal_hook"));
    // As many as there are databases opened: a few a seed.
    auto* const lengthened = new Lengthened{hook, context};
    return real(
        connection,
        [](void* of, sqlite3* handle, const char* name, int pages) {
            const auto* const one = static_cast<const Lengthened*>(of);
            return one->hook(one->context, handle, name, pages * times);
        },
        lengthened);
}

}  // extern "C"

// What std::future waits with.
bool std::__atomic_futex_unsigned_base::_M_futex_wait_until(unsigned* word, unsigned value,
                                                            bool has_deadline,
                                                            std::chrono::seconds seconds,
                                                            std::chrono::nanoseconds more) {
    const timespec moment{.tv_sec = seconds.count(), .tv_nsec = more.count()};
    return Machine::here().wait(
        {.until = Until::changed,
         .object = word,
         .value = value,
         .deadline = has_deadline ? deadline_of(CLOCK_REALTIME, moment) : never});
}

bool std::__atomic_futex_unsigned_base::_M_futex_wait_until_steady(unsigned* word, unsigned value,
                                                                   bool has_deadline,
                                                                   std::chrono::seconds seconds,
                                                                   std::chrono::nanoseconds more) {
    const timespec moment{.tv_sec = seconds.count(), .tv_nsec = more.count()};
    return Machine::here().wait(
        {.until = Until::changed,
         .object = word,
         .value = value,
         .deadline = has_deadline ? deadline_of(CLOCK_MONOTONIC, moment) : never});
}

void std::__atomic_futex_unsigned_base::_M_futex_notify_all(unsigned*) {}

namespace homeroom::simulation {

int connect_to(std::uint16_t port) {
    const int descriptor = static_cast<int>(
        syscall(SYS_socket, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (descriptor < 0) return -1;
    sockaddr_un address{};
    const socklen_t length = name_of(port, address);
    if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), length) == 0)
        return descriptor;
    close(descriptor);
    return -1;
}

std::uint64_t bytes_drawn() {
    return draws;
}

double real_seconds() {
    timespec time{};
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace homeroom::simulation
