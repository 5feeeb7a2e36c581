// Any Accept-Encoding: what is chosen was asked for, elements that mean nothing change nothing, and
// a client that refuses everything gets nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/http_compression.h"

namespace {

using namespace homeroom::codec::http;

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 5'000) return 0;
    const std::string accepted{reinterpret_cast<const char*>(data), size};
    const auto coding = choose_coding(accepted);
    require(choose_coding("br;q=1, gzip;q=9, ,\t" + accepted + ", zstd") == coding);
    require(!choose_coding(accepted + ",gzip;q=0,x-gzip;q=0,deflate;q=0"));
    require(!choose_coding(accepted + ",gzip;q=0.5,deflate;q=0.5,identity"));
    require(choose_coding(accepted + ",gzip") == Coding::gzip);
    if (coding) require(!compress(*coding, accepted).empty());
    return 0;
}
