// What the media server tells of a stream, behind the check of its signature (hook.h).
#include "base/limits.h"
#include "features/live/hook.h"
#include "features/live/records.h"
#include "features/live/requests.h"
#include "features/live/rules.h"
#include "features/live/settling.h"

namespace homeroom::features::live {

Result<Json> hear_media_server(WriteCall& call, const Json& request) {
    // Nobody else of the platform speaks for it: its signature is what makes it believed.
    if (call.who.user != std::string{"service:"} + media_service)
        return Error{Code::invalid, "only the media server says that, by a signed webhook"};
    TRY(const auto hook, hook_of(request, wall_now()));
    if (hook.viewers)
        return Error{Code::invalid, "the number of viewers is no event to be stored", "event"};
    TRY(auto live, load_live(call.transaction.db(), hook.stream));
    if (!live) return Error{Code::not_found, "there is no such stream", "stream"};
    if (hook.signal.what == Heard::recording && !is_public_url(hook.signal.url))
        return Error{Code::invalid, "url is an https address without name and password", "url"};
    TRY(const auto settings, load_settings(call.transaction.db()));
    call.about = live->id;
    const News news = live->hear(hook.signal, settings.times, wall_now());
    TRY_OK(settle(call.transaction, call.directory, *live, news));
    return Json{{"status", to_string(live->stage)}};
}

}  // namespace homeroom::features::live
