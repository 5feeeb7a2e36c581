// Events of the platform's other services: of any name, to a room or to some people.
//
// What they mean is between the services and the client's page. That they are durable, reach those
// alone whom they are for, and come once, is ours.
#pragma once

#include "campus/surface.h"

namespace homeroom::features::events {

void register_events(campus::Surface& surface);

}  // namespace homeroom::features::events
