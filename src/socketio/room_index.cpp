#include "socketio/room_index.h"

#include <utility>

#include "socketio/socket.h"

namespace homeroom::socketio {
namespace {

std::string key_of(std::string_view nsp, std::string_view room) {
    std::string key;
    key.reserve(nsp.size() + 1 + room.size());
    key.append(nsp).append(1, '\n').append(room);
    return key;
}

}  // namespace

Room* RoomIndex::find(std::string_view nsp, std::string_view room) const {
    const auto found = rooms_.find(std::string_view{key_of(nsp, room)});
    return found == rooms_.end() ? nullptr : found->second.get();
}

void RoomIndex::join(Socket& socket, std::string_view name) {
    std::string key = key_of(socket.nsp(), name);
    const auto found = rooms_.find(std::string_view{key});
    Room* room = nullptr;
    if (found != rooms_.end()) {
        room = found->second.get();
    } else {
        auto owned = std::make_unique<Room>(std::move(key));
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
    remove_if_empty(room);
}

void RoomIndex::remove_if_empty(Room& room) {
    if (!room.members_.empty()) return;
    if (pins_ > 0) {
        emptied_.push_back(room.name());
        return;
    }
    // The key is a view into the room: found first, then both go together.
    rooms_.erase(rooms_.find(std::string_view{room.name()}));
}

RoomIndex::Pin::~Pin() {
    if (--index_.pins_ > 0) return;
    for (const std::string& key : std::exchange(index_.emptied_, {})) {
        const auto found = index_.rooms_.find(std::string_view{key});
        if (found != index_.rooms_.end() && found->second->members().empty())
            index_.rooms_.erase(found);
    }
}

}  // namespace homeroom::socketio
