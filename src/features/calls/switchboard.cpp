#include "features/calls/switchboard.h"

#include <algorithm>
#include <utility>

#include "features/calls/limits.h"

namespace homeroom::features::calls {
namespace {

// It may come back in a moment, as the same leg.
constexpr auto retry_soon = std::chrono::milliseconds{1'000};

std::pair<std::string, std::string> link_of(const Leg& one, const Leg& other) {
    auto legs = std::minmax(one.leg, other.leg);
    return {legs.first, legs.second};
}

const Leg* find_leg(const Call& call, std::string_view leg) {
    const auto found = std::ranges::find_if(
        call.legs, [&](const Leg& one) { return one.is_here() && one.leg == leg; });
    return found == call.legs.end() ? nullptr : &*found;
}

// Whether what was under way to it may be lost: its connection is another, or it is gone.
bool is_broken(const Call& before, const Call& now, std::string_view leg) {
    const Leg* const then = find_leg(before, leg);
    const Leg* const still = find_leg(now, leg);
    return then == nullptr || still == nullptr || then->device != still->device;
}

bool has_guest_over(const Call& call, std::uint64_t device) {
    return std::ranges::find(call.lesson.guests, device, &Guest::device) !=
           call.lesson.guests.end();
}

template <typename Map, typename Key>
void forget(Map& map, const Key& key, const std::string& id) {
    const auto found = map.find(key);
    if (found == map.end()) return;
    std::erase(found->second, id);
    if (found->second.empty()) map.erase(found);
}

}  // namespace

void Switchboard::put_guests(const Call& call) {
    for (const Guest& guest : call.lesson.guests) {
        if (guest.state == GuestState::waiting) waiting_[guest.device].push_back(call.id);
        Names& calls = users_[guest.user];
        if (std::ranges::find(calls, call.id) == calls.end()) calls.push_back(call.id);
    }
}

void Switchboard::take_out(const Call& call) {
    for (const Leg& leg : call.legs) {
        if (leg.device != 0) devices_.erase(leg.device);
        forget(users_, leg.user, call.id);
    }
    for (const Guest& guest : call.lesson.guests) {
        forget(waiting_, guest.device, call.id);
        forget(users_, guest.user, call.id);
    }
    if (!call.room.empty()) rooms_.erase(call.room);
}

std::vector<std::uint64_t> Switchboard::put(Call call) {
    std::vector<std::uint64_t> fresh;
    const auto before = calls_.find(call.id);
    if (before != calls_.end() && before->second.call.version > call.version) return fresh;
    for (const Guest& guest : call.lesson.guests) {
        const bool known =
            before != calls_.end() && has_guest_over(before->second.call, guest.device);
        if (guest.device != 0 && !known) fresh.push_back(guest.device);
    }
    if (before != calls_.end()) {
        for (const Leg& leg : call.legs) {
            if (leg.device != 0 && !devices_.contains(leg.device)) fresh.push_back(leg.device);
        }
        take_out(before->second.call);
    } else {
        for (const Leg& leg : call.legs)
            if (leg.device != 0) fresh.push_back(leg.device);
    }
    if (!call.is_live()) {
        if (before != calls_.end()) calls_.erase(before);
        return {};
    }
    for (const Leg& leg : call.legs) {
        if (!leg.is_open()) continue;
        users_[leg.user].push_back(call.id);
        if (leg.device != 0) devices_[leg.device] = call.id;
    }
    put_guests(call);
    if (!call.room.empty()) rooms_[call.room] = call.id;
    Live& live = calls_[call.id];
    std::erase_if(live.links, [&](const auto& link) {
        return is_broken(live.call, call, link.first.first) ||
               is_broken(live.call, call, link.first.second);
    });
    live.call = std::move(call);
    return fresh;
}

const Call* Switchboard::find(std::string_view id) const {
    const auto found = calls_.find(id);
    return found == calls_.end() ? nullptr : &found->second.call;
}

std::vector<std::string> Switchboard::calls_of(std::string_view user) const {
    const auto found = users_.find(user);
    return found == users_.end() ? Names{} : found->second;
}

std::optional<std::string> Switchboard::call_in(std::string_view room) const {
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? std::optional<std::string>{} : found->second;
}

std::optional<std::string> Switchboard::call_of(std::uint64_t device) const {
    const auto found = devices_.find(device);
    return found == devices_.end() ? std::optional<std::string>{} : found->second;
}

std::vector<std::string> Switchboard::waits_of(std::uint64_t device) const {
    const auto found = waiting_.find(device);
    return found == waiting_.end() ? Names{} : found->second;
}

// --- Signals

Result<const Leg*> Switchboard::present_leg(std::string_view call, std::string_view user,
                                            std::uint64_t device) const {
    const Call* const live = find(call);
    const Leg* const leg = live == nullptr ? nullptr : live->leg_of(user);
    if (leg == nullptr || leg->state != LegState::present || leg->device != device)
        return Error{Code::not_found, "this connection is in no such call", "call"};
    return leg;
}

Result<Switchboard::Passage> Switchboard::pass(std::string_view from, std::uint64_t device,
                                               const Signal& signal) {
    TRY(const Leg* const own, present_leg(signal.call, from, device));
    const auto found = calls_.find(signal.call);
    const Leg* const other = found->second.call.leg_of(signal.to);
    if (other == nullptr || !other->is_here() || other == own)
        return Error{Code::not_found, "there is nobody else of this id in the call", "to"};
    if (!signal.leg.empty() && signal.leg != other->leg)
        return Error{Code::conflict, "he is there anew, as another leg", "leg"};
    if (other->state == LegState::away)
        return Error{Code::unavailable, "his connection is lost at the moment", "to", retry_soon};
    Link& link = found->second.links[link_of(*own, *other)];
    TRY(const auto negotiation, negotiate(link, *own, *other, signal));
    return Passage{.device = other->device, .leg = own->leg, .negotiation = negotiation};
}

Result<std::int64_t> Switchboard::negotiate(Link& link, const Leg& from, const Leg& to,
                                            const Signal& signal) {
    Link::Side& side = link.sides[from.leg];
    const bool describes = signal.description != Description::none;
    if (!describes && (side.negotiation == 0 || side.negotiation != link.negotiation ||
                       (signal.negotiation && *signal.negotiation != link.negotiation)))
        return Error{Code::conflict, "these candidates are of a negotiation that is over", "data"};
    // Before the link is changed: what is not passed on has not been.
    const std::size_t candidates = (describes ? 0 : side.candidates) + signal.candidates;
    if (candidates > limits::candidates_per_negotiation_max)
        return Error{Code::too_large,
                     "at most " + std::to_string(limits::candidates_per_negotiation_max) +
                         " candidates for one negotiation",
                     "data"};
    if (describes) {
        TRY(side.negotiation, signal.description == Description::offer
                                  ? offer(link, from, to)
                                  : answer(link, from, signal));
    }
    side.candidates = candidates;
    return side.negotiation;
}

Result<std::int64_t> Switchboard::offer(Link& link, const Leg& from, const Leg& to) {
    const bool crosses = !link.is_answered && link.offerer != from.leg;
    if (crosses && is_polite(from.order, to.order))
        return Error{Code::conflict, "his offer was first, and stands: answer that", "data"};
    link.negotiation = next_negotiation_++;
    link.offerer = from.leg;
    link.is_answered = false;
    return link.negotiation;
}

Result<std::int64_t> Switchboard::answer(Link& link, const Leg& from, const Signal& signal) {
    if (link.is_answered || link.offerer == from.leg || signal.negotiation != link.negotiation)
        return Error{Code::conflict, "this answers no offer that stands", "data"};
    link.is_answered = true;
    return link.negotiation;
}

}  // namespace homeroom::features::calls
