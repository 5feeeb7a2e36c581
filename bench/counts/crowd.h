// Many WebSocket clients on one thread, blocking, that only connect and read. They are no more than
// descriptors: what the process allocates is the server's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace homeroom::counts {

class Crowd {
public:
    Crowd() = default;
    ~Crowd();
    Crowd(const Crowd&) = delete;
    Crowd& operator=(const Crowd&) = delete;

    // So many more: connected, upgraded, in the main namespace. Ends the program when one is
    // refused.
    void join(std::uint16_t port, std::size_t count);
    std::size_t size() const { return descriptors_.size(); }
    // Waits until so many bytes have come to each.
    void read(std::size_t bytes_each) const;

private:
    std::vector<int> descriptors_{};
};

}  // namespace homeroom::counts
