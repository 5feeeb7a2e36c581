// A Socket.IO server for C++: everything that an application needs.
//
//     #include <homeroom/socketio.h>
//     using namespace homeroom::socketio;
//
//     int main() {
//         Server io{{.port = 3000}};
//         io.on_connection([](Socket& socket) {
//             socket.on("hello", [](Socket& client, const std::string& name, Ack ack) {
//                 client.broadcast().emit("joined", name);
//                 ack("welcome");
//             });
//         });
//         return io.run();
//     }
//
// Threads: a server has one loop or several. What concerns one socket (its handlers, and every call
// on the Socket they are given) happens on that socket's loop; Server, Namespace, Emitter, Ack and
// Next may be used from any thread. With one loop, the default, nothing runs at the same time.
//
// Exceptions: what an application's function throws while the server calls it is logged and ends
// nothing. One that was to decide has refused by it ("internal error"), one that was to add or to
// give something has added and given nothing.
#pragma once

#include "homeroom/socketio/cluster.h"
#include "homeroom/socketio/emitter.h"
#include "homeroom/socketio/event.h"
#include "homeroom/socketio/namespace.h"
#include "homeroom/socketio/options.h"
#include "homeroom/socketio/rooms.h"
#include "homeroom/socketio/server.h"
#include "homeroom/socketio/socket.h"
#include "homeroom/socketio/value.h"
