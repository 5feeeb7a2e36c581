// The bare server's one thread: epoll, connections by descriptor, rooms as lists of descriptors.
//
// A turn reads from every connection that has something to say, once and into one buffer for all.
// An event's frame is made once, behind what its room already has to send in this turn; at the
// turn's end each member is given its room's bytes by reference, and each connection with something
// to send makes one write. Only what the kernel does not take then is copied.
#pragma once

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "wire.h"

namespace bare {

class Server {
public:
    // Listens on the loopback address; 0: on any free port. Ends the process when it can't.
    explicit Server(std::uint16_t port);
    std::uint16_t port() const;
    [[noreturn]] void run();

private:
    // Bytes of a room's events, or of the turn's answers.
    struct Piece {
        const std::string* from;
        std::size_t offset;
        std::size_t size;
    };
    struct Connection {
        enum class State : std::uint8_t { free, opening, open, closing };
        State state = State::free;
        bool is_dirty = false;    // it is in dirty_
        bool is_blocked = false;  // waits for EPOLLOUT
        std::vector<Piece> pieces{};
        std::vector<std::uint32_t> rooms{};
        std::string unread{};  // the beginning of a frame or request
        std::string unsent{};
    };
    struct Room {
        std::vector<int> members{};
        std::string events{};    // of this turn
        std::size_t handed = 0;  // bytes of them that the members were given
    };

    void accept_all();
    void read(int descriptor);
    // → bytes that were used
    std::size_t on_bytes(int descriptor, std::span<char> bytes);
    void on_packet(int descriptor, const Packet& packet);
    void answer(int descriptor, std::initializer_list<std::string_view> parts);
    void answer_bytes(int descriptor, std::string_view bytes);
    std::uint32_t room(std::string_view name);
    void publish(std::uint32_t room, std::string_view data);
    void hand_out(Room& room);
    void queue(int descriptor, const Piece& piece);
    void ping_some();
    void end_turn();
    void write(int descriptor);
    void write_unsent(int descriptor);
    void watch(int descriptor, int operation, std::uint32_t events) const;
    void close(int descriptor);

    Connection& at(int descriptor) { return connections_[static_cast<std::size_t>(descriptor)]; }

    int listener_;
    int epoll_;
    std::vector<char> buffer_;
    std::vector<Connection> connections_{};  // by descriptor
    std::unordered_map<std::string, std::uint32_t> room_numbers_{};
    std::deque<Room> rooms_{};  // pieces point into them
    std::vector<std::uint32_t> rooms_with_events_{};
    std::vector<int> dirty_{};
    std::vector<int> closing_{};  // at the turn's end
    std::string answers_{};       // of this turn
    std::uint64_t seconds_pinged_ = 0;
};

}  // namespace bare
