// Any bytes from a server: the same messages however they are cut, and nothing is kept that need
// not be.
//
// input := first · the stream; first: how the stream is cut
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "load/frame_reader.h"
#include "load/test_server_frames.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace homeroom::load;
    if (size == 0 || size > 20'000) return 0;
    const std::string_view stream{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto whole = test::read_in_pieces(stream, stream.size() + 1);
    const auto cut = test::read_in_pieces(stream, std::size_t{1} + data[0]);
    const bool same = cut.messages == whole.messages && cut.broken == whole.broken &&
                      cut.wire_bytes == whole.wire_bytes;
    if (!same || whole.wire_bytes > stream.size()) std::abort();
    return 0;
}
