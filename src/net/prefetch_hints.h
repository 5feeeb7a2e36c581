// Which objects serving a watcher will touch. With thousands of connections they are in no cache
// when an event comes, and each is found through the one before it: to wait for one after the other
// takes as long as all the work. The loop asks for all of them while it still serves the event
// before. Loop thread only.
#pragma once

#include <array>
#include <cstddef>

namespace homeroom::net {

// Asks for the beginning of an object. Never read: it may be gone, or none.
inline void prefetch_object(const void* object) {
    if (object == nullptr) return;
    constexpr std::size_t line_bytes = 64;
    constexpr std::size_t lines = 3;
    const auto* const bytes = static_cast<const char*>(object);
    for (std::size_t i = 0; i < lines; ++i) __builtin_prefetch(bytes + i * line_bytes);
}

class PrefetchHints {
public:
    // One for each step from a connection upwards. Here they are only kept.
    enum class Of : std::size_t { protocol, receiver, handler, socket, socket_data, count };

    void set(Of place, const void* object) { objects_[static_cast<std::size_t>(place)] = object; }
    void prefetch_all() const {
        for (const void* const object : objects_) prefetch_object(object);
    }

private:
    std::array<const void*, static_cast<std::size_t>(Of::count)> objects_{};
};

}  // namespace homeroom::net
