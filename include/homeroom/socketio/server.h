// The server. See homeroom/socketio.h for a whole program.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "homeroom/socketio/namespace.h"
#include "homeroom/socketio/options.h"

namespace homeroom::socketio {

class Server : public Emits<Server, BroadcastAnswersHandler> {
public:
    explicit Server(Options options = {});
    ~Server();  // as close()
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // --- Namespaces. A name without its slash gets one.
    Namespace of(std::string_view name);
    // Those that match come into being when a client asks for one. Patterns are asked in the order
    // in which they were given; `pattern` is a regular expression, as in JavaScript, that has to
    // match somewhere in the name. Throws std::runtime_error for what is none.
    ParentNamespace of_pattern(const std::string& pattern);
    // A matcher runs on the loop of the client that asks, with several loops on all of them at
    // once; it decides once, now or later, on any thread. It says which names may come into being,
    // not who may enter: a client that asks for one that is there is not shown to it. For that
    // there are middlewares.
    using Matcher = std::function<void(const std::string& name, const Json& auth,
                                       std::function<void(bool matches)> decide)>;
    ParentNamespace of_matching(Matcher matcher);
    void on_new_namespace(std::function<void(Namespace)> handler);

    // --- The namespace "/".
    void use(Middleware middleware) { main().use(std::move(middleware)); }
    void on_connection(ConnectionHandler handler) { main().on_connection(std::move(handler)); }
    Emitter to(const Rooms& rooms) { return main().to(rooms); }
    Emitter in(const Rooms& rooms) { return main().to(rooms); }
    Emitter except(const Rooms& rooms) { return main().except(rooms); }
    Emitter volatile_() { return main().volatile_(); }
    Emitter compress(bool compress) { return main().compress(compress); }
    Emitter local() { return main().local(); }
    Emitter timeout(std::chrono::milliseconds timeout) { return main().timeout(timeout); }
    bool emit_values(std::string_view event, const Values& arguments,
                     BroadcastAnswersHandler on_answers = {}) const {
        return main().emit_values(event, arguments, std::move(on_answers));
    }
    void fetch_sockets(std::function<void(RemoteSockets)> done) {
        main().fetch_sockets(std::move(done));
    }
    void sockets_join(const Rooms& rooms) { main().sockets_join(rooms); }
    void sockets_leave(const Rooms& rooms) { main().sockets_leave(rooms); }
    void disconnect_sockets(bool close = false) { main().disconnect_sockets(close); }
    void with_socket(const std::string& id, std::function<void(Socket&)> task) {
        main().with_socket(id, std::move(task));
    }
    template <typename... Arguments>
    void server_side_emit(std::string_view event, Arguments&&... arguments) {
        main().server_side_emit(event, std::forward<Arguments>(arguments)...);
    }

    // --- Life. start() and close() belong to one thread. What is sent before the one or after the
    // other reaches nobody, and is no error. A server that was closed does not start again.
    // Listens and serves, on threads of its own. What went wrong, in words; nothing when it runs.
    std::optional<std::string> start();
    std::uint16_t port() const;  // once started
    // Ends all connections so that clients come back by themselves, and stops. Lets go of all
    // handlers; those that wait for answers are not called any more. Not from a handler.
    void close();
    // start(), then close() on SIGINT or SIGTERM: the last line of a main. Says where it listens,
    // or why it does not; gives the program's exit code. Call it before there are other threads.
    int run();

    // --- Figures. Any thread.
    std::size_t connection_count() const;  // TCP connections
    std::vector<std::pair<std::string, std::uint64_t>> limit_counts() const;

    struct Impl;  // for the library
    Impl& impl() const { return *impl_; }

private:
    Namespace main() const;
    std::unique_ptr<Impl> impl_;
};

}  // namespace homeroom::socketio
