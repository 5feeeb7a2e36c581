#include "features/calls/floor.h"

#include <algorithm>
#include <utility>

#include "features/calls/limits.h"

namespace homeroom::features::calls {
namespace {

constexpr std::string_view muted = "muted", allowed = "allowed", devices = "devices", hand = "hand",
                           captioner = "captioner";

bool& of(Sources& sources, Source what) {
    return what == Source::mic ? sources.mic : sources.camera;
}

// Whether anything is different.
bool set(bool& flag, bool to) {
    return std::exchange(flag, to) != to;
}

Status check_named(const Call& call, const Muting& muting) {
    for (const std::string& user : muting.users) {
        TRY_OK(require_here(call, user, "users"));
        if (muting.is_staff(user)) {
            if (muting.on) return Error{Code::forbidden, "staff are not muted", "users"};
        } else if (user == muting.by) {
            return Error{Code::forbidden, "what you may send is for somebody else to say", "users"};
        }
    }
    return Ok{};
}

}  // namespace

Result<Happenings> mute(Call& call, const Muting& muting) {
    if (!call.is_live()) return Error{Code::conflict, "the call is over", "call"};
    TRY_OK(check_named(call, muting));
    const bool all = muting.users.empty();
    News news{.kind = NewsKind::changed, .word = muting.on ? muted : allowed};
    bool is_otherwise = all && set(of(call.lesson.muted, muting.what), muting.on);
    for (Leg& leg : call.legs) {
        const bool named = std::ranges::find(muting.users, leg.user) != muting.users.end();
        // Nobody lifts of himself what another has said of him.
        const bool exempt = muting.is_staff(leg.user) ? muting.on : leg.user == muting.by;
        if (!(all ? !exempt : named)) continue;
        if (!set(of(leg.muted, muting.what), muting.on)) continue;
        is_otherwise = true;
        if (leg.is_here()) news.users.push_back(leg.user);
    }
    if (!is_otherwise) return Happenings{};
    return counted(call, {std::move(news)});
}

Result<Happenings> set_devices(Call& call, std::string_view user, std::optional<bool> mic,
                               std::optional<bool> camera) {
    TRY_OK(require_here(call, user, "call"));
    Sources& own = call.leg_of(user)->devices;
    const Sources before = own;
    own = {mic.value_or(own.mic), camera.value_or(own.camera)};
    if (own == before) return Happenings{};
    return counted(call, {changed(devices, user)});
}

Result<Happenings> raise_hand(Call& call, std::string_view user, bool raised, WallTime now) {
    TRY_OK(require_here(call, user, "user"));
    auto& hands = call.lesson.hands;
    const auto own = std::ranges::find(hands, user, &Hand::user);
    if (raised == (own != hands.end())) return Happenings{};
    // There is room: each has one, and who goes takes his down.
    if (raised)
        hands.push_back({std::string{user}, now});
    else
        hands.erase(own);
    return counted(call, {changed(hand, user)});
}

Happenings lower_all_hands(Call& call) {
    News news{.kind = NewsKind::changed, .word = hand};
    for (Hand& one : call.lesson.hands) news.users.push_back(std::move(one.user));
    call.lesson.hands.clear();
    if (news.users.empty()) return {};
    return counted(call, {std::move(news)});
}

Result<Happenings> appoint_captioner(Call& call, std::string_view user, bool on) {
    TRY_OK(require_here(call, user, "user"));
    auto& captioners = call.lesson.captioners;
    const auto found = std::ranges::find(captioners, user);
    if (on == (found != captioners.end())) return Happenings{};
    if (!on)
        captioners.erase(found);
    else if (captioners.size() < limits::captioners_max)
        captioners.emplace_back(user);
    else
        return Error{Code::too_large,
                     "at most " + std::to_string(limits::captioners_max) + " write captions",
                     "user"};
    return counted(call, {changed(captioner, user)});
}

Sending sending_of(const Call& call, const Leg& leg) {
    const bool agreed = !call.lesson.is_recorded() || leg.consent == Consent::agreed;
    return {.mic = agreed && !leg.muted.mic,
            .camera = agreed && !leg.muted.camera,
            .screen = agreed && call.screen.presenter == leg.user};
}

void take_the_floor(Call& call, Leg& leg, bool leads) {
    leg.devices = {.mic = true, .camera = call.video};
    if (leads) return;
    leg.muted.mic = leg.muted.mic || call.lesson.muted.mic;
    leg.muted.camera = leg.muted.camera || call.lesson.muted.camera;
}

void forget_floor_of(Call& call, std::string_view user) {
    std::erase_if(call.lesson.hands, [&](const Hand& one) { return one.user == user; });
    std::erase(call.lesson.captioners, user);
}

}  // namespace homeroom::features::calls
