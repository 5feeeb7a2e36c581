#include "features/live/settling.h"

#include <algorithm>
#include <cmath>

namespace homeroom::features::live {

std::chrono::milliseconds jitter_of(std::size_t people, double joins_per_second) {
    const double seconds = static_cast<double>(people) / joins_per_second;
    // A class is no herd.
    if (seconds < 1) return std::chrono::milliseconds{0};
    const double longest = std::chrono::duration<double>{jitter_max}.count();
    return std::chrono::milliseconds{std::llround(std::min(seconds, longest) * 1'000)};
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
    }
    TRY_OK(save_live(db, live));
    if (const auto due = live.due()) {
        TRY_OK(campus::schedule(transaction, clock_kind, live.id, *due));
    } else {
        TRY_OK(campus::unschedule(transaction, clock_kind, live.id));
    }
    if (news == News::none) return Ok{};
    return announce(transaction, directory, live, notice);
}

}  // namespace homeroom::features::live
