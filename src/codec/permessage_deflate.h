// The WebSocket extension permessage-deflate, server side (RFC 7692): what is agreed in the
// handshake, and a message's payload there and back. Sans I/O.
//
// Neither side keeps its window from message to message (no context takeover). So a connection
// costs no zlib state, and a message to many is compressed once for all of them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace homeroom::codec::websocket {

// What Sec-WebSocket-Extensions to answer a client with whose headers of that name, joined by
// commas, are `offers`; empty when nothing is offered that we can do. Other extensions are passed
// over. Code::invalid when the header is no list of extensions, or any permessage-deflate in it is
// malformed: §7.1 would let us decline such an offer in silence, but the reference server answers
// 400, and a client that is wrong about the extension is better told before it is used.
Result<std::string> negotiate_deflate(std::string_view offers);

// The message that a compressed one stands for (§7.2.2). Code::too_large when it is longer than
// `bytes_max`, found out as soon as it is; Code::invalid when the payload is broken or cut short.
// At most `bytes_max` and one chunk are allocated, all at once for a long message: it is meant to
// be read and dropped.
Result<std::string> inflate_message(std::string_view payload, std::size_t bytes_max);

// The payload of a compressed message (§7.2.1), whose first frame must have RSV1 set.
std::string deflate_message(std::string_view payload);

}  // namespace homeroom::codec::websocket
