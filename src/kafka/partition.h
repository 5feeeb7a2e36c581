// Which partition a key belongs to. Pure.
#pragma once

#include <string_view>

namespace homeroom::kafka {

// As Java's clients compute it (murmur2), so that whoever computes it elsewhere agrees.
int partition_of(std::string_view key, int partitions);

}  // namespace homeroom::kafka
