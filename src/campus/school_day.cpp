#include "campus/school_day.h"

#include <ctime>
#include <date/tz.h>
#include <stdexcept>

namespace homeroom::campus {

Result<SchoolDay> SchoolDay::in(const std::string& zone) {
    if (zone.empty()) return SchoolDay{nullptr};
    try {
        return SchoolDay{date::locate_zone(zone)};
    } catch (const std::runtime_error&) {
        return Error{Code::invalid,
                     "there is no time zone \"" + zone + "\"; it has a name like Europe/Berlin",
                     "roster.time_zone"};
    }
}

Date SchoolDay::at(WallTime time) const {
    if (zone_ != nullptr) {
        const auto local =
            std::chrono::floor<std::chrono::seconds>(time) + zone_->get_info(time).offset;
        return Date{std::chrono::floor<std::chrono::days>(local)};
    }
    const auto seconds = static_cast<std::time_t>(
        std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
    std::tm local{};
    localtime_r(&seconds, &local);
    return Date{std::chrono::year{local.tm_year + 1900},
                std::chrono::month{static_cast<unsigned>(local.tm_mon + 1)},
                std::chrono::day{static_cast<unsigned>(local.tm_mday)}};
}

}  // namespace homeroom::campus
