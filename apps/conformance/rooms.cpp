// join(room, ack) → ack(room)
// publish({ room, data, volatile?, ack? }) → msg(data) to the room
// echo(x, ack) → ack(x)

#include <string>

#include "conformance/scenarios.h"

namespace homeroom::conformance {

using socketio::Ack;
using socketio::BroadcastAnswers;
using socketio::Emitter;
using socketio::Json;
using socketio::Server;
using socketio::Socket;
using socketio::Value;

namespace {

void publish(Server& io, const Value& request, const Ack& ack) {
    const Json fields = request.json();
    if (!fields.is_object() || !fields.contains("room") || !fields["room"].is_string())
        return ack("error: publish takes { room, data }");
    Emitter to = io.to(fields["room"].get<std::string>());
    if (fields.value("volatile", false)) to = to.volatile_();
    const Json data = fields.value("data", Json(nullptr));
    if (!fields.value("ack", false)) {
        to.emit("msg", data);
        return ack();
    }
    to.emit("msg", data, [ack](const BroadcastAnswers& answers) {
        std::size_t answered = 0;
        for (const auto& one : answers.answers) answered += one.answer.has_value() ? 1 : 0;
        ack(answered);
    });
}

}  // namespace

void add_rooms(Server& io) {
    io.on_connection([&io](Socket& socket) {
        socket.on("join", [](Socket& client, const std::string& room, const Ack& ack) {
            client.join(room);
            ack(room);
        });
        socket.on("publish",
                  [&io](const Value& request, const Ack& ack) { publish(io, request, ack); });
        socket.on("echo", [](const Value& value, const Ack& ack) { ack(value); });
    });
}

}  // namespace homeroom::conformance
