// What the pump sends next, and how far each partition is: the arithmetic of its cursors. Pure, for
// one thread.
//
// Each partition is a lane. Most are at the *head*, up to which the journal has been read for all;
// one that can take no more (no leader, or a record that must be alone) falls *behind*: it keeps
// its own place, and reads for itself what it missed until it is at the head again.
//
//   journal   … 101 102 103 104 105 106 107 108 109 …
//   lane 0          ^ cursor        ^ sent      ^ head
//   lane 1      ^ cursor ^ its place: behind
//
// Promise: what a lane sends is in the journal's order. A cursor has nothing before it that is not
// delivered, dead-lettered or not for its lane. Events that fail for good are sent again, alone;
// what fails alone is dead-lettered, at first with its data, then without, and is left out if not
// even that is taken.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "store/journal.h"

namespace homeroom::backbone {

using store::Seq;

class Relay {
public:
    // Of what is under way of one lane. An event that is as large as that goes all the same: up to
    // half of it and one event more.
    struct Limits {
        std::size_t events = 0;
        std::size_t bytes = std::numeric_limits<std::size_t>::max();
    };
    // One cursor a lane: everything up to it is done.
    Relay(std::vector<Seq> cursors, Limits per_lane);

    std::size_t lanes() const { return lanes_.size(); }

    // What to read of the journal: what is behind `after`, for all lanes at the head or for one.
    // Nothing: no lane has room, or all has been read up to `last`. The head and the lanes behind
    // take turns, so that a long way to catch up holds none of those that are there.
    struct Reading {
        Seq after = 0;
        Seq until = 0;  // what is beyond it is not for this reading
        std::optional<std::size_t> lane{};
    };
    std::optional<Reading> wants(Seq last);

    // What was read, in order: where it goes, or nowhere. `seen`: how far the journal was looked
    // at, also where nothing was found.
    struct Candidate {
        Seq seq = 0;
        std::optional<std::size_t> lane{};  // nothing: it is for nobody
        std::size_t bytes = 0;
    };
    enum class Letter : std::uint8_t { event, dead, dead_without_data };
    struct Send {
        std::size_t index = 0;  // of the candidate
        std::size_t lane = 0;
        Letter letter = Letter::event;
    };
    std::vector<Send> take(const Reading& reading, std::span<const Candidate> candidates, Seq seen);

    void on_delivered(std::size_t lane, Seq seq);
    // It can't be sent as it is, or stood in a batch with one that can't.
    void on_refused(std::size_t lane, Seq seq);
    // Everything that is not known to be delivered is to be sent again, behind the cursors.
    void restart();

    Seq cursor(std::size_t lane) const;
    std::vector<Seq> cursors() const;
    Seq slowest() const;  // of the cursors
    std::size_t in_flight() const;
    std::size_t lanes_behind() const;
    std::uint64_t dead_lettered() const { return dead_lettered_; }
    std::uint64_t left_out() const { return left_out_; }
    // Which were left out since this was asked last.
    std::vector<Seq> take_left_out() { return std::exchange(left_out_now_, {}); }
    // Whether there is something that this lane has yet to deliver, as far as the journal was read.
    bool waits(std::size_t lane) const;
    bool is_behind(std::size_t lane) const { return lanes_[lane].behind; }

private:
    struct InFlight {
        Seq seq;
        std::size_t bytes;
        bool done;
    };
    struct Lane {
        std::deque<InFlight> in_flight{};
        std::size_t bytes = 0;  // of those in flight that are not done
        Seq place = 0;          // when behind; else it is the head's
        bool behind = false;
    };
    // What is known of an event that did not go as others do.
    enum class Suspicion : std::uint8_t { suspect, guilty, unspeakable, hopeless };

    bool can_send(const Lane& lane, const Candidate& candidate) const;
    bool has_room(const Lane& lane) const;
    std::optional<std::size_t> behind_with_room() const;
    bool head_has_room() const;
    bool alone(const Lane& lane) const;
    bool offer(std::size_t index, const Candidate& candidate, std::vector<Send>& sends);
    std::optional<Suspicion> suspicion_of(Seq seq) const;

    std::vector<Lane> lanes_;
    Limits per_lane_;
    Seq head_ = 0;
    std::map<Seq, Suspicion> suspicions_{};
    std::size_t turn_ = 0;    // which lane behind is asked first
    bool heads_turn_ = true;  // before any lane behind
    std::uint64_t dead_lettered_ = 0;
    std::uint64_t left_out_ = 0;
    std::vector<Seq> left_out_now_{};
};

}  // namespace homeroom::backbone
