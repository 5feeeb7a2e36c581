// The machine of a live class: each arrow of its picture, and the arrows that are not there.
#include "features/live/live_class.h"

#include <gtest/gtest.h>

namespace homeroom::features::live {
namespace {

const WallTime noon = *parse_rfc3339("2026-11-23T12:00:00Z");
const Times times{};

Signal started(WallTime at, std::string session = "") {
    return {.what = Heard::started, .at = at, .session = std::move(session)};
}
Signal lost(WallTime at, std::string session = "") {
    return {.what = Heard::lost, .at = at, .session = std::move(session)};
}

LiveClass planned(std::optional<WallTime> starts = noon + 1h) {
    LiveClass live{.id = "x", .room = "class-physics", .host = "tim"};
    live.plan(starts, times, noon);
    return live;
}
LiveClass on_air() {
    LiveClass live = planned();
    live.prepare("tim", noon);
    EXPECT_EQ(live.hear(started(noon, "a"), times, noon), News::started);
    return live;
}

TEST(LiveClass, IsRemindedOfOnceBeforeItBegins) {
    LiveClass live = planned();
    EXPECT_EQ(live.due(), noon + 50min);
    EXPECT_EQ(live.tick(noon + 49min), News::none);
    EXPECT_EQ(live.tick(noon + 50min), News::reminder);
    EXPECT_EQ(live.tick(noon + 50min), News::none);
    EXPECT_EQ(live.due(), noon + 25h);
    EXPECT_EQ(planned(noon + 9min).due(), noon + 9min + 24h) << "too late for a reminder";
}

TEST(LiveClass, ThatNobodyStartsIsCancelled) {
    LiveClass live = planned();
    EXPECT_EQ(live.tick(noon + 25h), News::cancelled);
    EXPECT_EQ(live.stage, Stage::cancelled);
    EXPECT_FALSE(live.due());
    EXPECT_EQ(live.start("tim", noon), News::none);
    EXPECT_EQ(live.hear(started(noon + 25h), times, noon + 25h), News::none);
}

TEST(LiveClass, IsStartedByHandOrByItsEncoder) {
    LiveClass by_hand = planned();
    EXPECT_EQ(by_hand.start("tom", noon), News::started);
    EXPECT_EQ(by_hand.presenter, "tom");
    EXPECT_EQ(by_hand.start("tim", noon), News::none);
    EXPECT_EQ(by_hand.due(), noon + 12h) << "an encoder that was never there is not lost";
    LiveClass by_encoder = planned();
    EXPECT_EQ(by_encoder.hear(started(noon), times, noon), News::started);
    EXPECT_EQ(by_encoder.presenter, "tim");
    LiveClass prepared = planned();
    EXPECT_EQ(prepared.prepare("ann", noon), News::preparing);
    EXPECT_EQ(prepared.prepare("tim", noon), News::none);
    EXPECT_EQ(prepared.start("tim", noon), News::started);
    EXPECT_EQ(prepared.presenter, "ann");
}

TEST(LiveClass, IsInterruptedOnlyWhenTheEncoderStaysAway) {
    LiveClass live = on_air();
    EXPECT_EQ(live.hear(lost(noon + 1min, "a"), times, noon + 1min), News::none);
    EXPECT_EQ(live.due(), noon + 1min + 10s);
    EXPECT_EQ(live.hear(started(noon + 65s, "b"), times, noon + 65s), News::none);
    EXPECT_EQ(live.due(), noon + 12h);
    EXPECT_EQ(live.tick(noon + 2min), News::none);
    live.hear(lost(noon + 3min, "b"), times, noon + 3min);
    EXPECT_EQ(live.tick(noon + 3min + 10s), News::interrupted);
    EXPECT_EQ(live.stage, Stage::interrupted);
    EXPECT_EQ(live.hear(started(noon + 4min, "c"), times, noon + 4min), News::back);
    EXPECT_EQ(live.stage, Stage::live);
}

TEST(LiveClass, EndsWhenTheEncoderDoesNotComeBack) {
    LiveClass live = on_air();
    live.hear(lost(noon + 1min), times, noon + 1min);
    // Said again it takes no longer.
    live.hear(lost(noon + 2min), times, noon + 2min);
    EXPECT_EQ(live.tick(noon + 1min + 10s), News::interrupted);
    EXPECT_EQ(live.due(), noon + 1min + 120s);
    EXPECT_EQ(live.tick(noon + 1min + 120s), News::ended);
    EXPECT_FALSE(live.due());
}

TEST(LiveClass, WaitsAnewWhereTheServerWasAway) {
    LiveClass live = on_air();
    live.hear(lost(noon), times, noon);
    live.wait_anew(times, noon + 1h);
    EXPECT_EQ(live.tick(noon + 1h), News::interrupted);
    EXPECT_EQ(live.tick(noon + 1h), News::none);
    EXPECT_EQ(live.due(), noon + 1h + 120s);
}

TEST(LiveClass, EndsAtOnceWhereThatIsSaid) {
    LiveClass by_hand = on_air();
    EXPECT_EQ(by_hand.end(noon + 1min), News::ended);
    EXPECT_EQ(by_hand.end(noon + 1min), News::none);
    LiveClass by_encoder = on_air();
    EXPECT_EQ(by_encoder.hear({.what = Heard::ended, .at = noon + 1min, .session = "a"}, times,
                              noon + 1min),
              News::ended);
    LiveClass longest = on_air();
    EXPECT_EQ(longest.tick(noon + 12h), News::ended);
}

TEST(LiveClass, HearsNothingOfEarlierTimesNorOfAnotherEncoder) {
    LiveClass live = on_air();
    // Two words cross: lost at :10, started anew at :12, and the first comes last.
    EXPECT_EQ(live.hear(started(noon + 12s, "b"), times, noon + 13s), News::none);
    EXPECT_EQ(live.hear(lost(noon + 10s, "a"), times, noon + 13s), News::none);
    EXPECT_TRUE(live.encoder);
    // The one that was replaced is lost after it was.
    EXPECT_EQ(live.hear(lost(noon + 14s, "a"), times, noon + 14s), News::none);
    EXPECT_EQ(
        live.hear({.what = Heard::ended, .at = noon + 15s, .session = "a"}, times, noon + 15s),
        News::none);
    EXPECT_TRUE(live.encoder);
    EXPECT_EQ(live.due(), noon + 12h);
    // Of the same second, where the media server counts in seconds.
    live.hear(lost(noon + 20s, "b"), times, noon + 20s);
    live.hear(started(noon + 20s, "b"), times, noon + 20s);
    EXPECT_FALSE(live.encoder);
    live.hear(started(noon + 20s, "c"), times, noon + 20s);
    EXPECT_TRUE(live.encoder);
}

TEST(LiveClass, TakesNoTimeFromTheFuture) {
    LiveClass live = on_air();
    live.hear(started(noon + 24h, "b"), times, noon + 1min);
    live.hear(lost(noon + 2min, "b"), times, noon + 2min);
    EXPECT_EQ(live.due(), noon + 2min + 10s);
}

TEST(LiveClass, HasItsRecordingWhenItHasEnded) {
    const Signal recording{.what = Heard::recording, .at = noon, .url = "https://a.example/1"};
    LiveClass live = on_air();
    EXPECT_EQ(live.hear(recording, times, noon), News::none);
    EXPECT_EQ(live.end(noon), News::ended);
    EXPECT_EQ(live.stage, Stage::recorded) << "it came before the end";
    LiveClass other = on_air();
    other.end(noon);
    EXPECT_EQ(other.hear(recording, times, noon), News::recording);
    EXPECT_EQ(other.hear(recording, times, noon), News::none);
    LiveClass cancelled = planned();
    cancelled.end(noon);
    EXPECT_EQ(cancelled.hear(recording, times, noon), News::none);
}

TEST(LiveClass, ElsewhereIsNoneOfTheMediaServersBusiness) {
    LiveClass live = planned();
    live.url = "https://video.example/1";
    EXPECT_EQ(live.hear(started(noon), times, noon), News::none);
    live.start("tim", noon);
    live.hear(lost(noon), times, noon);
    EXPECT_EQ(live.hear({.what = Heard::ended, .at = noon}, times, noon), News::none);
    EXPECT_EQ(live.due(), noon + 12h);
}

TEST(LiveClass, StagesHaveNamesThatAreReadBack) {
    for (const char* name :
         {"scheduled", "preparing", "live", "interrupted", "ended", "recorded", "cancelled"}) {
        const auto stage = stage_from(name);
        ASSERT_TRUE(stage) << name;
        EXPECT_EQ(to_string(*stage), name);
    }
    EXPECT_FALSE(stage_from("over"));
}

}  // namespace
}  // namespace homeroom::features::live
