// Any text: accepted exactly when another parser accepts it, cut where that one cuts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "codec/json_scan.h"
#include "codec/test_json_oracle.h"

namespace {

using namespace homeroom;
using namespace homeroom::codec::json;

void require(bool holds) {
    if (!holds) std::abort();
}

constexpr ScanLimits wide{.depth_max = 1'000'000, .values_max = 1'000'000};
constexpr ScanLimits narrow{.depth_max = 3, .values_max = 8};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto checked = check(text, wide);
    const auto judged = oracle::judge(text);
    if (judged != oracle::Verdict::incomparable)
        require(checked.ok() == (judged == oracle::Verdict::valid));
    require(checked.ok() || checked.error().code == Code::invalid);

    // An array is what can be cut.
    require(split_array(text, wide).ok() == (checked.ok() && *checked == Kind::array));
    oracle::require_same_elements(text, wide, require);

    // Limits only ever refuse more, and say so.
    const auto limited = check(text, narrow);
    require(!limited.ok() || checked.ok());
    if (checked.ok() && !limited.ok()) require(limited.error().code == Code::too_large);

    if (checked.ok() && *checked == Kind::string) {
        const auto first = text.find('"');
        const std::string plain = unescape(text.substr(first, text.rfind('"') - first + 1));
        require(check(quote(plain), wide).ok());
        require(unescape(quote(plain)) == plain);
    }
    return 0;
}
