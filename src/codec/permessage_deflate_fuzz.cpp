// Any header: an answer that is itself an offer we would take, and that other extensions do not
// change. Any payload: never more than the limit, the same however near the limit is, and what
// comes out can be compressed and read again.
//
// input := header up to the first line feed (LF) · payload
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/permessage_deflate.h"

namespace {

using namespace homeroom;
using namespace homeroom::codec::websocket;

constexpr std::size_t message_bytes_max = 100'000;

void require(bool holds) {
    if (!holds) std::abort();
}

void negotiate(std::string_view offers) {
    const auto answer = negotiate_deflate(offers);
    const auto beside_others = negotiate_deflate("x-other; a=\"b\", " + std::string{offers} + ",y");
    require(answer.ok() == beside_others.ok());
    if (!answer.ok()) {
        require(answer.error().code == Code::invalid && !answer.error().message.empty());
        return;
    }
    require(*beside_others == *answer);
    if (answer->empty()) {
        require(*negotiate_deflate(std::string{offers} + ",permessage-deflate") ==
                *negotiate_deflate("permessage-deflate"));
        return;
    }
    require(answer->starts_with(
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"));
    require(*negotiate_deflate(*answer) == *answer);
}

void require_read_again(std::string_view message) {
    const auto again = inflate_message(deflate_message(message), message.size());
    require(again.ok() && *again == message);
}

void inflate(std::string_view payload) {
    require_read_again(payload);
    const auto message = inflate_message(payload, message_bytes_max);
    if (!message.ok()) {
        const Code code = message.error().code;
        require(code == Code::invalid || code == Code::too_large);
        return;
    }
    require(message->size() <= message_bytes_max && message->capacity() <= message_bytes_max);
    const auto exact = inflate_message(payload, message->size());
    require(exact.ok() && *exact == *message);
    if (!message->empty()) {
        const auto short_of_one = inflate_message(payload, message->size() - 1);
        require(!short_of_one.ok() && short_of_one.error().code == Code::too_large);
    }
    require_read_again(*message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 20'000) return 0;
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const std::size_t line_end = input.find('\n');
    negotiate(input.substr(0, line_end));
    if (line_end != std::string_view::npos) inflate(input.substr(line_end + 1));
    return 0;
}
