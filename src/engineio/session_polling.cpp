// The polling transport of a session: GETs that wait for packets, POSTs that bring some.
#include <utility>

#include "codec/engineio_v3.h"
#include "codec/jsonp.h"
#include "engineio/server.h"
#include "engineio/session.h"
#include "engineio/session_parts.h"

namespace homeroom::engineio {

namespace eio = codec::engineio;

void Session::open_by_polling(net::HttpExchange& exchange, const Frame& open_packet) {
    polling_ = std::make_unique<Polling>(*this);
    std::vector<Frame> packets{open_packet};
    if (!options().initial_packet.empty()) packets.push_back(Frame::text(options().initial_packet));
    auto response =
        payload_answer(options(), exchange.request(), style_, make_payload(packets, style_));
    add_opening_headers(options(), exchange.request(), id(), response.headers);
    exchange.respond(response);
    start_heartbeat();
}

void Session::enqueue(const Frame& frame) {
    polling_->queue.push_back(frame);
    polling_->queued_bytes += frame.size();
    if (polling_->get != nullptr) loop().flush_at_turn_end(*polling_);
}

void Session::flush_polling() {
    if (polling_ == nullptr || polling_->get == nullptr || polling_->queue.empty()) return;
    answer_get(take_queued());
}

std::vector<Frame> Session::take_queued() {
    std::vector<Frame> packets;
    while (packets.size() < limits::polling_packets_max && !polling_->queue.empty()) {
        packets.push_back(std::move(polling_->queue.front()));
        polling_->queue.pop_front();
        polling_->queued_bytes -= packets.back().size();
    }
    return packets;
}

std::shared_ptr<net::HttpExchange> Session::take_get() {
    if (polling_ == nullptr || polling_->get == nullptr) return nullptr;
    auto poll = std::exchange(polling_->get, nullptr);
    poll->when_gone({});  // the session may be over before it is answered
    return poll;
}

void Session::answer_get(std::span<const Frame> packets) {
    if (const auto poll = take_get()) answer(*poll, packets);
}

void Session::answer(net::HttpExchange& poll, std::span<const Frame> packets) {
    poll.respond(payload_answer(options(), poll.request(), style_, make_payload(packets, style_)));
}

void Session::on_get(std::shared_ptr<net::HttpExchange> exchange) {
    if (state_ == State::closing) {
        // The close never comes with what was said before it: a client forgets the rest of a
        // payload that holds one.
        if (!polling_->queue.empty()) return answer(*exchange, take_queued());
        // Node's own words for a session that was closed between two polls: a noop, then the close.
        const Frame last_words[] = {noop_packet(), close_packet()};
        end(CloseReason::forced_close);
        return answer(*exchange, last_words);
    }
    if (polling_->get != nullptr) {
        exchange->respond(empty_answer(options(), exchange->request(), 400));
        fail(CloseReason::transport_error);
        return;
    }
    polling_->get = std::move(exchange);
    polling_->get->when_gone([this] {
        take_get();
        fail(CloseReason::transport_error);
    });
    if (!polling_->queue.empty()) {
        loop().flush_at_turn_end(*polling_);
    } else if (candidate_ != nullptr && candidate_->probed) {
        // Every GET of a client that is upgrading gets a noop, or it would wait for one until the
        // next ping.
        answer_get({&noop_packet(), 1});
    }
}

void Session::on_post(net::HttpExchange& exchange) {
    const net::HttpRequest& request = exchange.request();
    const bool binary = request.header("Content-Type").value_or("") == "application/octet-stream";
    if (binary && revision() == Revision::eio4) {
        exchange.respond(empty_answer(options(), request, 400));
        fail(CloseReason::transport_error);
        return;
    }
    auto ok = post_answer(options(), request);
    if (style_.jsonp) {
        const auto body = eio::decode_jsonp_body(request.body);
        if (body) {
            read_payload(*body, false);
        } else {
            fail(CloseReason::parse_error);
        }
    } else {
        read_payload(request.body, binary);
    }
    exchange.respond(ok);
}

void Session::read_payload(std::string_view body, bool binary) {
    if (revision() == Revision::eio4) {
        read_packets(eio::PayloadReader{body});
    } else if (binary) {
        read_packets(eio::v3::BinaryPayloadReader{body});
    } else {
        read_packets(eio::v3::PayloadReader{body});
    }
}

template <typename Reader>
void Session::read_packets(Reader reader) {
    while (state_ == State::open && !reader.done()) {
        const auto packet = reader.next();
        if (!packet) return fail(CloseReason::parse_error);  // what came before it counts
        on_packet(*packet);
    }
}

}  // namespace homeroom::engineio
