// The users' tokens: made with the server's secret, or read from a file. Immutable once loaded.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "load/plan.h"

namespace homeroom::load {

class Tokens {
public:
    // Reads what the plan names; never makes a secret, as a server would.
    static Result<Tokens> load(const Plan& plan);

    // The token of a connection; empty when the application knows none. Of a file with fewer lines
    // than connections each line serves several.
    std::string of(std::uint32_t connection) const;

private:
    std::string secret_{};
    std::string users_{};
    std::vector<std::string> lines_{};
};

}  // namespace homeroom::load
