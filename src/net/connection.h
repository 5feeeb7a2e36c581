// One TCP connection on its loop: bytes in, gathered writes out.
//
// Reading: non-blocking, into the loop's shared buffer; an idle connection owns no buffer at all.
// Writing: what is queued in a turn leaves in one gathered write at its end, or earlier when asked;
// bytes are shared, never copied. Loop thread only.
//
//   open → draining (close_when_flushed: output goes on, input is thrown away) → lingering (our FIN
//   is out, we wait for the peer's) → closed
//
// A peer that takes nothing for limits::closing_wait while we drain or linger is not waited for.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/shared_bytes.h"
#include "net/connection_ledger.h"
#include "net/event_loop.h"
#include "net/peer_address.h"

namespace homeroom::net {

class Connection;

// What a connection speaks. Owned by its connection, which it may replace (HTTP becomes WebSocket).
class Protocol : public Reapable {
public:
    // Bytes arrived, in the loop's shared buffer: valid, and writable, within this call only.
    virtual void on_bytes(std::span<char> bytes) = 0;
    // The peer is gone or broke the rules of TCP. Called once, never after Connection::close.
    virtual void on_gone() = 0;
    // The peer says no more (its FIN), but may still read. True when the protocol has more to say
    // to it, and will close the connection then; otherwise the peer is gone.
    virtual bool on_input_end() { return false; }
    // Everything queued has left.
    virtual void on_flushed() {}
};

class Connection final : public Resident, public Flushable {
public:
    // Takes over a connected, non-blocking descriptor. It lives until it is closed and its loop
    // reaps it, or until the loop itself ends; the ledger, if any, counts it meanwhile. Null when
    // the kernel refuses.
    static Connection* adopt(EventLoop& loop, int descriptor, const PeerAddress& peer,
                             ConnectionLedger* ledger);
    ~Connection() override;

    EventLoop& loop() { return loop_; }
    const PeerAddress& peer_address() const { return peer_address_; }
    bool closed() const { return state_ == State::closed; }

    // The old protocol is freed at the end of the turn: it is usually the caller.
    void set_protocol(std::unique_ptr<Protocol> protocol);
    Protocol& protocol() { return *protocol_; }

    void send(SharedBytes bytes);
    void send(std::string_view bytes) { send(SharedBytes{bytes}); }
    // Offers the kernel what is queued now, within the turn. Calls nobody: that the peer is gone is
    // told at the turn's end, and until then nothing is queued any more.
    void write_early();
    std::size_t queued_bytes() const {
        return output_ == nullptr ? only_output_.size() : output_->bytes;
    }
    // Whether the kernel has taken no more, so that what is queued is from before this turn.
    bool is_blocked() const { return blocked_; }
    // What the peer has not taken yet: what is queued here and what the kernel holds. Shrinks while
    // it reads.
    std::size_t unread_bytes() const;

    // Sends what is queued, and nothing else for so long.
    void hold_output(std::chrono::milliseconds time);

    void close_when_flushed();
    void close();  // at once; what is queued is lost
    // Reading stops, for a peer that sends faster than is worked off; idempotent.
    void pause_reading();
    void resume_reading();
    struct Released {
        int descriptor = -1;
        std::vector<SharedBytes> unsent{};  // what was queued; whoever continues sends it first
    };
    // Gives the descriptor away (to another loop) and ends this object without closing it.
    Released release();

    void on_ready(std::uint32_t epoll_events) override;
    void flush() override;

private:
    enum class State : std::uint8_t { open, draining, lingering, closed };
    struct Output {
        std::vector<SharedBytes> queue{};
        std::size_t first = 0;       // elements before it have left
        std::size_t first_sent = 0;  // bytes of it that have left
        std::size_t bytes = 0;       // that are still to leave
    };
    struct Closing {
        explicit Closing(Connection& connection)
            : timer([](void* self) { static_cast<Connection*>(self)->on_closing_timer(); },
                    &connection) {}
        Timer timer;
        std::size_t unread = 0;  // when the timer was started
    };

    struct Hold {
        explicit Hold(Connection& connection)
            : timer([](void* self) { static_cast<Connection*>(self)->on_hold_timer(); },
                    &connection) {}
        Timer timer;
    };

    Connection(EventLoop& loop, int descriptor, const PeerAddress& peer, ConnectionLedger* ledger);
    void on_hold_timer();
    void begin_queue();
    void read(bool hung_up);
    void input_ended();
    void gone();
    void linger();
    void end();
    void on_closing_timer();
    void start_closing_timer();
    void update_interest();
    enum class Offered : std::uint8_t { all, blocked, failed };
    Offered offer();  // to the kernel what is queued; tells nobody
    Offered offer_only();
    Offered wait_for_kernel();
    void drop_output();
    bool write_some();  // false: the connection is no longer open
    void drop_sent(std::size_t sent);

    // The small ones first: they fit behind what the bases leave open.
    State state_ = State::open;
    bool reading_ = true;
    bool blocked_ = false;  // the kernel's buffer is full; waiting for EPOLLOUT
    bool input_ended_ = false;
    bool write_failed_ = false;  // told at the turn's end
    int descriptor_;
    std::uint32_t interest_ = 0;
    EventLoop& loop_;
    ConnectionLedger* ledger_;
    PeerAddress peer_address_;
    std::unique_ptr<Protocol> protocol_{};
    SharedBytes only_output_{};           // while it is one message that waits for the turn's end
    std::unique_ptr<Output> output_{};    // while it is more than that
    std::unique_ptr<Closing> closing_{};  // only while draining or lingering
    std::unique_ptr<Hold> hold_{};        // only while output is held
};

}  // namespace homeroom::net
