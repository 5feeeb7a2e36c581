#include "features/study/session.h"

#include <algorithm>

namespace homeroom::features::study {

std::string_view to_string(Stage stage) {
    switch (stage) {
        case Stage::planned: return "planned";
        case Stage::live: return "live";
        case Stage::ended: return "ended";
        case Stage::cancelled: return "cancelled";
    }
    return "";
}

std::string_view to_string(Control control) {
    return control == Control::everyone ? "everyone" : "leader";
}

std::optional<Control> control_from(std::string_view text) {
    for (const Control control : {Control::everyone, Control::leader}) {
        if (to_string(control) == text) return control;
    }
    return std::nullopt;
}

Breakout* Breakouts::find(std::string_view id) {
    const auto found = std::ranges::find(rooms, id, &Breakout::id);
    return found == rooms.end() ? nullptr : &*found;
}

const Breakout* Breakouts::of(std::string_view user) const {
    const auto found = std::ranges::find_if(rooms, [&](const Breakout& room) {
        return std::ranges::find(room.users, user) != room.users.end();
    });
    return found == rooms.end() ? nullptr : &*found;
}

Breakout* Breakouts::of(std::string_view user) {
    return const_cast<Breakout*>(std::as_const(*this).of(user));
}

}  // namespace homeroom::features::study
