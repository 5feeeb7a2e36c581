#include "load/shared_run.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <functional>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace homeroom::load {
namespace {

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "processes share it");
static_assert(std::atomic<bool>::is_always_lock_free, "processes share it");

Error failed(const char* what) {
    return {Code::internal, std::string{what} + ": " + std::system_category().message(errno)};
}

// Zeroes, of which only what is touched takes memory.
void* map(std::size_t bytes) {
    void* const address = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return address == MAP_FAILED ? nullptr : address;
}

// Never 0. The same in all processes: they are copies of one.
std::uint64_t hash_of(std::string_view name) {
    return std::hash<std::string_view>{}(name) | 1U;
}

}  // namespace

std::int64_t now_nanoseconds() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

void copy_text(std::string_view text, std::span<char> to) {
    const std::size_t bytes = std::min(text.size(), to.size() - 1);
    // A stranger's words may end at a terminal: ASCII that can be seen.
    std::ranges::replace_copy_if(
        text.substr(0, bytes), to.data(), [](char c) { return c < ' ' || c > '~'; }, '?');
    to[bytes] = '\0';
}

std::string_view RoomEntry::name() const {
    return named.load(std::memory_order_acquire) ? std::string_view{name_text.data()}
                                                 : std::string_view{};
}

Result<std::unique_ptr<SharedRun>> SharedRun::create(const Plan& plan) {
    std::unique_ptr<SharedRun> run{new SharedRun};
    void* const common = map(sizeof(Common));
    if (common == nullptr) return failed("mmap");
    run->common_ = static_cast<Common*>(common);  // its members are zero, as they are to begin
    run->in_flight_ = plan.in_flight;
    const std::size_t streams = plan.scenario == Scenario::rooms ? plan.rooms
                                : plan.comes_slowly()            ? exam_publishers_max
                                                                 : 1;
    const std::size_t slots = streams * plan.in_flight;
    void* const memory = map(slots * sizeof(std::atomic<std::uint64_t>));
    if (memory == nullptr) return failed("mmap");
    run->slots_ = {static_cast<std::atomic<std::uint64_t>*>(memory), slots};
    for (; run->wakes_count_ < plan.processes; ++run->wakes_count_) {
        const int wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (wake < 0) return failed("eventfd");
        run->wakes_[run->wakes_count_] = wake;
    }
    return run;
}

SharedRun::~SharedRun() {
    for (std::uint32_t i = 0; i < wakes_count_; ++i) close(wakes_[i]);
    if (!slots_.empty()) munmap(slots_.data(), slots_.size_bytes());
    if (common_ != nullptr) munmap(common_, sizeof(Common));
}

std::uint32_t SharedRun::room_index(std::string_view name) {
    const std::uint64_t hash = hash_of(name);
    for (std::size_t tries = 0; tries < rooms_max; ++tries) {
        const std::size_t at = (hash / 2 + tries) % rooms_max;
        RoomEntry& entry = common_->rooms[at];
        std::uint64_t there = entry.hash.load(std::memory_order_acquire);
        if (there == 0 &&
            entry.hash.compare_exchange_strong(there, hash, std::memory_order_acq_rel)) {
            copy_text(name, entry.name_text);
            entry.named.store(true, std::memory_order_release);
            return static_cast<std::uint32_t>(at);
        }
        // Two names with one hash of 64 bits: not in our lifetime.
        if (there == hash) return static_cast<std::uint32_t>(at);
    }
    return no_room;
}

void SharedRun::wake(std::uint32_t process) const {
    const std::uint64_t one = 1;
    // Only ever fails when it is set already.
    [[maybe_unused]] const ssize_t written = write(wakes_[process], &one, sizeof one);
}

}  // namespace homeroom::load
