// What a Server holds, for programs of this project that go beneath the public interface.
#pragma once

#include <memory>

#include "homeroom/socketio/server.h"
#include "socketio/core.h"

namespace homeroom::socketio {

struct Server::Impl {
    std::shared_ptr<Core> core;
};

}  // namespace homeroom::socketio
