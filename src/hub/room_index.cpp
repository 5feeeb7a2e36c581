#include "hub/room_index.h"

#include <utility>

#include "hub/socket.h"

namespace homeroom::hub {

RoomIndex::~RoomIndex() {
    for (Room* room : rooms_) delete room;
}

Room* RoomIndex::find(std::string_view room) const {
    const auto found = rooms_.find(room);
    return found == rooms_.end() ? nullptr : *found;
}

std::vector<std::string> RoomIndex::names() const {
    std::vector<std::string> names;
    names.reserve(rooms_.size());
    for (const Room* room : rooms_) names.emplace_back(room->name());
    return names;
}

void RoomIndex::join(Socket& socket, std::string_view name) {
    Room* room = find(name);
    if (room == nullptr) {
        room = new Room{name};
        rooms_.insert(room);
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
    if (!room.members_.empty()) return;
    rooms_.erase(&room);
    delete &room;
}

}  // namespace homeroom::hub
