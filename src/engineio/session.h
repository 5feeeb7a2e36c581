// One Engine.IO session: an ordered, two-way stream of messages over long polling or WebSocket, and
// the upgrade from the one to the other. Loop thread only; owned by the loop's Server.
//
//   open ──close()──▶ closing (polling without a pending GET: the next one learns it, or, if its
//     │                        probe was answered, the WebSocket that says "5") ───────────▶ closed
//     └──────────── fault, peer gone, WebSocket, or a pending GET ─────────────────────────▶ closed
//
// Transport: polling → (candidate WebSocket: opened → probed → "5") → websocket. Messages leave in
// the order in which they were sent, whatever the transport does meanwhile; one given to a polling
// answer counts as sent.
//
// session.cpp: messages, packets, heartbeat, closing. session_polling.cpp and
// session_websocket.cpp: the transports.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/short_text.h"
#include "codec/engineio.h"
#include "engineio/frame.h"
#include "engineio/options.h"
#include "engineio/polling_answer.h"
#include "net/event_loop.h"
#include "net/http.h"
#include "net/websocket.h"

namespace homeroom::engineio {

class Session;
class Server;

enum class CloseReason : std::uint8_t {
    transport_close,
    transport_error,
    ping_timeout,
    parse_error,
    forced_close,         // by us, for what the layer above found wrong
    forced_server_close,  // by us, a protocol violation or nothing ever joined
    server_shutting_down,
    too_slow,  // our send queue for it is over its budget
};
std::string_view to_string(CloseReason reason);

enum class Delivery : std::uint8_t {
    must_arrive,  // unless a slow reader's messages are left out: Options::slow_reader
    may_drop,     // volatile: dropped unless it can leave now
    vital,  // the layers above can't go on without it: where there is no room the session ends
};
enum class Sent : std::uint8_t { queued, dropped_volatile, dropped_slow, closed };

// The layer above one session.
class SessionHandler : public net::Reapable {
public:
    // The data are valid within the call only.
    virtual void on_message(std::string_view data, bool binary) = 0;
    // We are about to end it: the last moment at which something can still be sent.
    virtual void on_ending() {}
    // Exactly once; nothing follows.
    virtual void on_close(CloseReason reason) = 0;
};

class Session final : public net::Reapable, private net::WebSocketReceiver {
public:
    Session(Server& server, std::string_view id, PollingStyle style);
    ~Session() override;

    std::string_view id() const { return id_.view(); }
    net::EventLoop& loop();
    bool is_open() const { return state_ == State::open; }
    Revision revision() const { return style_.revision; }
    bool is_polling() const { return polling_ != nullptr; }

    // All of the frames or none, one right behind the other.
    Sent send(const Frame& head, std::span<const Frame> rest, Delivery delivery);
    Sent send(const Frame& frame, Delivery delivery = Delivery::must_arrive) {
        return send(frame, {}, delivery);
    }
    // Whole must-arrive frames in one piece, as any plain WebSocket takes them. False, and nothing
    // is sent, where the session is none, or has no room for all of them.
    bool send_joined(const SharedBytes& frames);
    // Whether something that was sent waits for the peer: its kernel's buffers are full, or its
    // next poll has yet to come. What this turn alone sent does not count.
    bool is_behind() const;
    // Sends what is queued, then ends. The handler hears of it at once.
    void close(CloseReason reason);
    // Ends at once; what is queued is lost.
    void fail(CloseReason reason);

    // The largest message that is taken from now on; at first the server's.
    void set_message_bytes_max(std::size_t bytes);
    void lift_message_limit() { set_message_bytes_max(options().message_bytes_max); }
    std::size_t message_bytes_max() const { return message_bytes_max_; }

    // What the layers above will touch when the next message comes.
    void hint(net::PrefetchHints::Of place, const void* object) {
        if (websocket_ != nullptr) websocket_->hint(place, object);
    }

    // --- For the Server only.
    void open_by_polling(net::HttpExchange& exchange, const Frame& open_packet);
    void open_by_websocket(net::HttpExchange& exchange, const Frame& open_packet);
    void set_handler(std::unique_ptr<SessionHandler> handler);
    // Ends the session, and says so, when the pong it waits for is overdue: its timer may be a tick
    // behind a request.
    bool end_if_overdue();
    void on_get(std::shared_ptr<net::HttpExchange> exchange);
    void on_post(net::HttpExchange& exchange);
    void on_upgrade(net::HttpExchange& exchange);

private:
    enum class State : std::uint8_t { open, closing, closed };
    // Of answers to probes and pings, which a peer can ask for without end.
    class UnreadAnswers {
    public:
        // Whether there may be one more, with so much queued for the peer.
        bool take(std::size_t queued_bytes) {
            if (queued_bytes == 0) count_ = 0;
            if (count_ == limits::unread_answers_max) return false;
            ++count_;
            return true;
        }

    private:
        std::uint8_t count_ = 0;
    };
    struct Polling;
    struct Candidate;

    const Options& options() const;
    void on_packet(const codec::engineio::Packet& packet);
    void on_heartbeat_timer();
    void start_heartbeat();  // of a new session, and whenever the peer has shown that it lives
    void await_heartbeat(SteadyTime from, std::chrono::milliseconds delay);
    Sent send_unusual(const Frame& head, std::span<const Frame> rest, Delivery delivery);
    std::size_t queued_bytes() const;
    bool fits(std::size_t bytes) const;    // within the budget of a slow reader
    bool has_room_for(std::size_t bytes);  // the same, once the kernel was asked
    void send_now(const Frame& frame);
    bool is_open_after_last_words();
    void end(CloseReason reason);  // the one way to closed
    void retire_handler(CloseReason reason);

    // --- Polling.
    void enqueue(const Frame& frame);
    void flush_polling();
    void read_payload(std::string_view body, bool binary);
    template <typename Reader>
    void read_packets(Reader reader);
    // Each takes the poll off first: nothing of the session may hang on an exchange that is being
    // answered.
    std::shared_ptr<net::HttpExchange> take_get();
    void answer_get(std::span<const Frame> packets);
    void answer(net::HttpExchange& poll, std::span<const Frame> packets);
    std::vector<Frame> take_queued();
    bool can_leave_now() const;

    // --- WebSocket, and the upgrade to it.
    net::WebSocket& accept(net::HttpExchange& exchange, bool opens);
    void send_on_websocket(const Frame& frame);
    void on_candidate_message(std::string_view payload, bool binary);
    void drop_candidate();
    void finish_upgrade();
    void on_websocket_message(net::WebSocket& socket, std::string_view payload,
                              bool binary) override;
    void on_websocket_gone(net::WebSocket& socket) override;
    void on_websocket_limit(Limit limit) override { options().count(limit); }

    Server& server_;
    ShortText id_;
    PollingStyle style_;
    State state_ = State::open;
    CloseReason close_reason_ = CloseReason::transport_close;  // once it is not open
    bool peer_awaited_ = false;  // protocol 4: a pong; protocol 3: the next ping
    bool timeout_extended_ = false;
    UnreadAnswers pongs_{};   // of protocol 3
    bool text_only_ = false;  // the WebSocket's client asked for base64 in place of binary frames
    std::unique_ptr<SessionHandler> handler_{};
    net::WebSocket* websocket_ = nullptr;
    std::unique_ptr<Polling> polling_{};      // while the transport is polling
    std::unique_ptr<Candidate> candidate_{};  // while an upgrade is under way
    net::Timer heartbeat_;
    SteadyTime heartbeat_due_{};  // without the timer's lateness
    std::size_t message_bytes_max_;
};

}  // namespace homeroom::engineio
