// How often what may be done: the kinds of requests that have a rate of their own, by whose names
// the keys of [rates] go, and what an address may do before it has said who it is.
//
// rate := count "/" duration | "off"     "60/1m": sixty at once, which come back within a minute
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/token_bucket.h"

namespace homeroom::app {

// Nothing: without limit.
using Rate = std::optional<TokenRate>;
Rate rate_of(double count, double seconds);

struct RequestKind {
    const char* key;   // "rates.post"
    const char* name;  // for the metrics: "post"
    Rate by_default;
    std::span<const std::string_view> requests;
};
std::span<const RequestKind> request_kinds();

struct Rates {
    std::vector<Rate> kinds = defaults();  // as request_kinds()
    // Of one address; who comes through a trusted proxy has his own.
    Rate address_handshakes = rate_of(10'000, 5);
    Rate address_failures = rate_of(600, 60);  // tokens that do not hold

    static std::vector<Rate> defaults();
};

}  // namespace homeroom::app
