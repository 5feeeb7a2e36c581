#include "features/live/view.h"

#include "campus/contract_json.h"

namespace homeroom::features::live {
namespace {

using campus::Json;

const char* type_of(News news) {
    switch (news) {
        case News::scheduled: return "live:scheduled";
        case News::reminder: return "live:reminder";
        case News::started: return "live:started";
        case News::ended: return "live:ended";
        case News::cancelled: return "live:cancelled";
        case News::planned:
        case News::preparing:
        case News::interrupted:
        case News::back:
        case News::recording:
        case News::none: break;
    }
    return "live:changed";
}

// What of it is different, as `live:changed` says it.
const char* change_of(News news) {
    switch (news) {
        case News::planned: return "plan";
        case News::preparing: return "preparing";
        case News::interrupted: return "interrupted";
        case News::back: return "back";
        case News::recording: return "recording";
        default: return nullptr;
    }
}

}  // namespace

Json live_view(const campus::Directory& directory, const LiveClass& live) {
    return Json{{"id", live.id},
                {"room", live.room},
                {"title", live.title},
                {"host", campus::person_json(directory, live.host, live.host_name)},
                {"status", to_string(live.stage)},
                {"source", live.url.empty() ? "media" : "link"},
                {"recording", live.stage == Stage::recorded},
                {"createdAt", live.created_at},
                {"startsAt", campus::text_or_null(live.starts_at)},
                {"startedAt", campus::text_or_null(live.started_at)},
                {"endedAt", campus::text_or_null(live.ended_at)},
                {"version", live.version}};
}

Status announce(store::Transaction& transaction, const campus::Directory& directory,
                const LiveClass& live, const Notice& notice) {
    Json body{{"live", live_view(directory, live)}};
    if (const char* const change = change_of(notice.news)) body["change"] = change;
    if (notice.news == News::started || notice.news == News::back)
        body["startJitter"] = notice.jitter.count();
    return transaction.publish({.type = type_of(notice.news),
                                .audience = live.audience().stored(),
                                .by_json = notice.by_json,
                                .body = body.dump(),
                                .subject = live.id});
}

}  // namespace homeroom::features::live
