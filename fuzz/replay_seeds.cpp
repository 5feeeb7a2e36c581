// Runs a fuzz target over seed files without libFuzzer: so every build, with any compiler, tests
// all seeds.
//   x_seeds FOLDER…

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
    int count = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream stream{entry.path(), std::ios::binary};
            const std::vector<char> bytes{std::istreambuf_iterator<char>{stream},
                                          std::istreambuf_iterator<char>{}};
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                   bytes.size());
            ++count;
        }
    }
    std::printf("%d seeds\n", count);
    return count > 0 ? 0 : 1;
}
