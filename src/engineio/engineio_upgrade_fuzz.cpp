// Operations on a session and on the connections around it, against a model (its header has the
// input's grammar): nothing lost, nothing twice, one end.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "engineio/test_upgrade_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 300) return 0;
    const homeroom::engineio::test::UpgradeRun run{
        std::string_view{reinterpret_cast<const char*>(data), size}};
    if (run.problem.empty()) return 0;
    std::fprintf(stderr, "%s\n", run.problem.c_str());
    std::abort();
}
