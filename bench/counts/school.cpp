#include "school.h"

#include <cstdlib>
#include <future>
#include <utility>

namespace homeroom::counts {

School::School(RoomsOf rooms_of) : rooms_of_(std::move(rooms_of)) {
    hub::ServerOptions options;
    options.engine.path = "/socket.io/";
    // No heartbeat falls into a measurement, however slow the machine is.
    options.engine.ping_interval = std::chrono::hours{1};
    auto created = hub::Server::create(
        options, {.namespaces = {.fixed = {{"/", static_cast<hub::NamespaceHandler*>(this)}}}});
    if (!created.ok()) std::abort();
    server_ = std::move(created).value();
    server_->start();
}

School::~School() {
    server_->stop();
}

void School::on_connect(hub::Socket& socket, std::string_view) {
    for (const std::string& room : rooms_of_(joined_++)) socket.join(room);
    socket.accept();
}

void School::on_loop(const std::function<void(hub::Hub&)>& task) {
    std::promise<void> done;
    server_->post(0, [&](hub::Hub& hub) {
        task(hub);
        done.set_value();
    });
    done.get_future().wait();
}

}  // namespace homeroom::counts
