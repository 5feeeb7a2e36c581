// What an Ack stands for.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "homeroom/socketio/event.h"
#include "homeroom/socketio/namespace.h"
#include "hub/types.h"

namespace homeroom::socketio {

struct Ack::State {
    std::shared_ptr<Namespace::Impl> nsp;
    hub::SocketRef socket;
    std::uint64_t id;
    std::atomic_flag used{};

    State(std::shared_ptr<Namespace::Impl> of, hub::SocketRef its_socket, std::uint64_t its_id)
        : nsp(std::move(of)), socket(its_socket), id(its_id) {}
};

}  // namespace homeroom::socketio
