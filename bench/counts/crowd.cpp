#include "crowd.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace homeroom::counts {
namespace {

constexpr std::string_view handshake =
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
// "40" in a text frame whose mask is zero: the packet that joins "/".
constexpr std::string_view join_main{
    "\x81\x82\0\0\0\0"
    "40",
    8};

[[noreturn]] void give_up(const char* why) {
    std::perror(why);
    std::exit(2);
}

void send_all(int descriptor, std::string_view bytes) {
    if (::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size()))
        give_up("send");
}

char read_byte(int descriptor) {
    char byte = 0;
    if (recv(descriptor, &byte, 1, 0) != 1) give_up("the server hung up");
    return byte;
}

void read_answer(int descriptor) {
    constexpr std::string_view end = "\r\n\r\n";
    for (std::size_t matched = 0; matched < end.size();) {
        const char byte = read_byte(descriptor);
        matched = byte == end[matched] ? matched + 1 : static_cast<std::size_t>(byte == end[0]);
    }
}

// A frame of a short or middling payload, which begins as it must.
void read_frame(int descriptor, char first) {
    read_byte(descriptor);
    std::size_t size = static_cast<unsigned char>(read_byte(descriptor));
    if (size == 126) {
        size = static_cast<unsigned char>(read_byte(descriptor));
        size = size << 8U | static_cast<unsigned char>(read_byte(descriptor));
    }
    for (std::size_t i = 0; i < size; ++i) {
        if (read_byte(descriptor) != first && i == 0) give_up("not the packet that was awaited");
    }
}

int connected(std::uint16_t port) {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (descriptor < 0 ||
        connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        give_up("connect");
    return descriptor;
}

}  // namespace

Crowd::~Crowd() {
    for (const int descriptor : descriptors_) close(descriptor);
}

void Crowd::join(std::uint16_t port, std::size_t count) {
    descriptors_.reserve(descriptors_.size() + count);
    for (std::size_t i = 0; i < count; ++i) {
        const int descriptor = connected(port);
        descriptors_.push_back(descriptor);
        send_all(descriptor, handshake);
        read_answer(descriptor);
        read_frame(descriptor, '0');
        send_all(descriptor, join_main);
        read_frame(descriptor, '4');
    }
}

void Crowd::read(std::size_t bytes_each) const {
    static std::array<char, 64 * 1024> buffer;
    for (const int descriptor : descriptors_) {
        for (std::size_t left = bytes_each; left > 0;) {
            const auto got = recv(descriptor, buffer.data(), std::min(left, buffer.size()), 0);
            if (got <= 0) give_up("the server hung up");
            left -= static_cast<std::size_t>(got);
        }
    }
}

}  // namespace homeroom::counts
