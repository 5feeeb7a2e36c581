#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>

namespace homeroom::log {

void start(Level level) {
    auto logger = spdlog::stderr_logger_mt("homeroom");
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %l %v");
    switch (level) {
        case Level::debug: logger->set_level(spdlog::level::debug); break;
        case Level::info: logger->set_level(spdlog::level::info); break;
        case Level::warn: logger->set_level(spdlog::level::warn); break;
        case Level::error: logger->set_level(spdlog::level::err); break;
    }
    logger->flush_on(spdlog::level::info);
    spdlog::set_default_logger(std::move(logger));
}

}  // namespace homeroom::log
