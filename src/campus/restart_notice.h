// `service:restart`: the server is about to end all connections, and whoever comes back is to do so
// in his turn. Each is told a time of its own, evenly spread. Loop thread.
#pragma once

#include <chrono>

#include "hub/hub.h"

namespace homeroom::campus {

// To all of this loop's sockets of people.
void tell_restart(hub::Hub& hub, std::chrono::milliseconds spread);

}  // namespace homeroom::campus
