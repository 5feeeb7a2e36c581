// Packets as messages that can leave, in the format that the server's clients speak. A plain value,
// for any thread: encode once, send to many.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "hub/types.h"

namespace homeroom::hub {

enum class Parser : std::uint8_t {
    json,     // Socket.IO's own
    msgpack,  // socket.io-msgpack-parser: one binary message a packet
};

class Encoder {
public:
    Encoder() = default;
    Encoder(Parser parser, std::optional<std::size_t> deflate_bytes_min)
        : parser_(parser), deflate_bytes_min_(deflate_bytes_min) {}

    struct EventOptions {
        std::optional<std::uint64_t> ack_id{};
        std::span<const std::string> attachments{};
        Compress compress = Compress::yes;
    };
    // Arguments are raw JSON texts.
    Message event(std::string_view nsp, std::string_view name,
                  std::span<const std::string_view> arguments, const EventOptions& options) const;
    Message event(std::string_view nsp, std::string_view name,
                  std::span<const std::string_view> arguments) const {
        return event(nsp, name, arguments, EventOptions{});
    }
    Message ack(std::string_view nsp, std::uint64_t id, std::span<const std::string_view> arguments,
                std::span<const std::string> attachments) const;

    // `private_id` may be empty.
    Message connect(std::string_view nsp, std::string_view socket_id,
                    std::string_view private_id) const;
    Message connect_error(std::string_view nsp, std::string_view message,
                          std::string_view data_json) const;
    Message disconnect(std::string_view nsp) const;

private:
    Message message(std::string_view packet, Compress compress = Compress::yes) const;
    void attach(Message& message, std::span<const std::string> attachments,
                Compress compress) const;

    Parser parser_ = Parser::json;
    std::optional<std::size_t> deflate_bytes_min_{};
};

// The same for a client of protocol 4 (Engine.IO 3), where it differs.
Message connect_v4(std::string_view nsp);
Message connect_error_v4(std::string_view nsp, std::string_view message,
                         std::string_view data_json);

}  // namespace homeroom::hub
