// Who has the floor: whom those who lead the call have muted, what each has switched on himself,
// whose hands are up, and who writes captions for others. Pure, as call.h; who leads and who is
// staff is the caller's to say.
#pragma once

#include <functional>

#include "features/calls/call.h"

namespace homeroom::features::calls {

struct Muting {
    std::string by{};
    std::vector<std::string> users{};  // empty: all, and whoever comes later
    Source what = Source::mic;
    bool on = false;
    // Whom nobody mutes.
    std::function<bool(std::string_view user)> is_staff{};
};
Result<Happenings> mute(Call& call, const Muting& muting);
// What he says that he has switched on, for the others to see.
Result<Happenings> set_devices(Call& call, std::string_view user, std::optional<bool> mic,
                               std::optional<bool> camera);
Result<Happenings> raise_hand(Call& call, std::string_view user, bool raised, WallTime now);
Happenings lower_all_hands(Call& call);
// May say in captions what others say.
Result<Happenings> appoint_captioner(Call& call, std::string_view user, bool on);

// What he may send at this moment, whatever he has switched on: a media server is held to it, and
// in a mesh his own client is.
struct Sending {
    bool mic = false;
    bool camera = false;
    bool screen = false;
};
Sending sending_of(const Call& call, const Leg& leg);

// --- For call.cpp.
void take_the_floor(Call& call, Leg& leg, bool leads);  // who comes, or comes anew
void forget_floor_of(Call& call, std::string_view user);

}  // namespace homeroom::features::calls
