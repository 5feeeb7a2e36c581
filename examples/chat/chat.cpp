// A chat: build it as the README beside it says, and open http://localhost:3000 in two windows.

#include <homeroom/socketio.h>

using namespace homeroom::socketio;

int main(int argc, char** argv) {
    Options options{.port = argc > 1 ? static_cast<std::uint16_t>(std::atoi(argv[1])) : 3000};
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

    io.on_connection([](Socket& socket) {
        socket.on("join", [](Socket& client, const std::string& room, Ack ack) {
            client.join(room);
            client.to(room).emit("joined", room, client.data());
            ack("welcome");
        });
        socket.on("say", [](Socket& client, const std::string& room, const std::string& text) {
            if (client.is_in(room)) client.to(room).emit("said", room, client.data(), text);
        });
        socket.on_disconnecting([&socket](DisconnectReason) {
            for (const std::string& room : socket.rooms())
                socket.to(room).emit("left", room, socket.data());
        });
    });
    return io.run();
}
