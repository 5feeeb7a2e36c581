#include "campus/restart_notice.h"

#include <fmt/format.h>
#include <random>

#include "campus/roster/room_name.h"

namespace homeroom::campus {

void tell_restart(hub::Hub& hub, std::chrono::milliseconds spread) {
    std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<std::int64_t> draw{0, spread.count()};
    hub.for_each_in("/", room_name(RoomKind::global, {}), [&](hub::Socket& socket) {
        const std::string text =
            fmt::format(R"({{"retryAfter":{}}})", static_cast<double>(draw(random)) / 1000);
        const std::string_view argument = text;
        socket.emit("service:restart", {&argument, 1});
    });
}

}  // namespace homeroom::campus
