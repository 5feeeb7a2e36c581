#include "homeroom/socketio/emitter.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "socketio/cluster.h"
#include "socketio/emitter_state.h"
#include "socketio/namespace_impl.h"

namespace homeroom::socketio {

Emitter Emitter::with(const std::function<void(State&)>& change) const {
    auto changed = std::make_shared<State>(*state_);
    change(*changed);
    return Emitter{std::move(changed)};
}

Emitter Emitter::to(const Rooms& rooms) const {
    return with([&](State& state) {
        state.to.everyone = false;
        std::ranges::copy(rooms.names(), std::back_inserter(state.to.rooms));
    });
}

Emitter Emitter::except(const Rooms& rooms) const {
    return with([&](State& state) {
        std::ranges::copy(rooms.names(), std::back_inserter(state.to.except));
    });
}

Emitter Emitter::volatile_() const {
    return with([](State& state) { state.flags.is_volatile = true; });
}

Emitter Emitter::compress(bool compress) const {
    return with([=](State& state) { state.flags.compress = compress; });
}

Emitter Emitter::local() const {
    return with([](State& state) { state.flags.local = true; });
}

Emitter Emitter::timeout(std::chrono::milliseconds timeout) const {
    return with([=](State& state) { state.flags.timeout = timeout; });
}

bool Emitter::emit_values(std::string_view event, const Values& arguments,
                          BroadcastAnswersHandler on_answers) const {
    return state_->nsp->emit(state_->to, event, arguments, state_->flags, std::move(on_answers));
}

// --- The sockets themselves ----------------------------------------------------------------------

namespace {

// The cluster, where the call is meant for the other nodes as well.
Cluster* cluster_for(const Emitter::State& state) {
    return state.flags.local ? nullptr : state.nsp->core->cluster();
}

}  // namespace

void Emitter::fetch_sockets(std::function<void(RemoteSockets)> done) const {
    if (Cluster* cluster = cluster_for(*state_))
        return cluster->fetch(*state_->nsp, state_->to, std::move(done));
    state_->nsp->fetch(state_->to, [done = std::move(done)](std::vector<RemoteSocket> sockets) {
        done({.sockets = std::move(sockets)});
    });
}

void Emitter::sockets_join(const Rooms& rooms) const {
    state_->nsp->join(state_->to, rooms.names());
    if (Cluster* cluster = cluster_for(*state_)) cluster->join(state_->to, rooms.names());
}

void Emitter::sockets_leave(const Rooms& rooms) const {
    state_->nsp->leave(state_->to, rooms.names());
    if (Cluster* cluster = cluster_for(*state_)) cluster->leave(state_->to, rooms.names());
}

void Emitter::disconnect_sockets(bool close) const {
    state_->nsp->disconnect(state_->to, close);
    if (Cluster* cluster = cluster_for(*state_)) cluster->disconnect(state_->to, close);
}

}  // namespace homeroom::socketio
