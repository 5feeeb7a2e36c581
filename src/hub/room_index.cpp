#include "hub/room_index.h"

#include <utility>

#include "hub/socket.h"

namespace homeroom::hub {

Room* RoomIndex::find(std::string_view room) const {
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? nullptr : found->second.get();
}

std::vector<std::string> RoomIndex::names() const {
    std::vector<std::string> names;
    names.reserve(rooms_.size());
    for (const auto& [name, room] : rooms_) names.emplace_back(name);
    return names;
}

void RoomIndex::join(Socket& socket, std::string_view name) {
    Room* room = find(name);
    if (room == nullptr) {
        auto owned = std::make_unique<Room>(std::string{name});
        room = owned.get();
        rooms_.emplace(std::string_view{room->name()}, std::move(owned));
    }
    if (socket.membership(*room) != nullptr) return;
    socket.memberships_.push_back({room, static_cast<std::uint32_t>(room->members_.size())});
    room->members_.push_back(&socket);
}

void RoomIndex::leave(Socket& socket, Room& room) {
    Socket::Membership* membership = socket.membership(room);
    if (membership == nullptr) return;
    // The last member takes the leaver's place.
    Socket* last = room.members_.back();
    last->membership(room)->place = membership->place;
    room.members_[membership->place] = last;
    room.members_.pop_back();
    *membership = socket.memberships_.back();
    socket.memberships_.pop_back();
    // The key is a view into the room: found first, then both go together.
    if (room.members_.empty()) rooms_.erase(rooms_.find(std::string_view{room.name()}));
}

}  // namespace homeroom::hub
