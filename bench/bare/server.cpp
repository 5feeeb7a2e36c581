#include "server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bare {
namespace {

constexpr std::size_t buffer_bytes = 256 * 1024;
constexpr std::size_t ready_max = 1'024;   // in one turn
constexpr std::size_t slices_max = 1'024;  // of one write: IOV_MAX
constexpr int backlog = 4'096;
constexpr std::uint64_t ping_seconds = 25;

[[noreturn]] void fail(const char* what) {
    std::perror(what);
    std::exit(1);
}

std::uint64_t seconds_now() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

}  // namespace

Server::Server(std::uint16_t port)
    : listener_(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      buffer_(buffer_bytes),
      seconds_pinged_(seconds_now()) {
    const int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fail("bind");
    if (listen(listener_, backlog) != 0) fail("listen");
    watch(listener_, EPOLL_CTL_ADD, EPOLLIN);
}

std::uint16_t Server::port() const {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    return ntohs(address.sin_port);
}

void Server::run() {
    std::vector<epoll_event> ready(ready_max);
    for (;;) {
        const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 1'000);
        if (count < 0 && errno != EINTR) fail("epoll_wait");
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = ready[static_cast<std::size_t>(i)];
            if (event.data.fd == listener_) {
                accept_all();
                continue;
            }
            if ((event.events & EPOLLOUT) != 0) write_unsent(event.data.fd);
            if ((event.events & ~std::uint32_t{EPOLLOUT}) != 0) read(event.data.fd);
        }
        ping_some();
        end_turn();
    }
}

void Server::accept_all() {
    for (;;) {
        const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor < 0) return;
        const int on = 1;
        setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (connections_.size() <= static_cast<std::size_t>(descriptor))
            connections_.resize(static_cast<std::size_t>(descriptor) + 1);
        at(descriptor).state = Connection::State::opening;
        watch(descriptor, EPOLL_CTL_ADD, EPOLLIN);
    }
}

void Server::read(int descriptor) {
    Connection& connection = at(descriptor);
    if (connection.state == Connection::State::closing) return;
    std::string& unread = connection.unread;
    std::copy(unread.begin(), unread.end(), buffer_.begin());
    const ssize_t got =
        recv(descriptor, buffer_.data() + unread.size(), buffer_.size() - unread.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return close(descriptor);
    const std::span<char> bytes{buffer_.data(), unread.size() + static_cast<std::size_t>(got)};
    const std::size_t used = on_bytes(descriptor, bytes);
    connection.unread.assign(bytes.begin() + static_cast<std::ptrdiff_t>(used), bytes.end());
}

std::size_t Server::on_bytes(int descriptor, std::span<char> bytes) {
    std::size_t used = 0;
    if (at(descriptor).state == Connection::State::opening) {
        const std::string_view text{bytes.data(), bytes.size()};
        const auto end = text.find("\r\n\r\n");
        if (end == std::string_view::npos) return 0;
        const auto upgraded = upgrade(text.substr(0, end + 2));
        if (!upgraded) {
            close(descriptor);
            return bytes.size();
        }
        used = end + 4;
        at(descriptor).state = Connection::State::open;
        answer_bytes(descriptor, *upgraded);
        answer(descriptor, {R"(0{"sid":"b)", std::to_string(descriptor),
                            R"(","upgrades":[],"pingInterval":25000,"pingTimeout":20000,)",
                            R"("maxPayload":1000000})"});
    }
    while (const auto frame = read_frame(bytes.subspan(used))) {
        used += frame->size;
        if (frame->opcode == Opcode::text) on_packet(descriptor, read_packet(frame->payload));
        if (frame->opcode == Opcode::close) close(descriptor);
    }
    return used;
}

void Server::on_packet(int descriptor, const Packet& packet) {
    switch (packet.kind) {
        case Packet::Kind::other: return;
        case Packet::Kind::connect:
            return answer(descriptor, {R"(40{"sid":"s)", std::to_string(descriptor), R"("})"});
        case Packet::Kind::join: {
            const std::uint32_t number = room(packet.room);
            hand_out(rooms_[number]);  // what was said before is not for it
            rooms_[number].members.push_back(descriptor);
            at(descriptor).rooms.push_back(number);
            if (!packet.id.empty())
                answer(descriptor, {"43", packet.id, "[\"", packet.room, "\"]"});
            return;
        }
        case Packet::Kind::publish:
            publish(room(packet.room), packet.data);
            if (!packet.id.empty()) answer(descriptor, {"43", packet.id, "[]"});
            return;
        case Packet::Kind::echo:
            if (!packet.id.empty()) answer(descriptor, {"43", packet.id, "[", packet.data, "]"});
            return;
    }
}

