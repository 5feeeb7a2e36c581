// An encoder comes and goes, its media server's words arrive late, twice and in any order, time
// passes, the server is away, somebody presses buttons. Whatever happens: nothing goes on after the
// end, one interruption is followed by one return, and in the end, when all words have arrived,
// what is believed of the encoder is what is so.
#include <deque>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/test_draw.h"
#include "features/live/live_class.h"

namespace homeroom::features::live {
namespace {

using test::below;

class World {
public:
    World() {
        live_.plan(now_ + 1h, times_, now_);
        live_.prepare("tim", now_);
    }

    void step() {
        switch (below(9)) {
            case 0: return encoder_comes();
            case 1: return encoder_goes();
            case 2:
            case 3:
            case 4: return hear_one();
            case 5: return say_again();
            case 6: return pass(std::chrono::seconds{1 + static_cast<int>(below(20))});
            case 7: return live_.wait_anew(times_, now_);
            case 8: return below(10) == 0 ? took(live_.end(now_)) : took(live_.start("tim", now_));
        }
    }
    void settle() {
        while (!words_.empty()) hear_one();
    }
    void check_the_encoder() const {
        if (live_.over()) return;
        RC_ASSERT(live_.encoder == encoder_);
        if (encoder_) RC_ASSERT(live_.stage == Stage::live);
    }
    // Without the encoder it ends.
    void wait() {
        const bool ends = !encoder_ && live_.on_air() && live_.gives_up_at.has_value();
        pass(times_.ended_after + 1s);
        pass(1s);
        if (ends) RC_ASSERT(live_.over());
        if (encoder_) RC_ASSERT(live_.over() || live_.stage == Stage::live);
    }

private:
    void encoder_comes() {
        if (encoder_) return;
        encoder_ = true;
        session_ = "s" + std::to_string(++sessions_);
        say(Heard::started);
    }
    void encoder_goes() {
        if (!encoder_) return;
        encoder_ = false;
        say(Heard::lost);
    }
    void say(Heard what) {
        // A moment, so that two words are not of the same.
        now_ += std::chrono::milliseconds{1};
        words_.push_back({.what = what, .at = now_, .session = session_});
    }
    void say_again() {
        if (!heard_.empty()) words_.push_back(heard_[below(heard_.size())]);
    }
    void hear_one() {
        if (words_.empty()) return;
        const std::size_t which = below(words_.size());
        const Signal word = words_[which];
        words_.erase(words_.begin() + static_cast<std::ptrdiff_t>(which));
        heard_.push_back(word);
        took(live_.hear(word, times_, now_));
    }
    void pass(std::chrono::milliseconds time) {
        now_ += time;
        while (live_.due() && *live_.due() <= now_) took(live_.tick(now_));
    }
    void took(News news) {
        RC_ASSERT(!over_ || news == News::none);
        if (news == News::started) {
            RC_ASSERT(!started_);
            started_ = true;
        }
        if (news == News::interrupted) {
            RC_ASSERT(started_ && !interrupted_);
            interrupted_ = true;
        }
        if (news == News::back) {
            RC_ASSERT(interrupted_);
            interrupted_ = false;
        }
        if (news == News::ended || news == News::cancelled) {
            RC_ASSERT((news == News::ended) == started_);
            over_ = true;
        }
        RC_ASSERT(over_ == live_.over());
        RC_ASSERT(!over_ || !live_.due());
        RC_ASSERT((live_.stage == Stage::interrupted) == (interrupted_ && !over_));
    }

    WallTime now_ = *parse_rfc3339("2026-11-23T12:00:00Z");
    Times times_{};
    LiveClass live_{.id = "x", .room = "class-physics", .host = "tim"};
    bool encoder_ = false;
    std::string session_{};
    int sessions_ = 0;
    std::deque<Signal> words_{};
    std::vector<Signal> heard_{};
    bool started_ = false;
    bool interrupted_ = false;
    bool over_ = false;
};

RC_GTEST_PROP(LiveClassModel, BelievesOfTheEncoderWhatIsSo, ()) {
    World world;
    const std::size_t steps = 1 + below(120);
    for (std::size_t i = 0; i < steps; ++i) world.step();
    world.settle();
    world.check_the_encoder();
    world.wait();
}

}  // namespace
}  // namespace homeroom::features::live
