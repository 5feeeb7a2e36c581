#include "features/live/watchers.h"

#include <algorithm>
#include <utility>

#include "features/live/limits.h"

namespace homeroom::features::live {

Watchers::Came Watchers::come(const std::string& live, const std::string& user, Device device) {
    Seat& seat = seats_[device];
    if (std::ranges::find(seat.lives, live) != seat.lives.end()) return Came::again;
    if (seat.lives.size() >= watched_by_device_max) return Came::refused;
    seat.user = user;
    seat.lives.push_back(live);
    if (++rooms_[live].users[user] == 1) changed_.insert(live);
    return Came::anew;
}

void Watchers::leave(const std::string& live, const std::string& user) {
    const auto room = rooms_.find(live);
    if (room == rooms_.end()) return;
    auto& users = room->second.users;
    const auto found = users.find(user);
    if (found == users.end() || --found->second > 0) return;
    users.erase(found);
    changed_.insert(live);
}

bool Watchers::go(const std::string& live, Device device) {
    const auto seat = seats_.find(device);
    if (seat == seats_.end() || std::erase(seat->second.lives, live) == 0) return false;
    leave(live, seat->second.user);
    if (seat->second.lives.empty()) seats_.erase(seat);
    return true;
}

void Watchers::go_everywhere(Device device) {
    const auto seat = seats_.find(device);
    if (seat == seats_.end()) return;
    const Seat gone = std::move(seat->second);
    seats_.erase(seat);
    for (const std::string& live : gone.lives) leave(live, gone.user);
}

void Watchers::end(const std::string& live) {
    rooms_.erase(live);
    changed_.erase(live);
    boost::unordered::erase_if(seats_, [&](auto& one) {
        std::erase(one.second.lives, live);
        return one.second.lives.empty();
    });
}

bool Watchers::watches(std::string_view live, Device device) const {
    const auto seat = seats_.find(device);
    return seat != seats_.end() &&
           std::ranges::find(seat->second.lives, live) != seat->second.lives.end();
}

std::chrono::milliseconds Watchers::place(const std::string& live, double per_second,
                                          SteadyTime now) {
    Room& room = rooms_[live];
    const SteadyTime mine = std::max(room.next, now);
    const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(mine - now);
    // Behind the longest wait all come at once: nobody waits for ever.
    if (wait >= jitter_max) return jitter_max;
    room.next = mine + std::chrono::duration_cast<SteadyTime::duration>(
                           std::chrono::duration<double>{1 / per_second});
    return wait;
}

void Watchers::hear(const std::string& live, std::int64_t count, WallTime at, SteadyTime now) {
    Room& room = rooms_[live];
    if (room.heard_at && at < *room.heard_at) return;
    if (room.heard != count) changed_.insert(live);
    room.heard = count;
    room.heard_at = at;
    room.heard_here = now;
}

std::int64_t Watchers::count(const std::string& live, SteadyTime now) const {
    const auto found = rooms_.find(live);
    if (found == rooms_.end()) return 0;
    const Room& room = found->second;
    const auto own = static_cast<std::int64_t>(room.users.size());
    const bool fresh = room.heard_at && now - room.heard_here < viewers_heard_for;
    return fresh ? std::max(own, room.heard) : own;
}

std::size_t Watchers::people() const {
    std::size_t all = 0;
    for (const auto& [live, room] : rooms_) all += room.users.size();
    return all;
}

std::set<std::string> Watchers::take_changed() {
    return std::exchange(changed_, {});
}

void Watchers::fade(SteadyTime now) {
    for (auto& [live, room] : rooms_) {
        if (room.heard == 0 || now - room.heard_here < viewers_heard_for) continue;
        room.heard = 0;
        changed_.insert(live);
    }
}

bool Watchers::hears() const {
    return std::ranges::any_of(rooms_, [](const auto& one) { return one.second.heard > 0; });
}

Watchers::News Watchers::tell(const std::string& live, SteadyTime now) {
    const std::int64_t number = count(live, now);
    std::optional<std::int64_t>& last = rooms_[live].told;
    const News news{.count = number,
                    .differs = last != number,
                    .rounded_differs = !last || rounded(*last) != rounded(number)};
    last = number;
    return news;
}

std::optional<std::int64_t> Watchers::told(const std::string& live) const {
    const auto found = rooms_.find(live);
    return found == rooms_.end() ? std::nullopt : found->second.told;
}

std::int64_t rounded(std::int64_t count) {
    if (count <= viewers_exact_max) return count;
    const std::int64_t step = count < 1'000 ? 10 : count < 10'000 ? 100 : 1'000;
    return (count + step / 2) / step * step;
}

}  // namespace homeroom::features::live
