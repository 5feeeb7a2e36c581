// MessagePack, written as notepack.io writes it, the library of Socket.IO's msgpack parser: numbers
// without a fraction as integers, all others as float 64, each length in as few bytes as it needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace homeroom::codec::msgpack {

// Each is appended to `bytes`. Behind a header the caller writes that many elements or pairs.
void append_map_header(std::string& bytes, std::size_t pairs);
void append_array_header(std::string& bytes, std::size_t elements);
void append_unsigned(std::string& bytes, std::uint64_t value);
void append_string(std::string& bytes, std::string_view text);
void append_binary(std::string& bytes, std::string_view data);

// The attachments of one packet. Placeholders may name one many times, in all of the packet's
// texts: of what that costs beyond each attachment once, limits::attachment_bytes_max is given.
class Attachments {
public:
    explicit Attachments(std::span<const std::string> all);

    std::size_t count() const { return all_.size(); }
    void append(std::string& bytes, std::size_t number);  // nil when too much has been given

private:
    std::span<const std::string> all_;
    std::size_t bytes_left_;
};

// One JSON text, and the bytes of an attachment where it has a placeholder of one, in whatever
// spelling. Keys keep their order and may come twice; a lone surrogate's escape becomes U+FFFD;
// integers beyond 64 bits become float 64. What is no JSON becomes nil, so that a packet stays one.
void append_json(std::string& bytes, std::string_view json, Attachments& attachments);

}  // namespace homeroom::codec::msgpack
