#include "conformance/scenarios.h"

namespace homeroom::conformance {

using socketio::Event;
using socketio::Server;
using socketio::Socket;

void add_protocol(Server& io) {
    const auto serve = [](Socket& socket) {
        socket.emit("auth", socket.handshake().auth_as_sent);
        socket.on("message", [](Socket& client, const Event& event) {
            client.emit_values("message-back", event.arguments());
        });
        socket.on("message-with-ack",
                  [](const Event& event) { event.ack().send(event.arguments()); });
    };
    io.on_connection(serve);
    io.of("/custom").on_connection(serve);
}

}  // namespace homeroom::conformance
