// call:mute, call:devices, call:hand, call:captioner: who has the floor.
#include "base/limits.h"
#include "features/calls/floor.h"
#include "features/calls/opening.h"
#include "features/calls/requests.h"
#include "features/calls/rules.h"

namespace homeroom::features::calls {
namespace {

Result<Source> requested_source(const Json& request) {
    TRY(const auto what, campus::required_text(request, "what", 16));
    if (what == "mic") return Source::mic;
    if (what == "camera") return Source::camera;
    return Error{Code::invalid, "what is \"mic\" or \"camera\"", "what"};
}

}  // namespace

Result<Json> mute_in_call(WriteCall& call, const Json& request) {
    TRY(auto record, led_call(call, request, "mutes others"));
    TRY(const auto what, requested_source(request));
    TRY(auto users, requested_people(request, "users"));
    TRY(const auto on, campus::optional_bool(request, "on"));
    const auto is_staff = [&](std::string_view user) {
        return is_staff_in(call.directory, record.call, user);
    };
    TRY(const auto news, mute(record.call, {.by = call.who.user,
                                            .users = std::move(users),
                                            .what = what,
                                            .on = on.value_or(true),
                                            .is_staff = is_staff}));
    return settled(call, record, news);
}

Result<Json> say_devices(WriteCall& call, const Json& request) {
    TRY(const auto mic, campus::optional_bool(request, "mic"));
    TRY(const auto camera, campus::optional_bool(request, "camera"));
    TRY(auto record, own_call(call, request));
    TRY(const auto news, set_devices(record.call, call.who.user, mic, camera));
    return settled(call, record, news);
}

// One's own; who leads takes down that of another (`user`), or all (`all`).
Result<Json> raise_hand_in_call(WriteCall& call, const Json& request) {
    TRY(const bool raised, campus::required_bool(request, "raised"));
    TRY(const auto user,
        campus::optional_text(request, "user", homeroom::limits::identifier_bytes_max));
    TRY(const auto all, campus::optional_bool(request, "all"));
    const bool is_own = !all.value_or(false) && user.value_or(call.who.user) == call.who.user;
    if (is_own) {
        TRY(auto record, own_call(call, request));
        TRY(const auto news, raise_hand(record.call, call.who.user, raised, now_of(call)));
        return settled(call, record, news);
    }
    TRY(auto record, led_call(call, request, "takes down the hands of others"));
    if (raised) return Error{Code::forbidden, "nobody raises another's hand", "raised"};
    if (all.value_or(false)) return settled(call, record, lower_all_hands(record.call));
    TRY(const auto news, raise_hand(record.call, *user, false, now_of(call)));
    return settled(call, record, news);
}

Result<Json> name_captioner(WriteCall& call, const Json& request) {
    TRY(const auto user, requested_user(request, "user"));
    TRY(const auto on, campus::optional_bool(request, "on"));
    TRY(auto record, led_call(call, request, "says who writes captions"));
    TRY(const auto news, appoint_captioner(record.call, user, on.value_or(true)));
    return settled(call, record, news);
}

}  // namespace homeroom::features::calls
