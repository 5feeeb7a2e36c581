#include "features/notifications/quiet_hours.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace homeroom::features::notifications {
namespace {

using namespace std::chrono_literals;
using campus::Json;

QuietHours hours(const char* from, const char* to, const char* zone = "Europe/Berlin") {
    auto read = read_quiet_hours({{"from", from}, {"to", to}, {"timeZone", zone}});
    EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.error().message);
    return read.ok() ? *read : QuietHours{};
}
// Until when, or "": not quiet.
std::string until(const QuietHours& quiet, const char* now) {
    const auto end = quiet_until(quiet, *parse_rfc3339(now));
    return end ? to_rfc3339(*end) : "";
}

TEST(QuietHours, AreOfADayOnHisOwnClock) {
    const auto lunch = hours("12:00", "13:30");
    EXPECT_EQ(until(lunch, "2026-11-23T10:59:59Z"), "");
    EXPECT_EQ(until(lunch, "2026-11-23T11:00:00Z"), "2026-11-23T12:30:00.000Z");
    EXPECT_EQ(until(lunch, "2026-11-23T12:29:59.999Z"), "2026-11-23T12:30:00.000Z");
    EXPECT_EQ(until(lunch, "2026-11-23T12:30:00Z"), "");
    EXPECT_EQ(until(hours("12:00", "13:30", "Asia/Kathmandu"), "2026-11-23T06:30:00Z"),
              "2026-11-23T07:45:00.000Z");
}

TEST(QuietHours, GoOverMidnight) {
    const auto night = hours("21:30", "07:00");
    EXPECT_EQ(until(night, "2026-11-23T20:29:00Z"), "");
    EXPECT_EQ(until(night, "2026-11-23T20:30:00Z"), "2026-11-24T06:00:00.000Z");
    EXPECT_EQ(until(night, "2026-11-24T05:59:00Z"), "2026-11-24T06:00:00.000Z");
    EXPECT_EQ(until(night, "2026-11-24T06:00:00Z"), "");
    // In summer the same hours are others.
    EXPECT_EQ(until(night, "2026-07-01T19:30:00Z"), "2026-07-02T05:00:00.000Z");
}

// Berlin: at 01:00 UTC on 29 March 2026 02:00 becomes 03:00, on 25 October 03:00 becomes 02:00.
TEST(QuietHours, EndOnceWhenClocksChange) {
    EXPECT_EQ(until(hours("22:00", "02:30"), "2026-03-28T23:00:00Z"), "2026-03-29T01:00:00.000Z");
    EXPECT_EQ(until(hours("22:00", "02:30"), "2026-03-29T01:00:00Z"), "");
    EXPECT_EQ(until(hours("22:00", "07:00"), "2026-03-28T23:00:00Z"), "2026-03-29T05:00:00.000Z");
    EXPECT_EQ(until(hours("22:00", "07:00"), "2026-10-24T23:00:00Z"), "2026-10-25T06:00:00.000Z");
    EXPECT_EQ(until(hours("22:00", "02:30"), "2026-10-24T23:00:00Z"), "2026-10-25T01:30:00.000Z");
}

TEST(QuietHours, AreReadToTheLetter) {
    const auto fault = [](const Json& object) {
        const auto read = read_quiet_hours(object);
        return read.ok() ? ""
                         : std::string{to_string(read.error().code)} + " " + read.error().field;
    };
    const auto with = [](const Json& from, const Json& to, const Json& zone) {
        return Json{{"from", from}, {"to", to}, {"timeZone", zone}};
    };
    EXPECT_EQ(fault(with("21:30", "07:00", "Europe/Berlin")), "");
    EXPECT_EQ(fault(with("00:00", "23:59", "UTC")), "");
    EXPECT_EQ(fault("21:30"), "invalid quietHours");
    for (const Json& bad : {Json("9:30"), Json("24:00"), Json("12:60"), Json("12.30"), Json(""),
                            Json("ab:cd"), Json(1230), Json(nullptr), Json("12:300")}) {
        EXPECT_NE(fault(with(bad, "07:00", "UTC")), "") << bad.dump();
        EXPECT_NE(fault(with("07:00", bad, "UTC")), "") << bad.dump();
    }
    EXPECT_EQ(fault(with("07:00", "07:00", "UTC")), "invalid to");
    for (const char* zone : {"", "Berlin", "../../etc/passwd", "/etc/localtime", "Europe"})
        EXPECT_EQ(fault(with("21:00", "07:00", zone)), "invalid timeZone") << zone;
    EXPECT_EQ(fault(with("21:00", "07:00", std::string(65, 'x'))).substr(0, 3), "too");
    const Json one = with("21:05", "07:09", "Europe/Berlin");
    EXPECT_EQ(to_json(*read_quiet_hours(one)), one);
}

TEST(QuietHours, OfAZoneThatIsGoneAreNone) {
    EXPECT_EQ(quiet_until({.from = 0min, .to = 1439min, .time_zone = "Nowhere/Land"},
                          *parse_rfc3339("2026-11-23T11:00:00Z")),
              std::nullopt);
}

// Whatever the hours: the end is ahead, less than a day and an hour, and behind it is not quiet.
RC_GTEST_PROP(QuietHours, End, ()) {
    const auto minutes = rc::gen::inRange(0, 24 * 60);
    const QuietHours quiet{.from = std::chrono::minutes{*minutes},
                           .to = std::chrono::minutes{*minutes},
                           .time_zone = *rc::gen::element<std::string>(
                               "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                               "Asia/Kathmandu", "Pacific/Apia", "UTC")};
    RC_PRE(quiet.from != quiet.to);
    const auto day = rc::gen::inRange<std::int64_t>(0, 400 * 24 * 60);
    const WallTime now = *parse_rfc3339("2026-01-01T00:00:00Z") + std::chrono::minutes{*day};
    const auto end = quiet_until(quiet, now);
    if (!end) return;
    RC_ASSERT(*end > now);
    RC_ASSERT(*end <= now + 25h);
    RC_ASSERT(!quiet_until(quiet, *end).has_value());
}

}  // namespace
}  // namespace homeroom::features::notifications
