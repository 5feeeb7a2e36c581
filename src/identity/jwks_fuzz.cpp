// Whatever stands in a key set: no crash, and no key that takes nonsense for a signature.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "identity/key_set.h"

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace homeroom;
    identity::KeySet keys;
    const auto added = keys.add_jwks({reinterpret_cast<const char*>(data), size});
    require(added.ok() == (keys.size() > 0));
    require(added.ok() || !added.error().message.empty());
    require(keys.size() <= limits::keys_max);
    for (const identity::Key& key : keys.keys()) {
        require(!key.verify("text", ""));
        require(!key.verify("text", std::string(32, 's')));
        require(!key.verify("text", std::string(64, 's')));
        require(!key.verify("text", std::string(256, 's')));
    }
    return 0;
}
