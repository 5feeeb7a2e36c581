// Carries deliveries out: looks for those that are due, begins an attempt in a command, posts it,
// and settles it in another.
//
//   the thread: look → a command each: begin_attempt → commit → post → … → a command: settle
//
// Promise: each is attempted at least once, and until it is accepted or given up; the process may
// end at any moment. An attempt counts before it is made, and what is heard of none is tried again
// under the same id. No more than limits::webhooks_in_flight_max are under way to one endpoint, so
// one that hangs takes nothing from the other, and nobody waits for either: not the loops, not the
// writer.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "features/notifications/deliveries.h"
#include "outgoing/http_client.h"
#include "outgoing/retry.h"

namespace homeroom::features::notifications {

struct Endpoint {
    std::string url{};  // empty: this way leads nowhere
    std::chrono::milliseconds delay{};
};

struct DispatcherOptions {
    Endpoint push{};
    Endpoint mail{};
    std::vector<std::string> keys{};  // the first is the current one
    outgoing::RetryPolicy retry{};
    std::chrono::milliseconds timeout = limits::webhook_timeout;

    const Endpoint& of(Channel channel) const { return channel == Channel::push ? push : mail; }
    OutgoingDelays delays() const;
};

class Dispatcher {
public:
    using Post = std::function<void(outgoing::HttpRequest, outgoing::HttpClient::Done)>;
    using Clock = std::function<WallTime()>;  // any thread

    // The store's threads, and what posts, must have ended before it goes.
    Dispatcher(store::Store& store, const campus::Directory& directory, DispatcherOptions options,
               Post post, Clock clock = wall_now);
    ~Dispatcher();

    void start();  // after the store's
    // Begins nothing more. What is under way is settled when it ends; what is broken off by our own
    // end, before the store's, has not failed.
    void stop();

    // Looks once. Any thread.
    void look();
    bool busy() const;  // anything is under way

    struct Counts {
        std::uint64_t delivered = 0, failed = 0, given_up = 0, in_flight = 0;
    };
    Counts counts() const;

private:
    struct Way {
        std::atomic<bool> looking{false};
        std::atomic<std::size_t> in_flight{0};  // deliveries between their beginning and their end
    };
    Way& way_of(Channel channel) { return ways_[static_cast<std::size_t>(channel)]; }
    void run();
    void look(Channel channel);
    void begin(Channel channel, const std::string& id);
    void send(Channel channel, Attempt attempt);
    void settle(Channel channel, const Attempt& attempt, const outgoing::HttpAnswer& answer);
    void put_back(Channel channel, const Attempt& attempt);
    bool is_stopping();
    void end(Channel channel);
    void wake();

    store::Store& store_;
    const campus::Directory& directory_;
    DispatcherOptions options_;
    Post post_;
    Clock clock_;
    std::array<Way, channels.size()> ways_{};
    std::atomic<std::uint64_t> delivered_{0}, failed_{0}, given_up_{0};

    std::mutex mutex_{};
    std::condition_variable woken_{};
    bool stopping_ = false;  // guarded
    bool awake_ = false;     // guarded: something has ended, there is room
    std::thread thread_{};
};

}  // namespace homeroom::features::notifications
