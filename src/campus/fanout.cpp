#include "campus/fanout.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "campus/audience.h"
#include "codec/json_scan.h"

namespace homeroom::campus {
namespace {

// More than one commit of posts has; an import tells thousands, each of somebody else, and each is
// a write at the end of the turn.
constexpr std::size_t delivered_per_turn_max = limits::commands_per_commit_max;

}  // namespace

hub::Message message_of(const store::JournalEvent& event, const hub::Encoder& encoder) {
    const std::string offset = codec::json::quote(store::to_text(event.seq));
    const std::string_view arguments[] = {event.payload, offset};
    return encoder.event("/", event.type, arguments);
}

void Fanout::on_event(const store::JournalEvent& event) {
    auto route = Audience::from_stored(event.audience).route(directory_);
    if (route.rooms.empty()) return;
    batch_.push_back({.to = {.rooms = std::move(route.rooms), .within = std::move(route.within)},
                      .message = message_of(event, server_.encoder()),
                      .seq = event.seq});
}

void Fanout::on_batch_end(store::Seq) {
    flush();
}

void Fanout::flush() {
    if (batch_.empty()) return;
    auto shared = std::make_shared<const std::vector<hub::Broadcast>>(std::exchange(batch_, {}));
    order_.everywhere([shared]() -> LoopOrder::Work {
        return [shared, at = std::size_t{0}](hub::Hub& hub) mutable {
            const std::size_t end = std::min(shared->size(), at + delivered_per_turn_max);
            for (; at < end; ++at) hub.deliver(hub::BroadcastPtr{shared, &(*shared)[at]});
            return at == shared->size() ? LoopOrder::Step::finished : LoopOrder::Step::next_turn;
        };
    });
}

}  // namespace homeroom::campus
