// Timers against a sorted list of what is due, with a clock of the test's own.
#include "net/timer_wheel.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <rapidcheck/gtest.h>
#include <vector>

namespace homeroom::net {
namespace {

using std::chrono::milliseconds;
using namespace std::chrono_literals;

const SteadyTime begin{std::chrono::hours{1000}};

struct Bell {
    Timer timer{[](void* self) { ++static_cast<Bell*>(self)->rung; }, this};
    int rung = 0;
};

TEST(TimerWheel, FiresOnceNotBeforeItsTime) {
    TimerWheel wheel{begin};
    Bell bell;
    EXPECT_FALSE(bell.timer.running());
    wheel.start(bell.timer, begin, 100ms);
    EXPECT_TRUE(bell.timer.running());
    wheel.advance(begin + 99ms);
    EXPECT_EQ(bell.rung, 0);
    wheel.advance(begin + 100ms + TimerWheel::tick);
    EXPECT_EQ(bell.rung, 1);
    EXPECT_FALSE(bell.timer.running());
    wheel.advance(begin + 1h);
    EXPECT_EQ(bell.rung, 1);
}

TEST(TimerWheel, FiresWhatIsDueLaterThanOneTurnOfTheWheel) {
    TimerWheel wheel{begin};
    Bell bell;
    wheel.start(bell.timer, begin, 75s);
    for (auto now = begin; now < begin + 75s; now += 7ms) {
        wheel.advance(now);
        ASSERT_EQ(bell.rung, 0);
    }
    wheel.advance(begin + 75s + TimerWheel::tick);
    EXPECT_EQ(bell.rung, 1);
}

TEST(TimerWheel, StartsAnewAndStops) {
    TimerWheel wheel{begin};
    Bell moved;
    Bell stopped;
    wheel.start(moved.timer, begin, 50ms);
    wheel.start(moved.timer, begin, 500ms);
    wheel.start(stopped.timer, begin, 50ms);
    stopped.timer.stop();
    stopped.timer.stop();
    wheel.advance(begin + 400ms);
    EXPECT_EQ(moved.rung, 0);
    wheel.advance(begin + 520ms);
    EXPECT_EQ(moved.rung, 1);
    EXPECT_EQ(stopped.rung, 0);
    EXPECT_EQ(wheel.until_next(begin + 520ms), std::nullopt);
}

TEST(TimerWheel, StopsWithItsOwner) {
    TimerWheel wheel{begin};
    auto bell = std::make_unique<Bell>();
    wheel.start(bell->timer, begin, 50ms);
    bell.reset();
    EXPECT_EQ(wheel.until_next(begin), std::nullopt);
    wheel.advance(begin + 1s);
}

TEST(TimerWheel, MayEndBeforeItsTimers) {
    Bell bell;
    {
        TimerWheel wheel{begin};
        wheel.start(bell.timer, begin, 50ms);
    }
    EXPECT_FALSE(bell.timer.running());
}

TEST(TimerWheel, LetsATimerStartItselfAndStopOthersWhileItFires) {
    struct Chain {
        TimerWheel& wheel;
        SteadyTime now;
        Bell* victim;
        int rung = 0;
        Timer timer{[](void* self) { static_cast<Chain*>(self)->fire(); }, this};
        void fire() {
            ++rung;
            victim->timer.stop();
            wheel.start(timer, now,
                        TimerWheel::tick * 1024);  // the very slot that is being emptied
        }
    };
    TimerWheel wheel{begin};
    Bell before;
    Bell after;
    wheel.start(after.timer, begin, 50ms);
    Chain chain{.wheel = wheel, .now = begin + 60ms, .victim = &after};
    wheel.start(chain.timer, begin, 50ms);  // of one slot, the newest comes first
    wheel.start(before.timer, begin, 50ms);
    wheel.advance(begin + 60ms);
    EXPECT_EQ(before.rung, 1);
    EXPECT_EQ(chain.rung, 1);
    EXPECT_EQ(after.rung, 0);
    EXPECT_TRUE(chain.timer.running());
    chain.now = begin + 60ms + TimerWheel::tick * 1026;
    wheel.advance(begin + 60ms + TimerWheel::tick * 1026);
    EXPECT_EQ(chain.rung, 2);
}

TEST(TimerWheel, LetsATimerBeFreedWhileItFires) {
    struct Self {
        std::unique_ptr<Timer> timer{};
    } self;
    self.timer = std::make_unique<Timer>(
        [](void* context) { static_cast<Self*>(context)->timer.reset(); }, &self);
    TimerWheel wheel{begin};
    wheel.start(*self.timer, begin, 10ms);
    wheel.advance(begin + 1s);
    EXPECT_EQ(self.timer, nullptr);
}

TEST(TimerWheel, SaysHowLongNothingIsDue) {
    TimerWheel wheel{begin};
    EXPECT_EQ(wheel.until_next(begin), std::nullopt);
    Bell bell;
    wheel.start(bell.timer, begin, 100ms);
    EXPECT_EQ(wheel.until_next(begin), 110ms);
    EXPECT_EQ(wheel.until_next(begin + 60ms), 50ms);
    EXPECT_EQ(wheel.until_next(begin + 200ms), 0ms);
    wheel.start(bell.timer, begin, 1h);
    EXPECT_LE(*wheel.until_next(begin), 1h);
    EXPECT_GT(*wheel.until_next(begin), 0ms);
}

TEST(TimerWheel, TakesADelayOfNothingAndTimeThatStandsStill) {
    TimerWheel wheel{begin};
    Bell bell;
    wheel.start(bell.timer, begin - 1h, 0ms);
    wheel.advance(begin - 1h);
    wheel.advance(begin);
    EXPECT_EQ(bell.rung, 0);
    wheel.advance(begin + TimerWheel::tick);
    EXPECT_EQ(bell.rung, 1);
}

// --- Against a model -----------------------------------------------------------------------------

struct Model {
    std::optional<SteadyTime> due{};
    int rung = 0;
};

RC_GTEST_PROP(TimerWheel, FiresEachWithinItsTick, ()) {
    constexpr std::size_t count = 12;
    TimerWheel wheel{begin};
    std::vector<std::unique_ptr<Bell>> bells;
    for (std::size_t i = 0; i < count; ++i) bells.push_back(std::make_unique<Bell>());
    std::vector<Model> models(count);
    SteadyTime now = begin;
    const auto steps = *rc::gen::inRange(1, 120);
    for (int step = 0; step < steps; ++step) {
        const auto which = *rc::gen::inRange<std::size_t>(0, count);
        switch (*rc::gen::inRange(0, 4)) {
            case 0:
            case 1: {
                const milliseconds delay{*rc::gen::oneOf(rc::gen::inRange(0, 50),
                                                         rc::gen::inRange(0, 2'000),
                                                         rc::gen::inRange(9'000, 40'000))};
                wheel.start(bells[which]->timer, now, delay);
                models[which].due = now + delay;
                break;
            }
            case 2:
                bells[which]->timer.stop();
                models[which].due.reset();
                break;
            default: {
                const auto until = wheel.until_next(now);
                RC_ASSERT(until.has_value() == std::ranges::any_of(models, [](const Model& model) {
                              return model.due.has_value();
                          }));
                const milliseconds jump{
                    *rc::gen::oneOf(rc::gen::inRange(0, 30), rc::gen::inRange(0, 12'000))};
                now += *rc::gen::arbitrary<bool>() && until ? *until : jump;
                wheel.advance(now);
                for (std::size_t i = 0; i < count; ++i) {
                    Model& model = models[i];
                    const bool fired = bells[i]->rung != model.rung;
                    if (fired) {
                        RC_ASSERT(bells[i]->rung == model.rung + 1);
                        RC_ASSERT(model.due.has_value() && *model.due <= now);
                        model.rung = bells[i]->rung;
                        model.due.reset();
                    } else if (model.due) {
                        RC_ASSERT(*model.due + TimerWheel::tick > now);
                    }
                    RC_ASSERT(bells[i]->timer.running() == model.due.has_value());
                }
            }
        }
    }
}

}  // namespace
}  // namespace homeroom::net
