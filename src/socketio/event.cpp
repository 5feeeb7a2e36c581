#include "homeroom/socketio/event.h"

#include "base/log.h"
#include "socketio/ack_state.h"
#include "socketio/namespace_impl.h"
#include "socketio/pack.h"

namespace homeroom::socketio {

void Ack::send(const Values& values) const {
    if (state_ == nullptr || state_->used.test_and_set()) return;
    auto packed = pack(values);
    const std::size_t attachments_max = state_->nsp->core->options().limits.attachments;
    if (!packed || packed->attachments.size() > attachments_max) {
        log::error("socketio: an answer that clients could not read is not sent nsp={}",
                   state_->nsp->name);
        return;
    }
    state_->nsp->core->with_socket(
        state_->socket, [id = state_->id, answer = std::move(*packed)](hub::Socket& socket) {
            socket.answer(id, views_of(answer.json), answer.attachments);
        });
}

const Value& Event::operator[](std::size_t index) const {
    static const Value null{};
    return index < arguments_.size() ? arguments_[index] : null;
}

}  // namespace homeroom::socketio
