// What joins several servers to one: the seam at which Redis, Kafka or anything else that carries
// messages is put in. With it, emits, joins, disconnects and fetches reach the sockets of all
// nodes, and server_side_emit the other nodes' servers.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace homeroom::socketio {

// A promise: what one node publishes arrives at each other node in that order, at most once. A node
// that was away misses it; recovery is not the link's job. Any thread.
class ClusterLink {
public:
    virtual ~ClusterLink() = default;

    // Before anything else; again only after close(), by a start after one that failed. When it
    // throws it is closed, and the server does not start. `receive` may be called on any thread,
    // for one message at a time.
    using Receive = std::function<void(std::string message)>;
    virtual void open(const std::string& node, Receive receive) = 0;
    // When it returns, `receive` is not called any more.
    virtual void close() = 0;

    virtual void publish(std::string message) = 0;  // to every other node
    virtual void send(const std::string& node, std::string message) = 0;
    // The other nodes that are alive, as far as is known: those whose answers are awaited.
    virtual std::vector<std::string> others() const = 0;
};

// Joins servers within one process: each of `count` links is for one of them.
std::vector<std::shared_ptr<ClusterLink>> make_local_cluster(std::size_t count);

}  // namespace homeroom::socketio
