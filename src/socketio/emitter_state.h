// To whom an Emitter sends, and how.
#pragma once

#include <memory>

#include "homeroom/socketio/emitter.h"
#include "homeroom/socketio/namespace.h"
#include "hub/types.h"

namespace homeroom::socketio {

struct Emitter::State {
    std::shared_ptr<Namespace::Impl> nsp;
    hub::Selection to{};
    EmitFlags flags{};
};

}  // namespace homeroom::socketio
