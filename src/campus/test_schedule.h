// For tests of features: what happens later, by a clock that a test moves on.
#pragma once

#include <atomic>
#include <chrono>
#include <thread>

#include "base/clock.h"
#include "campus/schedule.h"
#include "campus/test_surface.h"

namespace homeroom::campus {

class ScheduleUnderTest {
public:
    explicit ScheduleUnderTest(SurfaceUnderTest& school)
        : schedule(*school.store, school.directory,
                   [this] { return wall_now() + std::chrono::milliseconds{ahead_.load()}; }) {}

    // The server's clock goes on by so much, and what is due is done.
    void pass(std::chrono::milliseconds time) {
        ahead_ += time.count();
        schedule.look();
        while (schedule.busy()) std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }

    std::chrono::milliseconds ahead() const { return std::chrono::milliseconds{ahead_.load()}; }

private:
    std::atomic<std::int64_t> ahead_{0};

public:
    Schedule schedule;
};

}  // namespace homeroom::campus
