#include "hub/run.h"

#include <string>

#include "base/limits.h"

namespace homeroom::hub {
namespace {

// A piece is kept until its last byte has left; a slow reader's must not keep a whole flood.
constexpr std::size_t joined_bytes_max = 64 * limits::KiB;

bool belongs_behind(const Broadcast& next, const Broadcast& before) {
    const bool in_order = before.seq == 0 ? next.seq == 0 : next.seq > before.seq;
    return in_order && next.delivery == before.delivery && next.to == before.to;
}

}  // namespace

std::span<const BroadcastPtr> Run::first_of(std::span<const BroadcastPtr> broadcasts) {
    std::size_t count = 1;
    std::size_t bytes = broadcasts.front()->message.size();
    for (; count < broadcasts.size(); ++count) {
        bytes += broadcasts[count]->message.size();
        if (bytes > joined_bytes_max || !belongs_behind(*broadcasts[count], *broadcasts[count - 1]))
            break;
    }
    return broadcasts.first(count);
}

Run::Run(std::span<const BroadcastPtr> broadcasts, std::size_t receivers)
    : broadcasts_(broadcasts) {
    const bool must_arrive = broadcasts.front()->delivery == Delivery::must_arrive;
    if (broadcasts.size() < 2 || receivers < 2 || !must_arrive) return;
    std::string frames;
    for (const BroadcastPtr& one : broadcasts) {
        frames += one->message.head.websocket().view();
        for (const Frame& frame : one->message.attachments) frames += frame.websocket().view();
    }
    joined_ = SharedBytes{frames};
}

}  // namespace homeroom::hub
