// The door to the log: one line per event, words first, then key=value pairs. Message bodies,
// tokens, grades and names never go in: ids and counts do.
#pragma once

#include <spdlog/spdlog.h>

namespace homeroom::log {

using spdlog::debug;
using spdlog::error;
using spdlog::info;
using spdlog::warn;

enum class Level { debug, info, warn, error };

// Sends the log to standard error from `level` upwards. Call once, before any thread starts.
void start(Level level);

}  // namespace homeroom::log
