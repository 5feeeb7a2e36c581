#include "base/ids.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <sys/random.h>

#include "base/base64.h"

namespace homeroom {
namespace {

__extension__ using Noise = unsigned __int128;

// A small reserve per thread: one system call serves many ids.
class Reserve {
public:
    void fill(char* to, std::size_t count) {
        while (count > 0) {
            if (used_ == bytes_.size()) refill();
            const std::size_t take = std::min(count, bytes_.size() - used_);
            std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(used_), take, to);
            // Never leave what became a secret lying in the reserve.
            std::fill_n(bytes_.begin() + static_cast<std::ptrdiff_t>(used_), take, '\0');
            used_ += take;
            to += take;
            count -= take;
        }
    }

private:
    void refill() {
        std::size_t have = 0;
        while (have < bytes_.size()) {
            const ssize_t got = getrandom(bytes_.data() + have, bytes_.size() - have, 0);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) std::abort();  // no randomness, no secrets: nothing safe can follow
            have += static_cast<std::size_t>(got);
        }
        used_ = 0;
    }

    std::array<char, 1024> bytes_{};
    std::size_t used_ = 1024;
};

thread_local Reserve reserve;

// A ULID in its two parts.
struct Ulid {
    WallTime time{};
    Noise noise = 0;  // 80 bits
};

template <typename Number>
Number random_number() {
    Number number = 0;
    std::array<char, sizeof number> bytes{};
    reserve.fill(bytes.data(), bytes.size());
    std::memcpy(&number, bytes.data(), bytes.size());
    return number;
}

// Behind all that this process has made within `ulid_step_back_max`, by a step that nobody can
// guess.
Ulid next_ulid(WallTime now) {
    static std::mutex mutex;
    static Ulid last;
    const std::lock_guard lock(mutex);
    if (now > last.time || last.time - now > ulid_step_back_max) {
        // The first bit is left free to count up.
        last = {.time = now, .noise = random_number<Noise>() >> 49};
    } else {
        last.noise += Noise{1} + random_number<std::uint32_t>();
    }
    return last;
}

constexpr std::string_view crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

}  // namespace

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    reserve.fill(bytes.data(), count);
    return bytes;
}

std::string random_id20() {
    return base64::encode_url(random_bytes(15));
}

std::string make_ulid(WallTime now) {
    const auto [time, noise] = next_ulid(now);
    std::string text(26, '0');
    auto rest = static_cast<std::uint64_t>(time.time_since_epoch().count());
    for (std::size_t i = 10; i-- > 0; rest >>= 5) text[i] = crockford[rest & 31];
    for (std::size_t i = 16, shift = 0; i-- > 0; shift += 5)
        text[10 + i] = crockford[static_cast<std::size_t>(noise >> shift) & 31];
    return text;
}

std::optional<WallTime> time_of_ulid(std::string_view ulid) {
    if (ulid.size() != 26 || ulid.find_first_not_of(crockford) != std::string_view::npos ||
        ulid.front() > '7')
        return std::nullopt;
    std::int64_t time = 0;
    for (const char c : ulid.substr(0, 10))
        time = time * 32 + static_cast<std::int64_t>(crockford.find(c));
    return WallTime{std::chrono::milliseconds{time}};
}

}  // namespace homeroom
