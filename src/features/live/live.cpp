#include "features/live/live.h"

#include "features/live/records.h"
#include "features/live/requests.h"
#include "features/live/settling.h"

namespace homeroom::features::live {

std::span<const store::Migration> live_migrations() {
    return migrations_of_records();
}

void register_live(campus::Surface& surface) {
    surface.write("live:schedule", schedule_live);
    surface.write("live:update", update_live);
    surface.write("live:cancel", cancel_live);
    surface.write("live:start", start_live);
    surface.write("live:publish", publish_live);
    surface.write("live:end", end_live);
    surface.write("live:recording", record_live);
    surface.read("live:list", list_lives);
    surface.read("live:get", get_live);
    surface.read("live:watch", watch_live);
    surface.service_write("live:schedule", schedule_live);
    surface.service_write("live:start", start_live);
    surface.service_write("live:cancel", cancel_live);
    surface.service_write("live:end", end_live);
    surface.service_write("live:recording", record_live);
    surface.service_write("live:hook", hear_media_server);
}

void register_live(campus::Schedule& schedule) {
    schedule.on(clock_kind, tick_due);
}

}  // namespace homeroom::features::live
