// Whatever is asked for as the page behind a connection: no crash, and what is taken is a name that
// is taken again as the same one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "campus/connection_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace homeroom::campus;
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto connection = connection_from_text(text);
    if (!connection) return 0;
    const auto again = connection_from_text(to_text(*connection));
    const bool is_same = again && again->loop == connection->loop &&
                         again->slot == connection->slot &&
                         again->generation == connection->generation;
    if (!is_same) std::abort();
    return 0;
}
