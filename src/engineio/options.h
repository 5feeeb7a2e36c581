// What an Engine.IO server is told. Defaults are the reference server's where a client can notice.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/limits.h"
#include "net/cors.h"

namespace homeroom::engineio {

struct Options {
    std::string path = "/engine.io/";  // with the slash at its end
    std::chrono::milliseconds ping_interval = limits::ping_interval;
    std::chrono::milliseconds ping_timeout = limits::ping_timeout;
    std::chrono::milliseconds upgrade_timeout = limits::upgrade_timeout;
    std::size_t message_bytes_max = limits::message_bytes_max;
    std::size_t send_queue_bytes_max = limits::send_queue_bytes_max;
    std::size_t sessions_max = limits::sessions_per_loop_max;
    net::CorsPolicy cors{};
};

}  // namespace homeroom::engineio
