#include "campus/school_day.h"

#include <gtest/gtest.h>
#include <utility>

#include "base/clock.h"

namespace homeroom::campus {
namespace {

std::string day_in(const char* zone, const char* time) {
    const auto day = SchoolDay::in(zone);
    EXPECT_TRUE(day.ok());
    return homeroom::to_string(day->at(*parse_rfc3339(time)));
}

TEST(SchoolDay, TurnsAtMidnightOfTheSchool) {
    EXPECT_EQ(day_in("Europe/Berlin", "2026-11-28T22:59:59.999Z"), "2026-11-28");
    EXPECT_EQ(day_in("Europe/Berlin", "2026-11-28T23:00:00Z"), "2026-11-29");
    EXPECT_EQ(day_in("America/Los_Angeles", "2026-11-29T07:59:59Z"), "2026-11-28");
    EXPECT_EQ(day_in("America/Los_Angeles", "2026-11-29T08:00:00Z"), "2026-11-29");
    EXPECT_EQ(day_in("Asia/Kathmandu", "2026-11-28T18:14:59Z"), "2026-11-28");
    EXPECT_EQ(day_in("Asia/Kathmandu", "2026-11-28T18:15:00Z"), "2026-11-29");
    EXPECT_EQ(day_in("Pacific/Kiritimati", "2026-12-31T10:00:00Z"), "2027-01-01");
}

// The last Sunday of October has 25 hours, that of March 23.
TEST(SchoolDay, IsAsLongAsTheClocksSay) {
    EXPECT_EQ(day_in("Europe/Berlin", "2026-10-24T22:00:00Z"), "2026-10-25");
    EXPECT_EQ(day_in("Europe/Berlin", "2026-10-25T22:59:59Z"), "2026-10-25");
    EXPECT_EQ(day_in("Europe/Berlin", "2026-10-25T23:00:00Z"), "2026-10-26");
    EXPECT_EQ(day_in("Europe/Berlin", "2026-03-28T23:00:00Z"), "2026-03-29");
    EXPECT_EQ(day_in("Europe/Berlin", "2026-03-29T21:59:59Z"), "2026-03-29");
    EXPECT_EQ(day_in("Europe/Berlin", "2026-03-29T22:00:00Z"), "2026-03-30");
}

// In Beirut the clocks went from 24:00 to 1:00: a day without a midnight.
TEST(SchoolDay, BeginsWhereThereIsNoMidnight) {
    EXPECT_EQ(day_in("Asia/Beirut", "2024-03-30T21:59:59Z"), "2024-03-30");
    EXPECT_EQ(day_in("Asia/Beirut", "2024-03-30T22:00:00Z"), "2024-03-31");
}

TEST(SchoolDay, IsTheSystemsWithoutAZone) {
    setenv("TZ", "EARLY-14", 1);
    tzset();
    EXPECT_EQ(day_in("", "2026-11-28T10:00:00Z"), "2026-11-29");
    setenv("TZ", "LATE12", 1);
    tzset();
    EXPECT_EQ(day_in("", "2026-11-28T10:00:00Z"), "2026-11-27");
    unsetenv("TZ");
    tzset();
}

TEST(SchoolDay, NeedsAZoneThatThereIs) {
    for (const char* name : {"Europe/Atlantis", "berlin", "../etc/passwd"}) {
        const auto day = SchoolDay::in(name);
        ASSERT_FALSE(day.ok()) << name;
        EXPECT_EQ(day.error().field, "roster.time_zone");
    }
}

}  // namespace
}  // namespace homeroom::campus
