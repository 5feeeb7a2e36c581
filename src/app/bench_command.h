// `homeroom bench …`: the load generator's options (docs/bench.md).
#pragma once

#include <functional>
#include <memory>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's name
class App;
}

namespace homeroom::app {

class BenchCommand {
public:
    explicit BenchCommand(CLI::App& cli);
    ~BenchCommand();

    bool parsed() const;
    // The exit code: 0 good, 1 a check failed, 2 a wrong command line.
    int run();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace homeroom::app
