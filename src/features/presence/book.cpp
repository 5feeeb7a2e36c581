#include "features/presence/book.h"

#include <algorithm>
#include <utility>

namespace homeroom::features::presence {

std::string_view to_string(Availability status) {
    switch (status) {
        case Availability::offline: return "offline";
        case Availability::away: return "away";
        case Availability::online: return "online";
        case Availability::busy: return "busy";
        case Availability::invisible: return "invisible";
    }
    return "offline";
}

std::optional<Availability> status_from(std::string_view text) {
    for (const Availability status :
         {Availability::away, Availability::online, Availability::busy, Availability::invisible}) {
        if (text == to_string(status)) return status;
    }
    return std::nullopt;
}

// --- What users do -------------------------------------------------------------------------------

void Book::arrive(std::string_view user, Device device, Times now) {
    const std::string name{user};
    Person& person = people_[name];
    person.devices.emplace(device, Availability::online);
    person.leaving.reset();
    leaving_.erase(name);
    changed(name, person, now.wall);
}

void Book::depart(std::string_view user, Device device, Times now) {
    const auto found = people_.find(std::string{user});
    if (found == people_.end() || found->second.devices.erase(device) == 0) return;
    auto& [name, person] = *found;
    if (person.devices.empty()) {
        person.leaving = now.steady;
        leaving_.insert(name);
    }
    changed(name, person, now.wall);
}

void Book::wish(std::string_view user, Device device, Availability status, Times now) {
    const auto found = people_.find(std::string{user});
    if (found == people_.end()) return;
    auto& [name, person] = *found;
    const auto its = person.devices.find(device);
    if (its == person.devices.end()) return;
    const bool of_user = status == Availability::busy || status == Availability::invisible;
    person.wish = of_user ? std::optional{status} : std::nullopt;
    its->second = of_user ? Availability::online : status;
    changed(name, person, now.wall);
}

void Book::rerouted(std::string_view user) {
    const std::string name{user};
    if (people_.contains(name)) dirty_.insert(name);
}

// One that has just left is still as he was.
Availability Book::status_of(const Person& person) {
    if (person.devices.empty()) return person.leaving ? person.shown : Availability::offline;
    if (person.wish)
        return *person.wish == Availability::invisible ? Availability::offline : *person.wish;
    const bool active = std::ranges::any_of(
        person.devices, [](const auto& device) { return device.second == Availability::online; });
    return active ? Availability::online : Availability::away;
}

void Book::changed(const std::string& user, Person& person, WallTime now) {
    const Availability status = status_of(person);
    if (status == person.shown) return;
    person.shown = status;
    person.since = now;
    dirty_.insert(user);
}

// --- Who watches ---------------------------------------------------------------------------------

void Book::watch(std::string_view room, const std::vector<std::string>& members) {
    auto& [name, watched] = *rooms_.try_emplace(std::string{room}).first;
    if (watched.watchers++ > 0) return;
    for (const std::string& member : members) {
        const auto found = people_.find(member);
        if (found == people_.end() || found->second.shown == Availability::offline) continue;
        watched.told.emplace(member, found->second.shown);
        found->second.told_in.insert(name);
    }
}

std::vector<Sight> Book::look(std::string_view room) const {
    std::vector<Sight> sights;
    const auto found = rooms_.find(std::string{room});
    if (found == rooms_.end()) return sights;
    sights.reserve(found->second.told.size());
    for (const auto& [user, status] : found->second.told)
        sights.push_back({user, status, people_.at(user).since});
    return sights;
}

void Book::unwatch(std::string_view room) {
    const auto found = rooms_.find(std::string{room});
    if (found == rooms_.end() || --found->second.watchers > 0) return;
    const auto told = std::move(found->second.told);
    untold_.erase(found->first);
    for (const auto& [user, status] : told) {
        people_.at(user).told_in.erase(found->first);
        forget_if_gone(user);
    }
    rooms_.erase(found);
}

// --- News ----------------------------------------------------------------------------------------

std::vector<Book::News> Book::changes(Times now, const RoomsOf& rooms_of, const IsMember& is_member,
                                      std::size_t per_room_max) {
    end_leaving(now);
    for (const std::string& user : std::exchange(dirty_, {})) {
        for (const std::string& room : rooms_of(user)) {
            if (rooms_.contains(room)) untold_[room].insert(user);
        }
        const auto found = people_.find(user);
        if (found == people_.end()) continue;
        for (const std::string& room : found->second.told_in) untold_[room].insert(user);
        forget_if_gone(user);
    }
    std::vector<News> all;
    for (auto room = untold_.begin(); room != untold_.end();) {
        News news{.room = room->first};
        auto& users = room->second;
        while (!users.empty() && news.sights.size() < per_room_max) {
            const std::string user = std::move(users.extract(users.begin()).value());
            if (auto sight = tell(news.room, user, is_member(user, news.room)))
                news.sights.push_back(std::move(*sight));
        }
        room = users.empty() ? untold_.erase(room) : std::next(room);
        if (!news.sights.empty()) all.push_back(std::move(news));
    }
    return all;
}

void Book::end_leaving(Times now) {
    for (auto user = leaving_.begin(); user != leaving_.end();) {
        Person& person = people_.at(*user);
        if (*person.leaving + linger_ > now.steady) {
            ++user;
            continue;
        }
        person.leaving.reset();
        changed(*user, person, now.wall);
        forget_if_gone(*user);
        user = leaving_.erase(user);
    }
}

// What there is to tell of this user in this room; nothing when it is known.
std::optional<Sight> Book::tell(const std::string& room, const std::string& user, bool is_member) {
    const auto watched = rooms_.find(room);
    if (watched == rooms_.end()) return std::nullopt;
    auto& told = watched->second.told;
    const auto known = told.find(user);
    const auto found = people_.find(user);
    const Availability now =
        found == people_.end() || !is_member ? Availability::offline : found->second.shown;
    if (now == (known == told.end() ? Availability::offline : known->second)) return std::nullopt;
    // Whoever was told of is kept until it was told that he has gone.
    Person& person = found->second;
    const Sight sight{user, now, person.since};
    if (now == Availability::offline) {
        told.erase(known);
        person.told_in.erase(room);
        forget_if_gone(user);
    } else {
        told.insert_or_assign(user, now);
        person.told_in.insert(room);
    }
    return sight;
}

// A wish outlives the connection: who is invisible comes back so.
void Book::forget_if_gone(const std::string& user) {
    const auto found = people_.find(user);
    if (found == people_.end()) return;
    const Person& person = found->second;
    const bool gone = person.devices.empty() && !person.leaving && !person.wish &&
                      person.told_in.empty() && !dirty_.contains(user);
    if (gone) people_.erase(found);
}

}  // namespace homeroom::features::presence
