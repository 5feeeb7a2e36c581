// One connection as Socket.IO sees it: decodes packets, joins headers with their attachments, and
// keeps the sockets of the namespaces that the client joined. Loop thread only; lives as long as
// its Engine.IO session.
#pragma once

#include <boost/container/small_vector.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codec/socketio.h"
#include "engineio/session.h"
#include "hub/types.h"

namespace homeroom::hub {

class Hub;
class Namespace;

class Client final : public engineio::SessionHandler {
public:
    Client(Hub& hub, engineio::Session& session, Handshake handshake);
    ~Client() override;

    // A client of protocol 4 is in "/" without asking.
    void begin();

    const Handshake& handshake() const { return handshake_; }
    const engineio::Session& session() const { return session_; }
    bool is_v4() const { return session_.revision() == engineio::Revision::eio3; }
    // Whether it was queued does not matter here: a session that is over tells so by on_close.
    void send(const Message& message, Delivery delivery = Delivery::must_arrive) {
        static_cast<void>(session_.send(message.head, message.attachments, delivery));
    }
    // Several frames in one piece; false, and nothing is sent, where they can't leave like that.
    bool send_joined(const SharedBytes& frames) { return session_.send_joined(frames); }
    void close(engineio::CloseReason reason) { session_.close(reason); }
    // Ends at once: what is queued is never sent.
    void cut_off() { session_.fail(engineio::CloseReason::too_slow); }
    // "41" for each of its sockets, then the end of the connection.
    void disconnect_all();

    // --- For its sockets.
    void joined_namespace();  // the connect timeout is over
    void forget(Socket& socket);

    void on_message(std::string_view data, bool binary) override;
    void on_ending() override;
    void on_close(engineio::CloseReason reason) override;

private:
    struct Unfinished;  // a packet whose attachments have not all come

    void on_text(std::string_view data);
    void on_attachment(std::string_view data);
    void on_msgpack(std::string_view data);
    codec::socketio::DecodeLimits decode_limits() const;
    void on_packet(const codec::socketio::Packet& packet, std::span<const std::string> attachments);
    void on_connect(std::string_view nsp, std::string_view auth);
    void connect(std::string_view nsp, std::string_view auth);
    void on_event(Socket& socket, const codec::socketio::Packet& packet,
                  std::span<const std::string> attachments);
    void invalid(const Error& error);
    void invalid(std::string_view words, std::optional<Limit> limit = std::nullopt);
    void violation();
    Socket* find(std::string_view nsp) const;
    bool has_left(std::string_view nsp) const;
    // A copy, for those who may change them on the way.
    std::vector<Socket*> sockets() const { return {sockets_.begin(), sockets_.end()}; }

    Hub& hub_;
    engineio::Session& session_;
    Handshake handshake_;
    std::unique_ptr<net::Timer> connect_timer_;             // until it has joined a namespace
    boost::container::small_vector<Socket*, 1> sockets_{};  // one a namespace
    std::unique_ptr<std::vector<std::string>>
        left_{};  // namespaces whose late packets are no crime
    std::unique_ptr<Unfinished> unfinished_{};
    bool closed_ = false;
};

}  // namespace homeroom::hub
