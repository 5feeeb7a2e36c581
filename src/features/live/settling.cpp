#include "features/live/settling.h"

#include <algorithm>
#include <cmath>

#include "features/live/rules.h"

namespace homeroom::features::live {

std::chrono::milliseconds jitter_of(std::size_t people, double joins_per_second) {
    const double seconds = static_cast<double>(people) / joins_per_second;
    // A class is no herd.
    if (seconds < 1) return std::chrono::milliseconds{0};
    const double longest = std::chrono::duration<double>{jitter_max}.count();
    return std::chrono::milliseconds{std::llround(std::min(seconds, longest) * 1'000)};
}

std::chrono::milliseconds coarse(std::chrono::milliseconds jitter) {
    const auto steps = (jitter + jitter_step_unlisted - 1ms) / jitter_step_unlisted;
    return std::min(steps * jitter_step_unlisted, jitter_max);
}

Status settle(store::Transaction& transaction, const campus::Directory& directory, LiveClass& live,
              News news, const std::string& by_json) {
    auto& db = transaction.db();
    Notice notice{.news = news, .by_json = by_json};
    if (news != News::none) ++live.version;
    // It is for whoever is in the room by now.
    if (news == News::started) live.moment = transaction.moment();
    if (news == News::started || news == News::back) {
        TRY(const auto settings, load_settings(db));
        notice.jitter =
            jitter_of(directory.members_of(live.room).size(), settings.joins_per_second);
        if (!tells_numbers(directory, live.room)) notice.jitter = coarse(notice.jitter);
    }
    if (const auto due = live.due()) {
        TRY_OK(campus::schedule(transaction, clock_kind, live.id, *due));
    } else {
        TRY_OK(campus::unschedule(transaction, clock_kind, live.id));
    }
    if (news != News::none) TRY_OK(announce(transaction, directory, live, notice));
    // The media server was faster: the recording is news as any other that comes later, with a
    // version of its own.
    if (news == News::ended && live.stage == Stage::recorded) {
        ++live.version;
        TRY_OK(announce(transaction, directory, live, {.news = News::recording}));
    }
    return save_live(db, live);
}

}  // namespace homeroom::features::live
