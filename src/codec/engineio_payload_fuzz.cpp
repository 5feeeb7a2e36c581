// Any polling body: read packet by packet to its end or to the first that is invalid; what was
// read, written again, reads the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/base64.h"
#include "codec/engineio.h"

namespace {

using namespace homeroom;
using namespace homeroom::codec::engineio;

void require(bool holds) {
    if (!holds) std::abort();
}

struct Read {
    std::vector<std::string> packets{};  // written as text again
    bool invalid = false;
};

Read read(std::string_view body) {
    Read result;
    PayloadReader reader{body};
    while (!reader.done()) {
        const auto packet = reader.next();
        if (!packet) {
            require(reader.done());
            result.invalid = true;
            break;
        }
        require(packet->data.find(record_separator) == std::string_view::npos || packet->binary);
        require(!packet->binary || packet->type == PacketType::message);
        result.packets.push_back(packet->binary
                                     ? "b" + base64::encode(packet->data)
                                     : static_cast<char>('0' + static_cast<int>(packet->type)) +
                                           std::string{packet->data});
    }
    return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body{reinterpret_cast<const char*>(data), size};
    const Read first = read(body);
    const auto separators = static_cast<std::size_t>(std::ranges::count(body, record_separator));
    require(first.packets.size() <= separators + 1);
    require(first.invalid || first.packets.size() == separators + 1);

    std::string again;
    for (const std::string& packet : first.packets) {
        if (!again.empty()) again += record_separator;
        again += packet;
    }
    if (first.packets.empty()) return 0;
    const Read second = read(again);
    require(!second.invalid && second.packets == first.packets);
    return 0;
}
