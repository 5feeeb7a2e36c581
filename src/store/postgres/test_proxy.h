// For tests: stands between a client and the PostgreSQL server, on a socket of its own, and does to
// what passes what networks do.
#pragma once

#include <array>
#include <atomic>
#include <cstring>
#include <filesystem>
#include <mutex>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace homeroom::store::postgres {

class Proxy {
public:
    enum class Mode {
        pass,
        lose_commit,         // cut when the client commits: the server never hears of it
        lose_commits_answer  // cut when the server has answered: the client never hears of it
    };

    // `server`: the folder of the server's socket; its own is in `folder`.
    Proxy(std::string server, const std::filesystem::path& folder)
        : server_(std::move(server)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const sockaddr_un address = address_of(folder.string());
        ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        ::listen(listener_, 16);
        thread_ = std::thread([this] { accept_all(); });
    }
    ~Proxy() {
        stopping_ = true;
        thread_.join();
        for (std::thread& one : connections_) one.join();
        ::close(listener_);
    }
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;

    // For the next commit that passes; then it passes everything again.
    void set(Mode mode) { mode_ = mode; }
    // Whether new connections are let in. Those that are there stay.
    void let_in(bool open) { open_ = open; }
    void freeze(bool frozen) { frozen_ = frozen; }
    void cut() { ++cuts_; }

private:
    static sockaddr_un address_of(const std::string& folder) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string name = folder + "/.s.PGSQL.5432";
        std::memcpy(address.sun_path, name.c_str(),
                    std::min(name.size(), sizeof address.sun_path - 1));
        return address;
    }

    void accept_all() {
        while (!stopping_) {
            pollfd wait{listener_, POLLIN, 0};
            if (::poll(&wait, 1, 10) <= 0) continue;
            const int client = ::accept(listener_, nullptr, nullptr);
            if (client < 0) continue;
            if (!open_) {
                ::close(client);
                continue;
            }
            connections_.emplace_back([this, client] { serve(client); });
        }
    }

    void serve(int client) {
        const int cuts = cuts_;
        const int server = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const sockaddr_un address = address_of(server_);
        bool on =
            ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        bool cut_at_answer = false;
        std::array<char, 65536> bytes{};
        while (on && !stopping_ && cuts == cuts_) {
            if (frozen_) {
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
                continue;
            }
            std::array<pollfd, 2> wait{{{client, POLLIN, 0}, {server, POLLIN, 0}}};
            if (::poll(wait.data(), wait.size(), 10) <= 0) continue;
            if (wait[0].revents != 0) {
                const ssize_t count = ::recv(client, bytes.data(), bytes.size(), 0);
                const std::string_view text(bytes.data(),
                                            count > 0 ? static_cast<std::size_t>(count) : 0);
                const bool commits = text.find("COMMIT") != std::string_view::npos;
                if (commits && mode_ == Mode::lose_commit) {
                    mode_ = Mode::pass;
                    break;
                }
                if (commits && mode_ == Mode::lose_commits_answer) {
                    mode_ = Mode::pass;
                    cut_at_answer = true;
                }
                on = count > 0 && ::send(server, text.data(), text.size(), MSG_NOSIGNAL) == count;
            }
            if (on && wait[1].revents != 0) {
                const ssize_t count = ::recv(server, bytes.data(), bytes.size(), 0);
                if (cut_at_answer) break;
                on = count > 0 && ::send(client, bytes.data(), static_cast<std::size_t>(count),
                                         MSG_NOSIGNAL) == count;
            }
        }
        ::close(client);
        ::close(server);
    }

    std::string server_;
    int listener_;
    std::atomic<Mode> mode_{Mode::pass};
    std::atomic<bool> open_{true};
    std::atomic<bool> frozen_{false};
    std::atomic<int> cuts_{0};
    std::atomic<bool> stopping_{false};
    std::thread thread_{};
    std::vector<std::thread> connections_{};  // the accepting thread's, then the destructor's
};

}  // namespace homeroom::store::postgres
