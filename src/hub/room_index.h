// Who is in which room of one namespace, on this loop only.
// Not thread-safe: one index a loop; other threads reach it by mail.
// Cost: join and leave O(rooms of the socket); a broadcast O(members on this loop). An empty room
// does not exist.
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/short_text.h"
#include "hub/types.h"

namespace homeroom::hub {

class Room {
public:
    std::string_view name() const { return name_.view(); }
    std::span<Socket* const> members() const { return {members_.data(), members_.size()}; }

private:
    friend class RoomIndex;
    explicit Room(std::string_view name) : name_(name) {}

    ShortText name_;
    // Most rooms are one user's own.
    boost::container::small_vector<Socket*, 1> members_{};
};

inline std::string_view text_of(const Room* room) {
    return room->name();
}

class RoomIndex {
public:
    RoomIndex() = default;
    ~RoomIndex();
    RoomIndex(const RoomIndex&) = delete;
    RoomIndex& operator=(const RoomIndex&) = delete;

    Room* find(std::string_view room) const;
    void join(Socket& socket, std::string_view room);
    void leave(Socket& socket, Room& room);
    std::size_t size() const { return rooms_.size(); }
    std::vector<std::string> names() const;

private:
    // Owned, and found by the names that they hold themselves.
    boost::unordered_flat_set<Room*, TextHash, TextEqual> rooms_{};
};

}  // namespace homeroom::hub
