// What the servers of a cluster tell each other, over a ClusterLink. Requests, and what is known of
// their answers, live on the first loop.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "homeroom/socketio/cluster.h"
#include "homeroom/socketio/namespace.h"
#include "socketio/namespace_impl.h"

namespace homeroom::socketio {

class Cluster {
public:
    Cluster(Core& core, hub::Server& hubs, std::shared_ptr<ClusterLink> link);
    ~Cluster();
    // False, and logged, when the link throws. Before anything else.
    bool open();
    // When the loops run no more: what has not been answered is dropped.
    void close();

    // --- To the other nodes. Any thread.
    void broadcast(const Outgoing& outgoing);
    void join(const hub::Selection& selection, const std::vector<std::string>& rooms);
    void leave(const hub::Selection& selection, const std::vector<std::string>& rooms);
    void disconnect(const hub::Selection& selection, bool close);

    // --- Of all nodes; `done` is called on the first loop.
    void ask(Namespace::Impl& nsp, const Outgoing& outgoing, BroadcastAnswersHandler done);
    void fetch(Namespace::Impl& nsp, const hub::Selection& selection,
               std::function<void(RemoteSockets)> done);
    // `done` may be empty: then no answer is asked for.
    void emit_to_servers(Namespace::Impl& nsp, std::string_view event, const Values& arguments,
                         NodeAnswersHandler done);

private:
    struct Request;
    // What this node adds to the answers, which it reports when it has it. May be empty.
    using OwnPart = std::function<void(const std::function<void(Json)>& report)>;
    // What is left to do when all have answered: with their answers, and who is missing.
    struct Part {
        std::string node{};  // empty: this one
        Json answer{};
    };
    using Parts = std::vector<Part>;
    using Done = std::function<void(Parts, std::vector<std::string> missing_nodes)>;

    // What a link throws is its own affair: the message is lost.
    void publish(const Json& message);
    std::vector<std::string> others() const;
    void request(Json message, std::chrono::milliseconds timeout, const OwnPart& own_part,
                 Done done);
    void take_answer(std::uint64_t id, const std::string& node, Json answer);
    void finish(std::uint64_t id);
    void receive(const Json& message);
    void on_server_event(const Namespace::Impl& nsp, const Json& message);
    void answer(const Json& request, Json answer);

    Core& core_;
    hub::Server& hubs_;
    std::shared_ptr<ClusterLink> link_;
    std::atomic<bool> closed_{true};
    const std::string node_;
    std::atomic<std::uint64_t> last_request_{0};
    // On the first loop only.
    std::unordered_map<std::uint64_t, std::unique_ptr<Request>> requests_;
};

}  // namespace homeroom::socketio
