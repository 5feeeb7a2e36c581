// The answers to broadcasts that ask for one, on one loop. Loop thread only; what is collected from
// several loops is BroadcastAnswers.
//
// Every receiver of a broadcast gets the same ack id, so these have a range of their own, above
// those that a socket counts for itself. A broadcast is complete when every receiver has answered
// or left, or when its time is over; nobody who left is waited for.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/limit_counters.h"
#include "hub/types.h"
#include "net/event_loop.h"

namespace homeroom::hub {

// What one receiver said; nothing when it left, or did not answer in time.
struct BroadcastAnswer {
    std::string socket_id{};
    std::optional<Arguments> answer{};
};

// Collects the answers of all loops; the last one to finish calls `done`, on its own thread.
class BroadcastAnswers {
public:
    using Done = std::function<void(std::vector<BroadcastAnswer>)>;

    BroadcastAnswers(std::size_t parts, Done done) : parts_left_(parts), done_(std::move(done)) {}
    void finish_part(std::vector<BroadcastAnswer> answers);  // any thread

private:
    std::mutex mutex_;
    std::size_t parts_left_;                  // guarded by mutex_
    std::vector<BroadcastAnswer> answers_{};  // guarded by mutex_
    Done done_;
};

class BroadcastAcks {
public:
    // Ids of broadcasts are in [first_id, 2^31): clients parse them as 32-bit signed integers.
    static constexpr std::uint64_t first_id = 1ULL << 30;
    static constexpr std::uint64_t id_mask = first_id - 1;

    // `counters` may be null.
    BroadcastAcks(net::EventLoop& loop, LimitCounters* counters);
    ~BroadcastAcks();

    // Waits for the sockets' answers to `id`. With too many broadcasts waiting already, or no
    // receiver, the part is finished at once.
    void await(std::uint64_t id, const std::vector<Socket*>& receivers,
               std::chrono::milliseconds timeout, std::shared_ptr<BroadcastAnswers> answers);
    void on_ack(std::uint64_t id, const Socket& socket, Arguments answer);
    void on_gone(const Socket& socket);

private:
    struct Waiting;
    void finish(std::uint64_t id);

    net::EventLoop& loop_;
    LimitCounters* counters_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Waiting>> waiting_;
};

}  // namespace homeroom::hub
