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

Person* Book::find(std::string_view user) const {
    const auto found = people_.find(user);
    return found == people_.end() ? nullptr : found->get();
}

Person& Book::find_or_add(std::string_view user) {
    if (Person* person = find(user)) return *person;
    return **people_.insert(std::make_unique<Person>(user)).first;
}

void Book::restore(std::string_view user, std::optional<Availability> wish,
                   std::optional<WallTime> seen) {
    if (wish) find_or_add(user).set_wish(wish);
    if (seen) seen_[std::string{user}] = *seen;
}

void Book::arrive(std::string_view user, Device device, Times now) {
    Person& person = find_or_add(user);
    person.add(device);
    if (person.is_leaving()) leaving_.erase(std::string{user});
    person.set_leaving(false);
    changed(person, now.wall);
}

void Book::depart(std::string_view user, Device device, Times now) {
    Person* person = find(user);
    if (!person || !person->remove(device)) return;
    if (!person->has_device()) {
        person->set_leaving(true);
        leaving_.emplace(user, now.steady);
    }
    changed(*person, now.wall);
}

bool Book::wish(std::string_view user, Device device, Availability status, Times now) {
    Person* person = find(user);
    Availability* its = person ? person->status_of(device) : nullptr;
    if (!its) return false;
    const auto before = person->wish();
    if (status == Availability::busy || status == Availability::invisible) {
        person->set_wish(status);
    } else if (status == Availability::online && *its == Availability::online) {
        person->set_wish(std::nullopt);
    }
    *its = status == Availability::away ? Availability::away : Availability::online;
    changed(*person, now.wall);
    return person->wish() != before;
}

std::optional<Availability> Book::wish_of(std::string_view user) const {
    const Person* person = find(user);
    return person ? person->wish() : std::nullopt;
}

Availability Book::status_of(std::string_view user) const {
    const Person* person = find(user);
    return person ? person->wish().value_or(person->shown()) : Availability::offline;
}

void Book::rerouted(std::string_view user) {
    if (find(user)) note_change(user);
}

// One that has just left is still as he was.
Availability Book::status_of(const Person& person) {
    if (!person.has_device()) return person.is_leaving() ? person.shown() : Availability::offline;
    if (const auto wish = person.wish())
        return *wish == Availability::invisible ? Availability::offline : *wish;
    return person.has_active_device() ? Availability::online : Availability::away;
}

void Book::changed(Person& person, WallTime now) {
    const Availability status = status_of(person);
    if (status == person.shown()) return;
    person.show(status, now);
    note_change(person.user());
    // The moment of which others are told: the invisible are last seen when they became so.
    if (status != Availability::offline) return;
    std::string user{person.user()};
    seen_[user] = now;
    gone_.push_back(std::move(user));
}

// There may be something to tell of the user, if anybody watches. Whoever begins to is shown how it
// is then.
void Book::note_change(std::string_view user) {
    if (!rooms_.empty()) dirty_.emplace(user);
}

// --- Who watches ---------------------------------------------------------------------------------

void Book::watch(std::string_view room, Device device, const std::vector<std::string>& members,
                 const ReachIn& reach_in) {
    const auto [place, is_new] = rooms_.try_emplace(std::string{room});
    auto& [name, watched] = *place;
    watched.watchers.insert(device);
    if (!is_new) {
        // look() leaves them out; if they come back before it is told, it is told nevertheless.
        for (auto& [user, told] : watched.told)
            told.once_more |= find(user)->shown() == Availability::offline;
        return;
    }
    for (const std::string& member : members) {
        Person* person = find(member);
        if (!person || person->shown() == Availability::offline) continue;
        const Reach reach = reach_in(member, room);
        if (reach == Reach::nobody) continue;
        watched.told.emplace(member, Told{.status = person->shown(), .reach = reach});
        person->note_told_in(name);
    }
}

std::vector<Sight> Book::look(std::string_view room) const {
    std::vector<Sight> sights;
    const auto found = rooms_.find(std::string{room});
    if (found == rooms_.end()) return sights;
    sights.reserve(found->second.told.size());
    for (const auto& [user, told] : found->second.told) {
        const Person& person = *find(user);
        // Of whom the others are yet to be told that he went, or is invisible.
        if (person.shown() == Availability::offline) continue;
        sights.push_back({user, told.status, person.since(), told.reach});
    }
    return sights;
}

std::vector<std::string> Book::present() const {
    std::vector<std::string> users;
    for (const auto& person : people_) {
        if (person->shown() != Availability::offline) users.emplace_back(person->user());
    }
    return users;
}

std::optional<WallTime> Book::last_seen(std::string_view user) const {
    const Person* person = find(user);
    if (person && person->shown() != Availability::offline) return std::nullopt;
    const auto found = seen_.find(std::string{user});
    return found == seen_.end() ? std::nullopt : std::optional{found->second};
}

