// Random lives of a session, with upgrades at every moment, against a plain model. What libFuzzer
// does for longer (engineio_upgrade_fuzz.cpp), every test run does a little, always the same.
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <string>

#include "engineio/test_upgrade_model.h"

namespace homeroom::engineio {
namespace {

std::string input(std::uint32_t seed, char mode) {
    std::mt19937 random{seed};
    std::string bytes{mode};
    const auto length = 1 + random() % 60;
    for (std::uint32_t i = 0; i < length; ++i) bytes += static_cast<char>(random());
    return bytes;
}

void run(char mode) {
    for (std::uint32_t seed = 0; seed < 2000; ++seed) {
        const std::string bytes = input(seed, mode);
        ASSERT_EQ(test::UpgradeRun{bytes}.problem, "") << "seed " << seed;
    }
}

TEST(EngineIoUpgradeModel, AgreesOperationByOperation) {
    run('\x01');
    run('\x03');
}

TEST(EngineIoUpgradeModel, LosesNothingWhenOperationsMeet) {
    run('\x00');
    run('\x02');
}

}  // namespace
}  // namespace homeroom::engineio
