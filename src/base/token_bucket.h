// A rate with a burst: a bucket that fills at so many tokens a second and never holds more than the
// burst. A plain value; whoever shares one guards it.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/clock.h"

namespace homeroom {

struct TokenRate {
    double per_second = 1;
    double burst = 1;
};

class TokenBucket {
public:
    TokenBucket(TokenRate rate, SteadyTime now) : left_(rate.burst), filled_(now) {}

    // Takes one token, or so many (no more than the burst), all of them or none; when there are not
    // as many, gives the time until there are.
    std::optional<std::chrono::milliseconds> take(TokenRate rate, SteadyTime now,
                                                  double count = 1) {
        refill(rate, now);
        if (left_ < count) {
            const std::chrono::duration<double> wait{(count - left_) / rate.per_second};
            return std::chrono::ceil<std::chrono::milliseconds>(wait);
        }
        left_ -= count;
        return std::nullopt;
    }

    bool is_full(TokenRate rate, SteadyTime now) {
        refill(rate, now);
        return left_ >= rate.burst;
    }

private:
    // Threads read the clock at slightly different times; going back gives nothing.
    void refill(TokenRate rate, SteadyTime now) {
        if (now <= filled_) return;
        const std::chrono::duration<double> passed = now - filled_;
        left_ = std::min(rate.burst, left_ + passed.count() * rate.per_second);
        filled_ = now;
    }

    double left_;
    SteadyTime filled_;
};

}  // namespace homeroom
