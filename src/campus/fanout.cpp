#include "campus/fanout.h"

#include <utility>

#include "campus/audience.h"
#include "codec/json_scan.h"

namespace homeroom::campus {

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
    server_.post_all([shared](hub::Hub& hub) {
        for (const hub::Broadcast& broadcast : *shared)
            hub.deliver(hub::BroadcastPtr{shared, &broadcast});
    });
}

}  // namespace homeroom::campus
