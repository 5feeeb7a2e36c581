// Who is in which room of one namespace, on this loop only.
// Not thread-safe: one index a loop; other threads reach it by mail.
// Cost: join and leave O(rooms of the socket); a broadcast O(members on this loop). An empty room
// does not exist.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hub/types.h"

namespace homeroom::hub {

class Room {
public:
    explicit Room(std::string name) : name_(std::move(name)) {}
    const std::string& name() const { return name_; }
    const std::vector<Socket*>& members() const { return members_; }

private:
    friend class RoomIndex;
    std::string name_;
    std::vector<Socket*> members_{};
};

class RoomIndex {
public:
    Room* find(std::string_view room) const;
    void join(Socket& socket, std::string_view room);
    void leave(Socket& socket, Room& room);
    std::size_t size() const { return rooms_.size(); }
    std::vector<std::string> names() const;

private:
    // Keyed by the name, which the room owns.
    boost::unordered_flat_map<std::string_view, std::unique_ptr<Room>> rooms_{};
};

}  // namespace homeroom::hub
