// What is kept with a connection at the door (door.h). On its loop.
#pragma once

#include <memory>
#include <string>

#include "features/documents/excalidraw/door.h"
#include "features/documents/excalidraw/limits.h"

namespace homeroom::features::documents::excalidraw {

struct Door::Visitor final : hub::SocketData {
    Ticket ticket{};     // without a user: it has not shown one yet
    std::string room{};  // the ticket as its client says it
    bool is_in = false;
    std::shared_ptr<Drawing> drawing{};

    static Visitor& of(hub::Socket& socket) { return static_cast<Visitor&>(*socket.data()); }
};

// The first argument of an event, if it is of a size to be looked at; else null.
inline campus::Json first_argument(const hub::Event& event) {
    if (event.arguments.empty() ||
        event.arguments.front().size() > limits::excalidraw_argument_bytes_max)
        return nullptr;
    return campus::Json::parse(event.arguments.front(), nullptr, false);
}
inline std::string first_text(const hub::Event& event) {
    const auto argument = first_argument(event);
    return argument.is_string() ? argument.get<std::string>() : std::string{};
}

}  // namespace homeroom::features::documents::excalidraw
