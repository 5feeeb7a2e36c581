// Any polling body of protocol 3, as text and as bytes: read packet by packet to its end or to the
// first that is invalid; what was read, written again in either form, reads the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "codec/engineio_v3.h"
#include "codec/utf8.h"

namespace {

using namespace homeroom::codec;
using namespace homeroom::codec::engineio::v3;
using homeroom::codec::engineio::PacketType;

void require(bool holds) {
    if (!holds) std::abort();
}

// A packet as it would be sent again.
struct Kept {
    bool binary;
    std::string data;

    bool operator==(const Kept&) const = default;
};

struct Read {
    std::vector<Kept> packets{};
    bool invalid = false;
};

template <typename Reader>
Read read(std::string_view body) {
    Read result;
    Reader reader{body};
    while (!reader.done()) {
        const auto packet = reader.next();
        if (!packet) {
            require(reader.done());
            result.invalid = true;
            break;
        }
        require(packet->data.size() < body.size());
        require(!packet->binary || packet->type == PacketType::message);
        require(packet->binary || utf8::is_valid(packet->data));
        const auto type = static_cast<char>('0' + static_cast<int>(packet->type));
        result.packets.push_back(packet->binary ? Kept{true, std::string{packet->data}}
                                                : Kept{false, type + std::string{packet->data}});
    }
    return result;
}

void require_same_again(const std::vector<Kept>& packets) {
    std::vector<Outgoing> outgoing;
    for (const auto& [binary, data] : packets) outgoing.push_back({binary, data});
    const Read text = read<PayloadReader>(encode_payload(outgoing));
    require(!text.invalid && text.packets == packets);
    const Read bytes = read<BinaryPayloadReader>(encode_binary_payload(outgoing));
    require(!bytes.invalid && bytes.packets == packets);
}

template <typename Reader>
void check(std::string_view body) {
    const Read whole = read<Reader>(body);
    // A length and its end, and a type: no packet is shorter.
    require(whole.packets.size() <= body.size() / 3);
    require_same_again(whole.packets);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body{reinterpret_cast<const char*>(data), size};
    check<PayloadReader>(body);
    check<BinaryPayloadReader>(body);
    // Any bytes are somebody's message.
    require_same_again({{true, std::string{body}}, {false, "4" + utf8::repaired(body)}});
    return 0;
}
