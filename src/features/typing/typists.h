// Who types where, as long as he says so again and again. Time comes in, and what is to be told
// goes out: no clock, no lock, no socket.
//
//   want ──show──▶ shown ──stop, refuse, gone, expire, judge──▶ Ended (it was shown, and is to be
//     └─────────────────the same──────────────────────────────▶ nothing      told that it is over)
//
// Between want and show others find out who may see it, which takes a moment; whoever stopped
// meanwhile is not shown. A user types in a scope for as long as one of his devices does.
// Limits: limits::typing_scopes_per_user_max, limits::typing_scopes_max.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "campus/audience.h"

namespace homeroom::features::typing {

// What is typed in: {"post": "01…"}.
struct Scope {
    std::string kind{};
    std::string id{};
    auto operator<=>(const Scope&) const = default;
};

class Typists {
public:
    using Device = std::uint64_t;
    struct Shown {
        Scope scope{};
        std::string user{};
        campus::Audience audience;  // of those who were shown it
    };
    using MaySee = std::function<bool(const campus::Audience& audience)>;

    explicit Typists(std::chrono::milliseconds lease) : lease_(lease) {}

    // He types there, or still does. False: in too many places at once.
    bool want(const std::string& user, const Scope& scope, Device device, SteadyTime now);
    // These may see it. True: they are to be told so now; he still types there, and it is not long
    // enough ago that they were told.
    bool show(const std::string& user, const Scope& scope, Device device,
              const campus::Audience& audience, SteadyTime now);

    using Ended = std::vector<Shown>;
    Ended stop(const std::string& user, const Scope& scope, Device device);
    // On none of his devices: he may not, or nobody is to see it.
    Ended refuse(const std::string& user, const Scope& scope);
    Ended gone(const std::string& user, Device device);
    Ended expire(SteadyTime now);
    // What he may do has changed: of what he may not see himself he is no typist.
    Ended judge(const std::string& user, const MaySee& may_see);

    bool is_idle() const { return users_.empty(); }

private:
    struct Place {
        std::vector<std::pair<Device, SteadyTime>> devices{};  // until when, each once
        std::optional<campus::Audience> shown_to{};
        SteadyTime told{};
    };
    using Places = std::map<Scope, Place>;
    using Users = std::map<std::string, Places, std::less<>>;

    // Ends each of the user's places that has no device any more, or that `is_over`.
    void sweep(Users::iterator user, const std::function<bool(const Place&)>& is_over,
               Ended& ended);

    std::chrono::milliseconds lease_;
    Users users_{};
    std::size_t places_ = 0;
};

}  // namespace homeroom::features::typing
