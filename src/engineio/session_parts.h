// What the files of Session share and nobody else sees.
#pragma once

#include <deque>
#include <memory>

#include "engineio/session.h"

namespace homeroom::engineio {

// What only a polling session has.
struct Session::Polling final : net::Reapable, net::Flushable {
    explicit Polling(Session& owner) : session(&owner) {}
    void flush() override {
        if (session != nullptr) session->flush_polling();
    }

    Session* session;  // nullptr once the session polls no more
    std::deque<Frame> queue{};
    std::size_t queued_bytes = 0;
    std::shared_ptr<net::HttpExchange> get{};  // the pending one
};

// A WebSocket that wants to become the transport.
struct Session::Candidate {
    Candidate(Session& session, net::WebSocket& candidate)
        : socket(candidate),
          timeout([](void* self) { static_cast<Session*>(self)->drop_candidate(); }, &session) {}

    net::WebSocket& socket;
    net::Timer timeout;
    bool probed = false;
    UnreadAnswers answers{};
    bool text_only = false;
};

inline const Frame& noop_packet() {
    static const Frame packet = Frame::packet("6");
    return packet;
}
inline const Frame& close_packet() {
    static const Frame packet = Frame::packet("1");
    return packet;
}

}  // namespace homeroom::engineio
