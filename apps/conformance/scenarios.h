// The applications that conformance suites need. Each sets up its namespaces on a server that has
// not been started.
#pragma once

#include "homeroom/socketio.h"

namespace homeroom::conformance {

// What the Socket.IO protocol suite talks to.
void add_protocol(socketio::Server& io);

// For load tests: join, publish, echo.
void add_rooms(socketio::Server& io);

// The fixtures of the JavaScript client's own tests, and the options that go with them.
void add_client(socketio::Server& io);
void set_client_options(socketio::Options& options);

}  // namespace homeroom::conformance