void Server::answer(int descriptor, std::initializer_list<std::string_view> parts) {
    const std::size_t offset = answers_.size();
    append_frame(answers_, parts);
    queue(descriptor, {&answers_, offset, answers_.size() - offset});
}

void Server::answer_bytes(int descriptor, std::string_view bytes) {
    queue(descriptor, {&answers_, answers_.size(), bytes.size()});
    answers_ += bytes;
}

std::uint32_t Server::room(std::string_view name) {
    const auto next = static_cast<std::uint32_t>(rooms_.size());
    const auto [found, is_new] = room_numbers_.try_emplace(std::string{name}, next);
    if (is_new) rooms_.emplace_back();
    return found->second;
}

void Server::publish(std::uint32_t room, std::string_view data) {
    std::string& events = rooms_[room].events;
    if (events.empty()) rooms_with_events_.push_back(room);
    append_frame(events, {R"(42["msg",)", data, "]"});
}

void Server::hand_out(Room& room) {
    if (room.handed == room.events.size()) return;
    const Piece piece{&room.events, room.handed, room.events.size() - room.handed};
    for (const int member : room.members) queue(member, piece);
    room.handed = room.events.size();
}

void Server::queue(int descriptor, const Piece& piece) {
    Connection& connection = at(descriptor);
    connection.pieces.push_back(piece);
    if (connection.is_dirty) return;
    connection.is_dirty = true;
    dirty_.push_back(descriptor);
}

// Every connection once in 25 seconds, in 25 portions by the number of its descriptor.
void Server::ping_some() {
    const std::uint64_t now = seconds_now();
    if (now == seconds_pinged_) return;
    seconds_pinged_ = now;
    for (std::size_t i = now % ping_seconds; i < connections_.size(); i += ping_seconds)
        if (connections_[i].state == Connection::State::open) answer(static_cast<int>(i), {"2"});
}

void Server::end_turn() {
    for (const std::uint32_t number : rooms_with_events_) hand_out(rooms_[number]);
    for (const int descriptor : dirty_) write(descriptor);
    dirty_.clear();
    for (const std::uint32_t number : rooms_with_events_) {
        rooms_[number].events.clear();
        rooms_[number].handed = 0;
    }
    rooms_with_events_.clear();
    answers_.clear();
    for (const int descriptor : closing_) {
        for (const std::uint32_t number : at(descriptor).rooms)
            std::erase(rooms_[number].members, descriptor);
        at(descriptor) = {};
        ::close(descriptor);
    }
    closing_.clear();
}

void Server::write(int descriptor) {
    Connection& connection = at(descriptor);
    connection.is_dirty = false;
    std::size_t sent = 0;
    if (!connection.is_blocked && connection.state != Connection::State::closing) {
        std::array<iovec, slices_max> slices;
        const std::size_t count = std::min(connection.pieces.size(), slices_max);
        for (std::size_t i = 0; i < count; ++i) {
            const Piece& piece = connection.pieces[i];
            slices[i] = {const_cast<char*>(piece.from->data() + piece.offset), piece.size};
        }
        msghdr message{};
        message.msg_iov = slices.data();
        message.msg_iovlen = count;
        const ssize_t result =
            count == 1 ? send(descriptor, slices[0].iov_base, slices[0].iov_len, MSG_NOSIGNAL)
                       : sendmsg(descriptor, &message, MSG_NOSIGNAL);
        if (result > 0) sent = static_cast<std::size_t>(result);
        if (result < 0 && errno != EAGAIN) close(descriptor);
    }
    for (const Piece& piece : connection.pieces) {
        const std::size_t skipped = std::min(sent, piece.size);
        sent -= skipped;
        connection.unsent.append(*piece.from, piece.offset + skipped, piece.size - skipped);
    }
    connection.pieces.clear();
    if (connection.unsent.empty() || connection.is_blocked) return;
    connection.is_blocked = true;
    if (connection.state != Connection::State::closing)
        watch(descriptor, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

void Server::write_unsent(int descriptor) {
    Connection& connection = at(descriptor);
    if (!connection.is_blocked || connection.state == Connection::State::closing) return;
    const ssize_t sent =
        send(descriptor, connection.unsent.data(), connection.unsent.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return close(descriptor);
    if (sent > 0) connection.unsent.erase(0, static_cast<std::size_t>(sent));
    if (!connection.unsent.empty()) return;
    connection.is_blocked = false;
    watch(descriptor, EPOLL_CTL_MOD, EPOLLIN);
}

void Server::watch(int descriptor, int operation, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = descriptor;
    if (epoll_ctl(epoll_, operation, descriptor, &event) != 0) fail("epoll_ctl");
}

void Server::close(int descriptor) {
    if (at(descriptor).state == Connection::State::closing) return;
    at(descriptor).state = Connection::State::closing;
    closing_.push_back(descriptor);
}

}  // namespace bare
