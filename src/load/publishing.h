// Publishing in rooms, one publisher a stream: what fanout, rooms, lecture, slow, exam and feed do.
//
// Closed loop: so many events of a stream are under way at once. One is until its answer has come
// (feed), or until all expected receivers, in all processes, have it: each process counts down its
// own; the last of the processes wakes the publisher's.
// Open loop: the streams take turns at a fixed rate, and an event's time is when it was to be sent,
// so that what the server, or this program, holds up counts as waiting.
//
// A connection that takes nothing holds its events back, with their times: up to 4 MiB, and up to
// 65,536 that no answer has come to. What is due beyond that, or when the publisher is not
// connected, is never sent, and counted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "load/pacer.h"
#include "load/role.h"
#include "load/schedule.h"
#include "load/worker.h"

namespace homeroom::load {

class Publishing : public Role {
public:
    // What ends an event's being under way, in a closed loop.
    enum class Until : std::uint8_t { received, answered };
    explicit Publishing(Worker& worker, Until until = Until::received);

    // Of each stream, from the next begin() on.
    void limit_events(std::uint64_t count) { events_max_ = count; }

    void on_delivery(Seat& seat, const Mark& mark) override;
    void on_ack(Seat& seat, std::uint64_t id, std::string_view arguments) override;
    bool on_lost(Seat& seat) override;
    void begin() override;
    void end() override;
    void on_wake() override;

protected:
    // Whether a refusal is none of ours to complain of: another event is sent in its place, when
    // something wakes it again.
    virtual bool is_put_off(std::string_view /*arguments*/) { return false; }

private:
    struct Publisher {
        std::uint32_t stream = 0;
        Seat* seat = nullptr;
        std::string to{};  // the room, as JSON
        std::uint64_t next = 1;
        std::uint64_t end = UINT64_MAX;  // behind the last that is to be sent
        // When they were, or were to be, sent: those whose answer has not come, by sequence; and
        // the last --in-flight, a ring.
        std::unordered_map<std::uint64_t, std::int64_t> unanswered{};
        std::vector<std::int64_t> times{};
    };
    // Of an event under way: who of this process has yet to receive it.
    struct Awaited {
        std::uint64_t sequence = 0;
        std::uint32_t left = 0;
    };

    bool open_loop() const { return worker_.plan().rate > 0; }
    bool counts_receivers() const { return !open_loop() && until_ == Until::received; }
    bool has_place(const Publisher& publisher) const;
    void take_streams();
    void publish(Publisher& publisher, std::int64_t time, Client::Leaves leaves);
    void publish_all();
    void publish_free(Publisher& publisher);
    void publish_due(std::int64_t now);
    static bool takes_more(const Publisher& publisher);
    void count_down(std::uint32_t stream, std::uint64_t sequence, std::uint32_t members);
    void refused(Publisher& publisher, std::uint64_t sequence);
    void wait_no_longer(std::uint32_t stream, std::uint64_t sequence);
    Publisher* publisher_of(std::uint32_t stream);
    void give_up();

    Worker& worker_;
    Until until_;
    bool running_ = false;
    std::uint64_t events_max_ = UINT64_MAX / 2;
    std::vector<Publisher> publishers_{};
    std::vector<std::vector<Awaited>> awaited_{};  // by stream, by sequence
    std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> streams_of_{};  // a room
    net::Timer give_up_timer_;
    // Open loop.
    std::unique_ptr<Pacer> pacer_{};
    std::optional<Schedule> schedule_{};
};

}  // namespace homeroom::load
