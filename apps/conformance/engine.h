// Bare Engine.IO applications.
#pragma once

#include <memory>

#include "hub/server.h"

namespace homeroom::conformance {

// Echoes every message.
hub::Server::Applications::Engine echo_engine(engineio::Options options);

// The fixtures of the JavaScript Engine.IO client's own tests, with the options that go with them.
hub::Server::Applications::Engine client_engine(const std::string& path);

}  // namespace homeroom::conformance
