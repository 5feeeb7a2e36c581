#include "backbone/relay.h"

#include <algorithm>
#include <cassert>

namespace homeroom::backbone {

Relay::Relay(std::vector<Seq> cursors, Limits per_lane)
    : lanes_(cursors.size()), per_lane_(per_lane) {
    assert(!cursors.empty() && per_lane.events > 0);
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

bool Relay::can_send(const Lane& lane, const Candidate& candidate) const {
    if (lane.in_flight.empty()) return true;
    if (lane.in_flight.size() >= per_lane_.events || alone(lane)) return false;
    // Whatever has room can send, or it would be read for again and again.
    const bool fits =
        lane.bytes <= per_lane_.bytes / 2 || lane.bytes + candidate.bytes <= per_lane_.bytes;
    return fits && !suspicions_.contains(candidate.seq);
}

// Enough of it that reading is worth it.
bool Relay::has_room(const Lane& lane) const {
    if (alone(lane)) return false;
    // A suspect waits until what was sent before it has arrived.
    if (lane.behind && !lane.in_flight.empty() && suspicions_.contains(lane.place + 1))
        return false;
    return lane.in_flight.size() <= per_lane_.events / 2 && lane.bytes <= per_lane_.bytes / 2;
}

std::optional<std::size_t> Relay::behind_with_room() const {
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
        const std::size_t lane = (turn_ + i) % lanes_.size();
        if (lanes_[lane].behind && has_room(lanes_[lane])) return lane;
    }
    return std::nullopt;
}

bool Relay::head_has_room() const {
    return std::ranges::any_of(lanes_,
                               [this](const Lane& lane) { return !lane.behind && has_room(lane); });
}

std::optional<Relay::Reading> Relay::wants(Seq last) {
    const auto behind = behind_with_room();
    const bool head = head_ < last && head_has_room();
    if (behind && !(head && heads_turn_)) {
        turn_ = *behind + 1;
        heads_turn_ = true;
        return Reading{lanes_[*behind].place, head_, behind};
    }
    if (!head) return std::nullopt;
    heads_turn_ = false;
    return Reading{head_, last, std::nullopt};
}

// True: it is sent, or needs not be; false: its lane can't take it now.
bool Relay::offer(std::size_t index, const Candidate& candidate, std::vector<Send>& sends) {
    Lane& lane = lanes_[*candidate.lane];
    if (!can_send(lane, candidate)) return false;
    const auto suspicion = suspicion_of(candidate.seq);
    if (suspicion == Suspicion::hopeless) {
        ++left_out_;
        left_out_now_.push_back(candidate.seq);
        suspicions_.erase(candidate.seq);
        return true;
    }
    Letter letter = Letter::event;
    if (suspicion == Suspicion::guilty) letter = Letter::dead;
    if (suspicion == Suspicion::unspeakable) letter = Letter::dead_without_data;
    lane.in_flight.push_back({candidate.seq, candidate.bytes, false});
    lane.bytes += candidate.bytes;
    sends.push_back({index, *candidate.lane, letter});
    return true;
}

std::vector<Relay::Send> Relay::take(const Reading& reading, std::span<const Candidate> candidates,
                                     Seq seen) {
    std::vector<Send> sends;
    if (reading.lane) {
        if (*reading.lane >= lanes_.size()) return sends;
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
    Lane& lane = lanes_[lane_number];
    auto& in_flight = lane.in_flight;
    const auto found = std::ranges::lower_bound(in_flight, seq, {}, &InFlight::seq);
    if (found == in_flight.end() || found->seq != seq || found->done) return;
    found->done = true;
    lane.bytes -= found->bytes;
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
        lane.bytes = 0;
        lane.behind = lane.place < head_;
    }
}

bool Relay::waits(std::size_t lane) const {
    return lanes_[lane].behind || !lanes_[lane].in_flight.empty();
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
