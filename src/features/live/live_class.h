// A live class: somebody sends a picture, a whole class watches. A pure machine: what is asked and
// what the media server tells goes in with the time, what is to be told comes out.
//
//   scheduled ──prepare──▶ preparing ──start──▶ live ⇄ interrupted ──▶ ended ──recording──▶
//   recorded
//       │                      │                 encoder lost, back
//       └────────cancel────────┴──▶ cancelled    (a while after it was lost)
//
// What the encoder does is *heard*, by whatever way and in whatever order the media server's words
// come: one that tells of an earlier time than the last one changes nothing. That it was lost has
// consequences only if it is not back in time, so that one that comes and goes is no news.
// Plain values; one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "campus/audience.h"
#include "features/live/limits.h"

namespace homeroom::features::live {

enum class Stage : std::uint8_t {
    scheduled,
    preparing,
    live,
    interrupted,
    ended,
    recorded,
    cancelled
};
std::string_view to_string(Stage stage);
std::optional<Stage> stage_from(std::string_view text);

struct Times {
    std::chrono::milliseconds reminded_before = reminded_before_default;
    std::chrono::milliseconds interrupted_after = interrupted_after_default;
    std::chrono::milliseconds ended_after = ended_after_default;
};

// What has happened, for those whom it concerns.
enum class News : std::uint8_t {
    none,
    scheduled,
    planned,  // title, time or address changed
    preparing,
    reminder,
    started,
    interrupted,
    back,
    ended,
    recording,
    cancelled
};

// What a media server tells of a stream.
enum class Heard : std::uint8_t { started, lost, ended, recording };
struct Signal {
    Heard what = Heard::started;
    WallTime at{};          // when it happened, by the media server's clock
    std::string session{};  // of the encoder, where the media server has a name for it
    std::string url{};      // of the recording
};

struct LiveClass {
    std::int64_t row = 0;
    std::string id{};  // and the stream's name at the media server
    std::string room{};
    std::string title{};
    std::string host{};  // who scheduled it, or started it out of hand
    std::string host_name{};
    std::string presenter{};  // who started it: whose picture it is
    Stage stage = Stage::scheduled;
    std::string url{};        // of a stream elsewhere; empty: on the school's media server
    std::string recording{};  // where it can be seen afterwards
    store::Seq moment = 0;    // as of a study session: of its making, then of its start
    std::int64_t version = 0;
    std::string starts_at{};  // empty: whenever it is started
    std::string created_at{};
    std::string started_at{};
    std::string ended_at{};

    // Of the encoder, as it was heard last.
    bool encoder = false;
    std::optional<WallTime> heard_at{};
    std::string encoder_session{};
    std::string replaced_session{};  // whose place that one took while it was there

    // When something happens by itself.
    std::optional<WallTime> reminds_at{};
    std::optional<WallTime> interrupts_at{};
    std::optional<WallTime> gives_up_at{};  // the encoder did not come back
    std::optional<WallTime> closes_at{};    // nobody started it, or nobody ended it

    bool over() const {
        return stage == Stage::ended || stage == Stage::recorded || stage == Stage::cancelled;
    }
    bool on_air() const { return stage == Stage::live || stage == Stage::interrupted; }
    campus::Audience audience() const { return campus::Audience::members(room).at(moment); }

    // --- Steps. Each says what is to be told; none where nothing has happened.
    // When it is to begin; nothing: whenever somebody starts it. Of one that has not begun.
    void plan(std::optional<WallTime> starts, const Times& times, WallTime now);
    News prepare(std::string_view by, WallTime now);
    News start(std::string_view by, WallTime now);
    News end(WallTime now);  // of one that has not begun: it is cancelled
    News hear(const Signal& signal, const Times& times, WallTime now);
    // The next thing that was due by now; one at a time.
    News tick(WallTime now);
    // The process was not there to hear that the encoder came back.
    void wait_anew(const Times& times, WallTime now);

    // The earliest time at which tick() has something to do.
    std::optional<WallTime> due() const;

private:
    bool is_stale(const Signal& signal, WallTime at) const;
    News hear_recording(const std::string& where);
    News finish(Stage last, WallTime now);
};

}  // namespace homeroom::features::live
