#include "campus/server_time.h"

#include "base/clock.h"

namespace homeroom::campus {

void register_server_time(Surface& surface) {
    surface.quick("time:get", [](const std::string&, const Json&) -> Result<Json> {
        return Json{{"now", to_rfc3339(wall_now())}};
    });
}

}  // namespace homeroom::campus
