#include "features/study/devices.h"

#include <algorithm>

#include "features/study/limits.h"

namespace homeroom::features::study {

bool Devices::add(const std::string& session, const std::string& user, Device device) {
    auto& sessions = sessions_[device];
    if (std::ranges::find(sessions, session) != sessions.end()) return true;
    if (sessions.size() >= sessions_of_device_max) return false;
    sessions.push_back(session);
    seats_[session].push_back({.device = device, .user = user});
    return true;
}

bool Devices::admit(const std::string& session, Device device, const std::string& room) {
    const auto found = seats_.find(session);
    if (found == seats_.end()) return false;
    const auto seat = std::ranges::find(found->second, device, &Seat::device);
    if (seat == found->second.end()) return false;
    seat->room = room;
    return true;
}

void Devices::forget(Device device, std::string_view session) {
    const auto found = sessions_.find(device);
    if (found == sessions_.end()) return;
    std::erase(found->second, session);
    if (found->second.empty()) sessions_.erase(found);
}

bool Devices::remove(std::string_view session, Device device) {
    const auto found = seats_.find(session);
    if (found == seats_.end()) return false;
    auto& seats = found->second;
    const auto seat = std::ranges::find(seats, device, &Seat::device);
    if (seat == seats.end()) return false;
    const std::string user = std::move(seat->user);
    seats.erase(seat);
    const bool last = std::ranges::find(seats, user, &Seat::user) == seats.end();
    forget(device, session);
    if (seats.empty()) seats_.erase(found);
    return last;
}

std::vector<Devices::Gone> Devices::remove_everywhere(Device device) {
    std::vector<Gone> gone;
    const auto found = sessions_.find(device);
    if (found == sessions_.end()) return gone;
    const std::vector<std::string> sessions = found->second;
    for (const std::string& session : sessions) {
        const auto& seats = seats_.find(session)->second;
        std::string user = std::ranges::find(seats, device, &Seat::device)->user;
        if (remove(session, device)) gone.push_back({session, std::move(user)});
    }
    return gone;
}

void Devices::end(std::string_view session) {
    const auto found = seats_.find(session);
    if (found == seats_.end()) return;
    for (const Seat& seat : found->second) forget(seat.device, session);
    seats_.erase(found);
}

bool Devices::is_in(std::string_view session, std::string_view user) const {
    const auto found = seats_.find(session);
    return found != seats_.end() &&
           std::ranges::find(found->second, user, &Seat::user) != found->second.end();
}

const Devices::Seat* Devices::seat_of(std::string_view session, Device device) const {
    const auto found = seats_.find(session);
    if (found == seats_.end()) return nullptr;
    const auto seat = std::ranges::find(found->second, device, &Seat::device);
    return seat == found->second.end() ? nullptr : &*seat;
}

std::string Devices::room_of(std::string_view session, Device device) const {
    const Seat* const seat = seat_of(session, device);
    return seat == nullptr ? std::string{} : seat->room;
}

std::string Devices::only_session_of(Device device) const {
    const auto found = sessions_.find(device);
    return found == sessions_.end() || found->second.size() != 1 ? std::string{}
                                                                 : found->second.front();
}

std::string Devices::user_of(std::string_view session, Device device) const {
    const Seat* const seat = seat_of(session, device);
    return seat == nullptr ? std::string{} : seat->user;
}

}  // namespace homeroom::features::study
