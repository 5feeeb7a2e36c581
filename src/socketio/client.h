// One connection as Socket.IO sees it: decodes packets, joins headers with their attachments, and
// keeps the sockets of the namespaces that the client joined. Loop thread only; lives as long as
// its Engine.IO session.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codec/socketio.h"
#include "engineio/session.h"
#include "socketio/types.h"

namespace homeroom::socketio {

class Hub;

class Client final : public engineio::SessionHandler {
public:
    Client(Hub& hub, engineio::Session& session, Handshake handshake);
    ~Client() override;

    const Handshake& handshake() const { return handshake_; }
    // Whether it was queued does not matter here: a session that is over tells so by on_close.
    void send(const Frame& frame, Delivery delivery = Delivery::must_arrive) {
        static_cast<void>(session_.send(frame, delivery));
    }
    void close(engineio::CloseReason reason) { session_.close(reason); }

    // --- For its sockets.
    void joined_namespace();  // the connect timeout is over
    void forget(Socket& socket);

    void on_message(std::string_view data, bool binary) override;
    void on_close(engineio::CloseReason reason) override;

private:
    struct Unfinished;  // a packet whose attachments have not all come

    void on_packet(const codec::socketio::Packet& packet, std::vector<std::string> attachments);
    void on_connect(const codec::socketio::Packet& packet);
    void violation();
    Socket* find(std::string_view nsp) const;

    Hub& hub_;
    engineio::Session& session_;
    Handshake handshake_;
    net::Timer connect_timer_;
    std::vector<Socket*> sockets_{};   // one a namespace
    std::vector<std::string> left_{};  // namespaces whose late packets are no violation
    std::unique_ptr<Unfinished> unfinished_{};
    bool closed_ = false;
};

}  // namespace homeroom::socketio
