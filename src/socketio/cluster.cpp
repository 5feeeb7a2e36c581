#include "socketio/cluster.h"

#include <algorithm>
#include <utility>

#include "base/ids.h"
#include "base/limits.h"
#include "hub/hub.h"
#include "socketio/cluster_message.h"
#include "socketio/pack.h"

namespace homeroom::socketio {
namespace {

// How much longer than its clients' answers a node's report is awaited.
constexpr std::chrono::milliseconds report_margin{500};
constexpr std::chrono::milliseconds request_timeout{5'000};

}  // namespace

// A request to the other nodes, until all have answered.
struct Cluster::Request {
    Request(Cluster& owner, std::uint64_t its_id) : cluster(owner), id(its_id), timer(fire, this) {}
    static void fire(void* self) {
        auto* request = static_cast<Request*>(self);
        request->cluster.finish(request->id);
    }

    Cluster& cluster;
    std::uint64_t id;
    std::vector<std::string> missing{};  // nodes that have not answered
    bool own_part_missing = false;
    Parts answers{};
    Done done{};
    net::Timer timer;
};

Cluster::Cluster(Core& core, hub::Server& hubs, std::shared_ptr<ClusterLink> link)
    : core_(core), hubs_(hubs), link_(std::move(link)), node_(random_id20()) {}

bool Cluster::open() {
    const auto receive_bytes = [this](const std::string& bytes) {
        auto message = std::make_shared<const Json>(Json::from_msgpack(bytes, true, false));
        hubs_.post(0, [this, message](hub::Hub&) {
            guarded("another node's message", [&] { receive(*message); });
        });
    };
    closed_ = false;
    const bool is_open = guarded("ClusterLink::open", [&] { link_->open(node_, receive_bytes); });
    if (!is_open) close();  // it may have begun to receive
    return is_open;
}

Cluster::~Cluster() {
    close();
}

void Cluster::close() {
    if (!closed_.exchange(true)) guarded("ClusterLink::close", [&] { link_->close(); });
    requests_.clear();  // their handlers may hold the core
}

void Cluster::publish(const Json& message) {
    if (!closed_) guarded("ClusterLink::publish", [&] { link_->publish(bytes_of(message)); });
}

std::vector<std::string> Cluster::others() const {
    std::vector<std::string> nodes;
    if (!closed_) guarded("ClusterLink::others", [&] { nodes = link_->others(); });
    return nodes;
}

// --- To the other nodes --------------------------------------------------------------------------

void Cluster::broadcast(const Outgoing& outgoing) {
    Json message = json_of(outgoing);
    message["type"] = "broadcast";
    publish(message);
}

void Cluster::join(const hub::Selection& selection, const std::vector<std::string>& rooms) {
    publish({{"type", "join"}, {"to", json_of(selection)}, {"rooms", rooms}});
}

void Cluster::leave(const hub::Selection& selection, const std::vector<std::string>& rooms) {
    publish({{"type", "leave"}, {"to", json_of(selection)}, {"rooms", rooms}});
}

void Cluster::disconnect(const hub::Selection& selection, bool close) {
    publish({{"type", "disconnect"}, {"to", json_of(selection)}, {"close", close}});
}

// --- Of all nodes --------------------------------------------------------------------------------

void Cluster::request(Json message, std::chrono::milliseconds timeout, const OwnPart& own_part,
                      Done done) {
    const std::uint64_t id = ++last_request_;
    auto owned = std::make_shared<std::unique_ptr<Request>>(std::make_unique<Request>(*this, id));
    Request& request = **owned;
    request.missing = others();
    request.own_part_missing = own_part != nullptr;
    request.done = std::move(done);
    // Mailed before any answer to it can be, but sent at once: it keeps its place among what the
    // caller sends.
    hubs_.post(0, [this, id, timeout, owned](hub::Hub& hub) {
        Request& registered = *requests_.emplace(id, std::move(*owned)).first->second;
        hub.loop().start(registered.timer, timeout);
        if (registered.missing.empty() && !registered.own_part_missing) finish(id);
    });
    message["id"] = id;
    message["from"] = node_;
    publish(message);
    if (own_part == nullptr) return;
    own_part([this, id](Json answer) {
        hubs_.post(0, [this, id, answer = std::move(answer)](hub::Hub&) {
            take_answer(id, node_, answer);
        });
    });
}

void Cluster::take_answer(std::uint64_t id, const std::string& node, Json answer) {
    const auto found = requests_.find(id);
    if (found == requests_.end()) return;  // too late
    Request& request = *found->second;
    if (node == node_) {
        request.own_part_missing = false;
    } else if (std::erase(request.missing, node) == 0) {
        return;  // nobody waits for it
    }
    request.answers.push_back(
        {.node = node == node_ ? std::string{} : node, .answer = std::move(answer)});
    if (request.missing.empty() && !request.own_part_missing) finish(id);
}

void Cluster::finish(std::uint64_t id) {
    auto node = requests_.extract(id);
    if (node.empty()) return;
    Request& request = *node.mapped();
    request.timer.stop();
    guarded("cluster answer handler",
            [&] { request.done(std::move(request.answers), std::move(request.missing)); });
}

void Cluster::ask(Namespace::Impl& nsp, const Outgoing& outgoing, BroadcastAnswersHandler done) {
    Json message = json_of(outgoing);
    message["type"] = "ask";
    const auto timeout = outgoing.flags.timeout.value_or(limits::broadcast_ack_timeout);
    request(
        std::move(message), timeout + report_margin,
        [self = nsp.shared_from_this(), outgoing](const std::function<void(Json)>& report) {
            self->ask(outgoing, [report](std::vector<hub::BroadcastAnswer> answers) {
                report(json_of(answers));
            });
        },
        [done = std::move(done)](const Parts& parts, std::vector<std::string> missing) {
            BroadcastAnswers all{.missing_nodes = std::move(missing)};
            for (const Part& part : parts)
                std::ranges::move(unpack(broadcast_answers_of(part.answer)),
                                  std::back_inserter(all.answers));
            done(std::move(all));
        });
}

void Cluster::fetch(Namespace::Impl& nsp, const hub::Selection& selection,
                    std::function<void(RemoteSockets)> done) {
    request(
        {{"type", "fetch"}, {"to", json_of(selection)}}, request_timeout,
        [self = nsp.shared_from_this(), selection](const std::function<void(Json)>& report) {
            self->fetch(selection, [report](const std::vector<RemoteSocket>& sockets) {
                report(json_of(sockets));
            });
        },
        [done = std::move(done)](const Parts& parts, std::vector<std::string> missing) {
            RemoteSockets all{.missing_nodes = std::move(missing)};
            for (const Part& part : parts)
                std::ranges::move(remote_sockets_of(part.answer, part.node),
                                  std::back_inserter(all.sockets));
            done(std::move(all));
        });
}

void Cluster::emit_to_servers(Namespace::Impl& nsp, std::string_view event, const Values& arguments,
                              NodeAnswersHandler done) {
    Json message = {{"type", "server_event"},
                    {"to", json_of(hub::Selection{.nsp = nsp.name})},
                    {"event", event},
                    {"arguments", json_of(arguments)}};
    if (!done) return publish(message);
    request(std::move(message), request_timeout, nullptr,
            [done = std::move(done)](const Parts& parts, std::vector<std::string> missing) {
                NodeAnswers all{.missing_nodes = std::move(missing)};
                for (const Part& part : parts) all.answers.push_back(values_of(part.answer).at(0));
                done(std::move(all));
            });
}

// --- From the other nodes ------------------------------------------------------------------------

void Cluster::receive(const Json& message) {
    const auto type = message.at("type").get<std::string>();
    if (type == "answer") {
        return take_answer(message.at("id").get<std::uint64_t>(),
                           message.at("from").get<std::string>(), message.at("answer"));
    }
    const hub::Selection to = selection_of(message.at("to"));
    const Core::NamespacePtr nsp = core_.find(to.nsp);
    if (nsp == nullptr) {
        // Nobody is in it here: an answer is due all the same.
        if (type == "fetch" || type == "ask") answer(message, Json::array());
        return;
    }
    if (type == "broadcast") {
        nsp->deliver(std::make_shared<const Outgoing>(outgoing_of(message)));
    } else if (type == "join") {
        nsp->join(to, message.at("rooms").get<std::vector<std::string>>());
    } else if (type == "leave") {
        nsp->leave(to, message.at("rooms").get<std::vector<std::string>>());
    } else if (type == "disconnect") {
        nsp->disconnect(to, message.at("close").get<bool>());
    } else if (type == "fetch") {
        nsp->fetch(to, [this, message](const std::vector<RemoteSocket>& sockets) {
            answer(message, json_of(sockets));
        });
    } else if (type == "ask") {
        nsp->ask(outgoing_of(message), [this, message](std::vector<hub::BroadcastAnswer> answers) {
            answer(message, json_of(answers));
        });
    } else if (type == "server_event") {
        on_server_event(*nsp, message);
    }
}

void Cluster::on_server_event(const Namespace::Impl& nsp, const Json& message) {
    std::function<void(const Value&)> reply;
    if (message.contains("id")) {
        // The handler may answer from any thread, and late.
        reply = [core = core_.weak_from_this(), message,
                 used = std::make_shared<std::atomic_flag>()](const Value& value) {
            const auto alive = core.lock();
            if (alive == nullptr || used->test_and_set()) return;
            hub::Server* hubs = alive->hubs();
            if (hubs == nullptr) return;
            hubs->post(0, [alive, message, answer = json_of(Values{value})](hub::Hub&) {
                alive->cluster()->answer(message, answer);
            });
        };
    }
    nsp.on_server_event(ServerEvent{message.at("event").get<std::string>(),
                                    values_of(message.at("arguments")), std::move(reply)});
}

void Cluster::answer(const Json& request, Json answer) {
    if (closed_) return;
    const std::string bytes = bytes_of({{"type", "answer"},
                                        {"id", request.at("id")},
                                        {"from", node_},
                                        {"answer", std::move(answer)}});
    guarded("ClusterLink::send",
            [&] { link_->send(request.at("from").get<std::string>(), bytes); });
}

}  // namespace homeroom::socketio
