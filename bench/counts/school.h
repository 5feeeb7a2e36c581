// A real server on one loop, and clients in rooms of it: what each phase of delivery_counts sends
// to. The plain Socket.IO server, without the campus, so that nothing but delivery counts.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "crowd.h"
#include "hub/server.h"

namespace homeroom::counts {

class School final : private hub::NamespaceHandler {
public:
    // The rooms of the n-th client; it says so to nobody, they are joined when it connects.
    using RoomsOf = std::function<std::vector<std::string>(std::size_t n)>;

    explicit School(RoomsOf rooms_of);
    ~School() override;

    hub::Server& server() { return *server_; }
    void join(std::size_t clients) { crowd_.join(server_->port(), clients); }
    Crowd& crowd() { return crowd_; }
    // On the loop, at the end of a turn of its own; waits for it.
    void on_loop(const std::function<void(hub::Hub&)>& task);

private:
    void on_connect(hub::Socket& socket, std::string_view auth) override;
    void on_event(hub::Socket&, const hub::Event&) override {}
    void on_disconnect(hub::Socket&, hub::DisconnectReason) override {}

    RoomsOf rooms_of_;
    std::size_t joined_ = 0;  // on the loop
    std::unique_ptr<hub::Server> server_;
    Crowd crowd_{};
};

}  // namespace homeroom::counts
