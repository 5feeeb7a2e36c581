#include "backbone/relay.h"

#include <algorithm>
#include <cassert>

namespace homeroom::backbone {

Relay::Relay(std::vector<Seq> cursors, std::size_t in_flight_per_lane_max)
    : lanes_(cursors.size()), in_flight_max_(in_flight_per_lane_max) {
    assert(!cursors.empty() && in_flight_per_lane_max > 0);
    head_ = *std::ranges::max_element(cursors);
    for (std::size_t i = 0; i < cursors.size(); ++i) {
        lanes_[i].place = cursors[i];
        lanes_[i].behind = cursors[i] < head_;
    }
}

std::optional<Relay::Suspicion> Relay::suspicion_of(Seq seq) const {
    const auto found = suspicions_.find(seq);
    return found == suspicions_.end() ? std::nullopt : std::optional{found->second};
}

// Whether what is under way must be alone there.
bool Relay::alone(const Lane& lane) const {
    return !lane.in_flight.empty() && suspicions_.contains(lane.in_flight.back().seq);
}

bool Relay::can_send(const Lane& lane, Seq seq) const {
    if (lane.in_flight.size() >= in_flight_max_ || alone(lane)) return false;
    return lane.in_flight.empty() || !suspicions_.contains(seq);
}

// Enough of it that reading is worth it.
bool Relay::has_room(const Lane& lane) const {
    if (alone(lane)) return false;
    // A suspect waits until what was sent before it has arrived.
    if (lane.behind && !lane.in_flight.empty() && suspicions_.contains(lane.place + 1))
        return false;
    return lane.in_flight.size() <= in_flight_max_ / 2;
}

std::optional<Relay::Reading> Relay::wants(Seq last) {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const std::size_t lane = (turn_ + i) % lanes_.size();
        if (!lanes_[lane].behind || !has_room(lanes_[lane])) continue;
        turn_ = lane + 1;
        return Reading{lanes_[lane].place, head_, lane};
    }
    const bool room = std::ranges::any_of(
        lanes_, [this](const Lane& lane) { return !lane.behind && has_room(lane); });
    if (!room || head_ >= last) return std::nullopt;
    return Reading{head_, last, std::nullopt};
}

// True: it is sent, or needs not be; false: its lane can't take it now.
bool Relay::offer(std::size_t index, const Candidate& candidate, std::vector<Send>& sends) {
    Lane& lane = lanes_[*candidate.lane];
    if (!can_send(lane, candidate.seq)) return false;
    const auto suspicion = suspicion_of(candidate.seq);
    if (suspicion == Suspicion::hopeless) {
        ++left_out_;
        suspicions_.erase(candidate.seq);
        return true;
    }
    Letter letter = Letter::event;
    if (suspicion == Suspicion::guilty) letter = Letter::dead;
    if (suspicion == Suspicion::unspeakable) letter = Letter::dead_without_data;
    lane.in_flight.push_back({candidate.seq, false});
    sends.push_back({index, *candidate.lane, letter});
    return true;
}

std::vector<Relay::Send> Relay::take(const Reading& reading, std::span<const Candidate> candidates,
                                     Seq seen) {
    std::vector<Send> sends;
    if (reading.lane) {
        Lane& lane = lanes_[*reading.lane];
        // Something has begun anew since it was read.
        if (!lane.behind || lane.place != reading.after) return sends;
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            const Candidate& candidate = candidates[i];
            if (candidate.seq > head_) break;
            if (candidate.lane == reading.lane && !offer(i, candidate, sends)) {
                lane.place = std::max(lane.place, candidate.seq - 1);
                return sends;
            }
            lane.place = candidate.seq;
        }
        lane.place = std::max(lane.place, std::min(seen, head_));
        lane.behind = lane.place < head_;
        return sends;
    }
    if (head_ != reading.after) return sends;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Candidate& candidate = candidates[i];
        if (candidate.lane) {
            Lane& lane = lanes_[*candidate.lane];
            if (!lane.behind && !offer(i, candidate, sends)) {
                lane.behind = true;
                lane.place = candidate.seq - 1;
            }
        }
        head_ = candidate.seq;
    }
    head_ = std::max(head_, seen);
    return sends;
}

void Relay::on_delivered(std::size_t lane_number, Seq seq) {
    auto& in_flight = lanes_[lane_number].in_flight;
    const auto found = std::ranges::lower_bound(in_flight, seq, {}, &InFlight::seq);
    if (found == in_flight.end() || found->seq != seq || found->done) return;
    found->done = true;
    if (const auto suspicion = suspicion_of(seq)) {
        if (*suspicion != Suspicion::suspect) ++dead_lettered_;
        suspicions_.erase(seq);
    }
    while (!in_flight.empty() && in_flight.front().done) in_flight.pop_front();
}

void Relay::on_refused(std::size_t lane_number, Seq seq) {
    const auto& in_flight = lanes_[lane_number].in_flight;
    const auto found = std::ranges::lower_bound(in_flight, seq, {}, &InFlight::seq);
    if (found == in_flight.end() || found->seq != seq || found->done) return;
    const auto suspicion = suspicion_of(seq);
    if (!suspicion) {
        suspicions_[seq] = Suspicion::suspect;
        return;
    }
    switch (*suspicion) {
        case Suspicion::suspect: suspicions_[seq] = Suspicion::guilty; break;
        case Suspicion::guilty: suspicions_[seq] = Suspicion::unspeakable; break;
        case Suspicion::unspeakable:
        case Suspicion::hopeless: suspicions_[seq] = Suspicion::hopeless; break;
    }
}

void Relay::restart() {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        Lane& lane = lanes_[i];
        lane.place = cursor(i);
        lane.in_flight.clear();
        lane.behind = lane.place < head_;
    }
}

Seq Relay::cursor(std::size_t lane_number) const {
    const Lane& lane = lanes_[lane_number];
    if (!lane.in_flight.empty()) return lane.in_flight.front().seq - 1;
    return lane.behind ? lane.place : head_;
}

std::vector<Seq> Relay::cursors() const {
    std::vector<Seq> all;
    for (std::size_t i = 0; i < lanes_.size(); ++i) all.push_back(cursor(i));
    return all;
}

Seq Relay::slowest() const {
    return std::ranges::min(cursors());
}

std::size_t Relay::in_flight() const {
    std::size_t count = 0;
    for (const Lane& lane : lanes_) count += lane.in_flight.size();
    return count;
}

std::size_t Relay::lanes_behind() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(lanes_, [](const Lane& lane) { return lane.behind; }));
}

}  // namespace homeroom::backbone
