// call:react, call:caption: what is said beside the talk. Told to those who are in the call at that
// moment, stored nowhere, and dropped for whom it would have to wait.
#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "features/calls/calls.h"
#include "features/calls/floor.h"
#include "features/calls/limits.h"
#include "features/calls/rules.h"

namespace homeroom::features::calls {
namespace {

constexpr std::array<std::string_view, 8> reactions{"like", "heart", "clap", "laugh",
                                                    "wow",  "sad",   "yes",  "no"};

std::string text_of(const campus::Json& json) {
    return json.dump(-1, ' ', false, campus::Json::error_handler_t::replace);
}

Error not_in_it() {
    return Error{Code::not_found, "this connection is in no such call", "call"};
}

}  // namespace

// Counted, and told with all of this second: a class that claps is one event.
Result<campus::Json> Calls::react(hub::Socket& socket, const std::string& user,
                                  const Json& request) {
    TRY(const auto id,
        campus::required_text(request, "call", homeroom::limits::identifier_bytes_max));
    TRY(const auto kind, campus::required_text(request, "kind", 16));
    const auto known = std::ranges::find(reactions, kind);
    if (known == reactions.end())
        return Error{Code::invalid, "kind is like, heart, clap, laugh, wow, sad, yes or no",
                     "kind"};
    const std::lock_guard lock(mutex_);
    if (leg_over(id, user, campus::device_of(socket)) == nullptr) return not_in_it();
    ++reactions_[id][*known];
    return Json::object();
}

// His own words; or those of another, by whom the leader has named for that.
Result<campus::Json> Calls::caption(hub::Socket& socket, const std::string& user,
                                    const Json& request) {
    TRY(const auto id,
        campus::required_text(request, "call", homeroom::limits::identifier_bytes_max));
    TRY(auto text, campus::required_words(request, "text", limits::caption_bytes_max));
    TRY(const bool is_final, campus::required_bool(request, "final"));
    TRY(const auto language,
        campus::optional_text(request, "language", limits::language_bytes_max));
    TRY(const auto named,
        campus::optional_text(request, "speaker", homeroom::limits::identifier_bytes_max));
    const std::string speaker = named.value_or(user);
    const std::lock_guard lock(mutex_);
    if (leg_over(id, user, campus::device_of(socket)) == nullptr) return not_in_it();
    const Call& call = *board_.find(id);
    if (speaker != user &&
        std::ranges::find(call.lesson.captioners, user) == call.lesson.captioners.end())
        return Error{Code::forbidden, "only whom the leader has named says what others say",
                     "speaker"};
    TRY_OK(require_here(call, speaker, "speaker"));
    // Who is not to be heard is not to be read either.
    if (!sending_of(call, *call.leg_of(speaker)).mic)
        return Error{Code::forbidden, "he is not heard at the moment", "speaker"};
    tell_those_in(call, "call:caption",
                  Json{{"call", id},
                       {"speaker", speaker},
                       {"by", user},
                       {"text", std::move(text)},
                       {"final", is_final},
                       {"language", language ? Json(*language) : Json(nullptr)}});
    return Json::object();
}

void Calls::tick() {
    const auto now = std::chrono::steady_clock::now();
    const std::lock_guard lock(mutex_);
    if (reactions_.empty() || now < reactions_due_) return;
    reactions_due_ = now + limits::reaction_interval;
    for (const auto& [id, counts] : std::exchange(reactions_, {})) {
        const Call* const call = board_.find(id);
        if (call == nullptr) continue;
        Json list = Json::object();
        for (const auto& [kind, count] : counts) list[std::string{kind}] = count;
        tell_those_in(*call, "call:reactions", Json{{"call", id}, {"counts", std::move(list)}});
    }
}

// Under the lock. Encoded once; judged again where it is delivered.
void Calls::tell_those_in(const Call& call, std::string_view event, const Json& body) {
    std::map<std::uint32_t, std::vector<std::uint64_t>> devices;  // of each loop
    for (const Leg& leg : call.legs)
        if (leg.device != 0) devices[campus::ref_of(leg.device).loop].push_back(leg.device);
    const std::string object = text_of(body);
    const std::string_view arguments[] = {object};
    const hub::Message message = server_->encoder().event("/", event, arguments);
    for (auto& [loop, own] : devices) {
        server_->post(loop, [this, id = call.id, message, own = std::move(own)](hub::Hub& hub) {
            for (const std::uint64_t device : own) {
                hub::Socket* const socket = hub.find(campus::ref_of(device));
                if (socket == nullptr || !socket->connected() || !is_in(id, device)) continue;
                socket->send(message, hub::Delivery::may_drop);
            }
        });
    }
}

bool Calls::is_in(std::string_view id, std::uint64_t device) {
    const std::lock_guard lock(mutex_);
    const Call* const call = board_.find(id);
    if (call == nullptr) return false;
    const auto own = std::ranges::find(call->legs, device, &Leg::device);
    return own != call->legs.end() && may_be_in(policy_, directory_, *call, own->user);
}

}  // namespace homeroom::features::calls
