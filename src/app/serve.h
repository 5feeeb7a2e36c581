// `homeroom serve`: puts everything together, runs until a signal, drains.
#pragma once

#include "app/config.h"

namespace homeroom::app {

// Returns when the server has stopped; the value is for the exit code.
Status serve(const Config& config);

}  // namespace homeroom::app
