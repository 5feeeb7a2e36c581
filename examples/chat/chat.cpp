// A chat: build it as the README beside it says, and open http://localhost:3000 in two windows.

#include <homeroom/socketio.h>

using namespace homeroom::socketio;

int main(int argc, char** argv) {
    Options options{.port = static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 3000)};
    options.pages = CHAT_PAGES;
    options.recovery = Recovery{};  // whoever loses the connection for a moment misses nothing
    Server io{options};

    io.use([](Socket& socket, Next next) {
        const Json& auth = socket.handshake().auth;
        if (!auth.contains("name") || !auth["name"].is_string())
            return next(Refusal{"tell us your name"});
        socket.data() = auth["name"];
        next();
    });

    // Clients name rooms: with "chat/" before it, no name is that of somebody's own room.
    io.on_connection([](Socket& socket) {
        socket.on("join", [](Socket& client, const std::string& room, Ack ack) {
            client.join("chat/" + room);
            client.to("chat/" + room).emit("joined", room, client.data());
            ack("welcome");
        });
        socket.on("say", [](Socket& client, const std::string& room, const std::string& text) {
            const std::string chat = "chat/" + room;
            if (client.is_in(chat)) client.to(chat).emit("said", room, client.data(), text);
        });
        socket.on_disconnecting([&socket](DisconnectReason) {
            for (const std::string& chat : socket.rooms()) {
                if (chat != socket.id())
                    socket.to(chat).emit("left", chat.substr(5), socket.data());
            }
        });
    });
    return io.run();
}
