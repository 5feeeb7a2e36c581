#include "features/typing/typists.h"

#include <algorithm>

#include "base/limits.h"

namespace homeroom::features::typing {
namespace {

template <typename Devices>
void erase_device(Devices& devices, Typists::Device device) {
    std::erase_if(devices, [&](const auto& one) { return one.first == device; });
}

}  // namespace

bool Typists::want(const std::string& user, const Scope& scope, Device device, SteadyTime now) {
    const auto of_user = users_.find(user);
    const bool is_known = of_user != users_.end() && of_user->second.contains(scope);
    if (!is_known) {
        const std::size_t count = of_user == users_.end() ? 0 : of_user->second.size();
        if (count >= limits::typing_scopes_per_user_max || places_ >= limits::typing_scopes_max)
            return false;
        ++places_;
    }
    Place& place = users_[user][scope];
    erase_device(place.devices, device);
    place.devices.emplace_back(device, now + lease_);
    return true;
}

bool Typists::show(const std::string& user, const Scope& scope, Device device,
                   const campus::Audience& audience, SteadyTime now) {
    const auto of_user = users_.find(user);
    if (of_user == users_.end()) return false;
    const auto found = of_user->second.find(scope);
    if (found == of_user->second.end()) return false;
    Place& place = found->second;
    const bool still =
        std::ranges::any_of(place.devices, [&](const auto& one) { return one.first == device; });
    if (!still) return false;
    const bool is_new = !place.shown_to;
    place.shown_to = audience;
    if (!is_new && now < place.told + limits::typing_repeat_interval) return false;
    place.told = now;
    return true;
}

Typists::Ended Typists::stop(const std::string& user, const Scope& scope, Device device) {
    Ended ended;
    const auto of_user = users_.find(user);
    if (of_user == users_.end()) return ended;
    const auto found = of_user->second.find(scope);
    if (found == of_user->second.end()) return ended;
    erase_device(found->second.devices, device);
    sweep(
        of_user, [](const Place&) { return false; }, ended);
    return ended;
}

Typists::Ended Typists::refuse(const std::string& user, const Scope& scope) {
    Ended ended;
    const auto of_user = users_.find(user);
    if (of_user == users_.end()) return ended;
    const auto found = of_user->second.find(scope);
    if (found != of_user->second.end()) found->second.devices.clear();
    sweep(
        of_user, [](const Place&) { return false; }, ended);
    return ended;
}

Typists::Ended Typists::gone(const std::string& user, Device device) {
    Ended ended;
    const auto of_user = users_.find(user);
    if (of_user == users_.end()) return ended;
    for (auto& [scope, place] : of_user->second) erase_device(place.devices, device);
    sweep(
        of_user, [](const Place&) { return false; }, ended);
    return ended;
}

Typists::Ended Typists::expire(SteadyTime now) {
    Ended ended;
    for (auto of_user = users_.begin(); of_user != users_.end();) {
        const auto next = std::next(of_user);
        for (auto& [scope, place] : of_user->second)
            std::erase_if(place.devices, [&](const auto& one) { return one.second <= now; });
        sweep(
            of_user, [](const Place&) { return false; }, ended);
        of_user = next;
    }
    return ended;
}

Typists::Ended Typists::judge(const std::string& user, const MaySee& may_see) {
    Ended ended;
    const auto of_user = users_.find(user);
    if (of_user == users_.end()) return ended;
    sweep(
        of_user, [&](const Place& place) { return place.shown_to && !may_see(*place.shown_to); },
        ended);
    return ended;
}

void Typists::sweep(Users::iterator user, const std::function<bool(const Place&)>& is_over,
                    Ended& ended) {
    Places& places = user->second;
    for (auto at = places.begin(); at != places.end();) {
        const Place& place = at->second;
        if (!place.devices.empty() && !is_over(place)) {
            ++at;
            continue;
        }
        if (place.shown_to) ended.push_back({at->first, user->first, *place.shown_to});
        at = places.erase(at);
        --places_;
    }
    if (places.empty()) users_.erase(user);
}

}  // namespace homeroom::features::typing
