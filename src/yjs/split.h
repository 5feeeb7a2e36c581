// A large update as several smaller ones, for a way that takes no more at once. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "yjs/update.h"

namespace homeroom::yjs {

// In an order in which whoever applies them has what the update has; one at least. Each has about
// `bytes_max` at most, but for a value that cannot be cut.
std::vector<std::string> split(const Update& update, std::size_t bytes_max);

}  // namespace homeroom::yjs
