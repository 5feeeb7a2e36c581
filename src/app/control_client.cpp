#include "app/control_client.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>

namespace homeroom::app {
namespace {

Error failed(const std::string& path) {
    return Error{Code::unavailable, "the running server does not answer at " + path + ": " +
                                        std::system_category().message(errno)};
}

class Socket {
public:
    Socket() : number_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    ~Socket() {
        if (number_ >= 0) close(number_);
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

}  // namespace

Result<std::string> ask_control_socket(const std::filesystem::path& path, std::string_view target,
                                       std::string_view body) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = path.string();
    if (name.size() >= sizeof address.sun_path)
        return Error{Code::invalid, "the path is too long: " + name, "data"};
    std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
    const Socket socket;
    if (connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return failed(name);
    std::string request =
        "POST " + std::string{target} + " HTTP/1.1\r\nHost: local\r\nConnection: close\r\n" +
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
        "\r\n\r\n" + std::string{body};
    std::string_view left = request;
    while (!left.empty()) {
        const ssize_t sent = send(socket.number(), left.data(), left.size(), MSG_NOSIGNAL);
        if (sent < 0) return failed(name);
        left.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::string answer;
    std::array<char, 65536> buffer{};
    while (true) {
        const ssize_t got = recv(socket.number(), buffer.data(), buffer.size(), 0);
        if (got < 0) return failed(name);
        if (got == 0) break;
        answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
    const auto end_of_head = answer.find("\r\n\r\n");
    if (end_of_head == std::string::npos)
        return Error{Code::unavailable, "the running server gave no answer"};
    return answer.substr(end_of_head + 4);
}

}  // namespace homeroom::app
