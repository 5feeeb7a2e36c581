// What the processes of a run share: one anonymous mapping, made before they are forked.
//
// All of it is zero at first. Whatever several write is atomic; everything in a ProcessState has
// one writer, its process, and the parent reads it: counters at any time, the rest once the process
// has done the command that ends the writing.
//
// The run goes by steps: the parent gives a command, wakes all, and each process says when it is
// done.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"
#include "load/histogram.h"
#include "load/plan.h"

namespace homeroom::load {

inline constexpr std::size_t rooms_max = 65'536;  // different ones, of all users
inline constexpr std::size_t reasons_max = 16;    // different ones are told apart in a process

enum class Command : std::uint32_t {
    none,
    connect,    // all below SharedRun::connect_until
    begin,      // traffic
    end,        // nothing new is sent any more
    assign,     // feed: the writers choose their classes
    stall,      // slow: some stop reading
    cut,        // exam: all connections break off
    come_back,  // exam: connect again, as `connect`
    explain,    // say what those wait for that are not let in
    check,      // compare what came with what was published
    quit,
};

// One writer, any reader.
class Counter {
public:
    void add(std::uint64_t more = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }
    void subtract(std::uint64_t less) {
        value_.store(value_.load(std::memory_order_relaxed) - less, std::memory_order_relaxed);
    }
    std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_{0};
};

struct Reason {
    std::array<char, 200> text;
    Counter count;
};

// What happened within a window of time. Deliveries and answers count by when they came, latencies
// by when their event was (or, in open loop, was to be) sent, so that the slow ones are in.
struct WindowState {
    Counter sent;
    Counter delivered;
    Counter acked;
    Counter wire_bytes;  // of what was delivered
    Histogram latency;
    Histogram ack_latency;
};

struct alignas(64) ProcessState {
    std::atomic<std::uint32_t> step_done;
    std::atomic<bool> failed;
    std::array<char, 200> failure;

    std::atomic<std::int64_t> idle;  // nanoseconds, of --busy-poll

    Counter ready;         // connections that are let in now
    Counter refused;       // that were not let in
    Counter disconnected;  // that ended although nobody wanted it
    Counter ended_stalled;
    Counter recovered;         // exam: came back with everything they had missed
    Counter recovered_events;  // that came before they were let in again
    Counter returned;          // restart: are there again
    Counter retried;           // and how often one was not let in, and tried again
    Counter received;          // deliveries of the whole run, each event once
    Counter withdrawn;         // of these, by connections that have ended since
    Counter acked;
    Counter outstanding;  // requests, and sign-ins of `connect`, that await their answer
    Counter refused_requests;
    Counter unsent;        // events of an open loop that were due and never sent
    Counter given_up;      // events that were waited for in vain
    Counter misdelivered;  // to somebody not in the room, or of no event that was published
    Counter duplicated;
    Counter disordered;
    Counter lost;
    Counter reasons_count;
    std::array<Reason, reasons_max> reasons;

    std::array<WindowState, 2> windows;
};

struct RoomEntry {
    std::atomic<std::uint64_t> hash;  // of the name; 0: free
    std::atomic<std::uint32_t> members;
    std::atomic<std::uint32_t> first_member;  // the lowest connection, plus one
    std::atomic<std::uint64_t> processes;     // that have members, a bit each
    std::atomic<bool> named;
    std::array<char, 288> name_text;

    std::string_view name() const;
};

// One publisher in one room.
struct StreamEntry {
    std::atomic<std::uint32_t> room;
    std::atomic<std::uint32_t> publisher;  // its connection
    std::atomic<std::uint64_t> published;  // the last sequence
    // Of these, by the server; and what was under way when the publisher's connection broke off.
    std::atomic<std::uint64_t> refused;
};

struct TimeWindow {
    std::atomic<std::int64_t> from;
    std::atomic<std::int64_t> until;

    bool holds(std::int64_t time) const {
        return time >= from.load(std::memory_order_relaxed) &&
               time < until.load(std::memory_order_relaxed);
    }
};

class SharedRun {
public:
    static Result<std::unique_ptr<SharedRun>> create(const Plan& plan);
    ~SharedRun();
    SharedRun(const SharedRun&) = delete;
    SharedRun& operator=(const SharedRun&) = delete;

    // The place of a room, by name; made when it is new. Any process. no_room when there are too
    // many.
    static constexpr std::uint32_t no_room = UINT32_MAX;
    std::uint32_t room_index(std::string_view name);

    struct Common {
        std::atomic<std::uint32_t> step;
        std::atomic<Command> command;
        std::atomic<std::uint32_t> connect_until;
        std::atomic<std::uint32_t> streams_count;
        std::array<TimeWindow, 2> windows;
        std::array<RoomEntry, rooms_max> rooms;
        std::array<StreamEntry, streams_max> streams;
        std::array<ProcessState, processes_max> processes;
    };
    Common& common() { return *common_; }
    const Common& common() const { return *common_; }
    ProcessState& process(std::uint32_t index) { return common_->processes[index]; }

    // Of a closed loop: who has yet to receive an event. sequence << 16 | processes to go.
    std::atomic<std::uint64_t>& slot(std::uint32_t stream, std::uint64_t sequence) {
        return slots_[std::size_t{stream} * in_flight_ + sequence % in_flight_];
    }

    void wake(std::uint32_t process) const;
    int wake_descriptor(std::uint32_t process) const { return wakes_[process]; }

private:
    SharedRun() = default;

    Common* common_ = nullptr;
    std::span<std::atomic<std::uint64_t>> slots_{};
    std::size_t in_flight_ = 1;
    std::array<int, processes_max> wakes_{};
    std::uint32_t wakes_count_ = 0;
};

// CLOCK_MONOTONIC in nanoseconds, the same in all processes.
std::int64_t now_nanoseconds();

// Into an array of characters, cut where it must be, and ended.
void copy_text(std::string_view text, std::span<char> to);

}  // namespace homeroom::load
