#include "features/calls/lobby.h"

#include <algorithm>

#include "features/calls/limits.h"

namespace homeroom::features::calls {
namespace {

constexpr std::string_view door = "settings", lobby_changed = "waiting";

auto find_guest(Call& call, std::string_view user) {
    return std::ranges::find(call.lesson.guests, user, &Guest::user);
}

Error nobody_waits() {
    return Error{Code::not_found, "nobody of this id waits to be let in", "user"};
}

// To whom it is about, and to those who are in it.
Happenings told(NewsKind kind, std::string_view user) {
    return {News{.kind = kind, .users = {std::string{user}}}, changed(lobby_changed, user)};
}

// Those who wait may come, through the lock as well: they were there before.
void lift_lobby(Lesson& lesson, Happenings& news) {
    std::erase_if(lesson.guests,
                  [](const Guest& guest) { return guest.state == GuestState::denied; });
    News admitted{.kind = NewsKind::admitted};
    for (Guest& guest : lesson.guests) {
        if (guest.state == GuestState::waiting) admitted.users.push_back(guest.user);
        guest.state = GuestState::admitted;
    }
    if (!admitted.users.empty()) news.push_back(std::move(admitted));
}

}  // namespace

Result<Happenings> set_door(Call& call, std::optional<bool> lobby, std::optional<bool> locked) {
    if (!call.is_live()) return Error{Code::conflict, "the call is over", "call"};
    if (call.room.empty() && lobby.value_or(false))
        return Error{Code::conflict, "only a call in a room has a lobby", "lobby"};
    Lesson& lesson = call.lesson;
    const bool as_it_is = lobby.value_or(lesson.lobby) == lesson.lobby &&
                          locked.value_or(lesson.locked) == lesson.locked;
    if (as_it_is) return Happenings{};
    Happenings news;
    lesson.lobby = lobby.value_or(lesson.lobby);
    lesson.locked = locked.value_or(lesson.locked);
    if (lobby && !*lobby) lift_lobby(lesson, news);
    if (!lesson.lobby && !lesson.locked) lesson.guests.clear();  // there is no door
    news.push_back({.kind = NewsKind::changed, .word = door});
    return counted(call, std::move(news));
}

Result<Happenings> admit(Call& call, std::string_view user) {
    const auto guest = find_guest(call, user);
    if (!call.is_live() || guest == call.lesson.guests.end()) return nobody_waits();
    if (guest->state == GuestState::admitted) return Happenings{};
    guest->state = GuestState::admitted;
    return counted(call, told(NewsKind::admitted, user));
}

Result<Happenings> deny(Call& call, std::string_view user) {
    const auto guest = find_guest(call, user);
    if (!call.is_live() || guest == call.lesson.guests.end()) return nobody_waits();
    if (guest->state == GuestState::denied) return Happenings{};
    guest->state = GuestState::denied;
    guest->device = 0;
    return counted(call, told(NewsKind::denied, user));
}

const Guest* guest_of(const Call& call, std::string_view user) {
    const auto found = std::ranges::find(call.lesson.guests, user, &Guest::user);
    return found == call.lesson.guests.end() ? nullptr : &*found;
}

bool is_waiting(const Call& call, std::string_view user) {
    const Guest* const guest = guest_of(call, user);
    return guest != nullptr && guest->state == GuestState::waiting;
}

Result<bool> pass_the_door(Call& call, const Arrival& arrival, Happenings& news) {
    Lesson& lesson = call.lesson;
    const auto guest = find_guest(call, arrival.user);
    const bool known = guest != lesson.guests.end();
    const bool admitted = known && guest->state == GuestState::admitted;
    if (lesson.locked && !arrival.leads && !admitted)
        return Error{Code::conflict, "the call is locked", "call"};
    if (!lesson.lobby || arrival.leads || admitted) return true;
    if (known && guest->state == GuestState::denied)
        return Error{Code::forbidden, "you were not let in", "call"};
    if (known && guest->device == arrival.device) return false;
    if (known) {
        // The last of his devices waits, in the same place. That is for the server to know.
        guest->device = arrival.device;
        news.push_back(changed(lobby_changed, arrival.user));
        return false;
    }
    if (lesson.guests.size() >= limits::guests_max)
        return Error{Code::too_large, "too many wait to be let in", "call"};
    lesson.guests.push_back(
        {.user = arrival.user, .name = arrival.name, .device = arrival.device, .at = arrival.now});
    news.push_back(changed(lobby_changed, arrival.user));
    return false;
}

void drop_guests(Call& call, const std::function<bool(const Guest&)>& goes, Happenings& news) {
    News gone{.kind = NewsKind::changed, .word = lobby_changed};
    for (const Guest& guest : call.lesson.guests)
        if (goes(guest)) gone.users.push_back(guest.user);
    if (gone.users.empty()) return;
    std::erase_if(call.lesson.guests, goes);
    news.push_back(std::move(gone));
}

void drop_waiting(Call& call, const std::function<bool(const Guest&)>& goes, Happenings& news) {
    drop_guests(
        call, [&](const Guest& guest) { return guest.state == GuestState::waiting && goes(guest); },
        news);
}

void forget_guest(Call& call, std::string_view user) {
    std::erase_if(call.lesson.guests, [&](const Guest& guest) { return guest.user == user; });
}

}  // namespace homeroom::features::calls
