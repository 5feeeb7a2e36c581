// What producers and consumers are made of.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace homeroom::kafka {

struct Options {
    std::string brokers{};  // "host:port,host:port"
    // librdkafka's own, for TLS and passwords. What this folder sets for its promises can't be
    // overridden by them.
    std::vector<std::pair<std::string, std::string>> properties{};
};

// Whether librdkafka knows these properties and takes their values.
Status check(const Options& options);

}  // namespace homeroom::kafka
