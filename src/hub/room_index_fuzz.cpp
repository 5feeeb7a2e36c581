// Any sequence of joins, leaves, ends, walks with changes on the way, pins and deliveries: the hub
// agrees with a plain model of it.
//
// input := what RoomOperations reads: an operation a byte, and whom it concerns
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "hub/test_room_operations.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 1'000) return 0;
    homeroom::hub::test::RoomOperations operations{{data, size}, [](bool holds) {
                                                       if (!holds) std::abort();
                                                   }};
    operations.run();
    return 0;
}