void Book::unwatch(std::string_view room, Device device) {
    const auto found = rooms_.find(std::string{room});
    if (found == rooms_.end()) return;
    auto& [name, watched] = *found;
    watched.watchers.erase(device);
    if (!watched.watchers.empty()) return;
    untold_.erase(name);
    for (const auto& [user, told] : watched.told) {
        find(user)->forget_told_in(name);
        forget_if_gone(user);
    }
    rooms_.erase(found);
}

// --- News ----------------------------------------------------------------------------------------

struct Book::Letters {
    explicit Letters(const std::string& of)
        : room(of),
          everyone{of, News::To::everyone, {}},
          staff{of, News::To::staff, {}},
          all_but_staff{of, News::To::all_but_staff, {}} {}

    // To whoever may see what has that reach.
    void add(Reach reach, Sight sight) {
        (reach == Reach::everyone ? everyone : staff).sights.push_back(std::move(sight));
    }
    void send(std::vector<News>& all) {
        for (News* news : {&everyone, &staff, &all_but_staff}) {
            if (!news->sights.empty()) all.push_back(std::move(*news));
        }
    }

    const std::string& room;
    News everyone;
    News staff;
    News all_but_staff;
};

std::vector<Book::News> Book::changes(Times now, const RoomsOf& rooms_of, const ReachIn& reach_in,
                                      Portion portion) {
    end_leaving(now);
    for (std::size_t i = 0; i < portion.users && !dirty_.empty(); ++i)
        spread(std::move(dirty_.extract(dirty_.begin()).value()), rooms_of);
    std::vector<News> all;
    for (auto place = untold_.begin(); place != untold_.end();) {
        auto& [name, users] = *place;
        Room& room = rooms_.at(name);
        Letters letters{name};
        std::size_t told = 0;
        while (!users.empty() && told < portion.changes_per_room) {
            const std::string user = std::move(users.extract(users.begin()).value());
            if (tell(room, letters, user, reach_in(user, name), now.wall)) ++told;
        }
        letters.send(all);
        place = users.empty() ? untold_.erase(place) : std::next(place);
    }
    return all;
}

void Book::end_leaving(Times now) {
    for (auto one = leaving_.begin(); one != leaving_.end();) {
        const auto& [user, since] = *one;
        if (since + linger_ > now.steady) {
            ++one;
            continue;
        }
        Person& person = *find(user);
        person.set_leaving(false);
        changed(person, now.wall);
        forget_if_gone(user);
        one = leaving_.erase(one);
    }
}

// Notes in which of the rooms that are watched there may be something to tell of the user.
void Book::spread(std::string user, const RoomsOf& rooms_of) {
    if (rooms_.empty()) return forget_if_gone(user);
    for (const std::string& room : rooms_of(user)) {
        if (rooms_.contains(room)) untold_[room].insert(user);
    }
    const Person* person = find(user);
    if (!person) return;
    for (const std::string& room : person->told_in()) untold_[room].insert(user);
    forget_if_gone(user);
}

bool Book::tell(Room& room, Letters& letters, const std::string& user, Reach reach, WallTime now) {
    const auto known = room.told.find(user);
    Person* person = find(user);
    // Whoever was told of is kept until it was told that he has gone.
    const Told before = known == room.told.end() ? Told{} : known->second;
    Told after;
    if (person && reach != Reach::nobody && person->shown() != Availability::offline)
        after = {.status = person->shown(), .reach = reach};
    if (after == before) return false;
    const Sight sight{user, after.status, person->since(), after.reach};
    // Whoever is shown no more, but not because he went: as if he went now.
    const Sight end{user, Availability::offline,
                    person->shown() == Availability::offline ? person->since() : now,
                    Reach::nobody};
    const std::string& name = letters.room;
    if (after.reach == Reach::nobody) {
        letters.add(before.reach, end);
        room.told.erase(known);
        person->forget_told_in(name);
        forget_if_gone(user);
        return true;
    }
    if (before.reach == Reach::everyone && after.reach == Reach::staff) {
        letters.all_but_staff.sights.push_back(end);
        if (before.status != after.status) letters.staff.sights.push_back(sight);
    } else {
        letters.add(after.reach, sight);
    }
    room.told.insert_or_assign(user, after);
    if (before.reach == Reach::nobody) person->note_told_in(name);
    return true;
}

// A wish outlives the connection: who is invisible comes back so.
void Book::forget_if_gone(std::string_view user) {
    const auto found = people_.find(user);
    if (found == people_.end()) return;
    const Person& person = **found;
    const bool gone = !person.has_device() && !person.is_leaving() && !person.wish() &&
                      person.told_in().empty() && !dirty_.contains(std::string{user});
    if (gone) people_.erase(found);
}

}  // namespace homeroom::features::presence
