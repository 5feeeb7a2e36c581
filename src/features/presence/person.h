// One user as presence knows him. There is one for everybody who is connected, so it is small: a
// second device, and rooms in which somebody watches, are kept apart, for few have them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/short_text.h"
#include "features/presence/availability.h"

namespace homeroom::features::presence {

class Person {
public:
    using Device = std::uint64_t;

    explicit Person(std::string_view user) : user_(user) {}

    std::string_view user() const { return user_.view(); }

    bool has_device() const { return first_is_ != Availability::offline; }
    bool has_active_device() const {
        return first_is_ == Availability::online ||
               (more_ && std::ranges::any_of(more_->devices, [](const auto& device) {
                    return device.second == Availability::online;
                }));
    }
    // Online or away; nothing when it is none of his.
    Availability* status_of(Device device) {
        if (has_device() && first_ == device) return &first_is_;
        if (!more_) return nullptr;
        const auto found = std::ranges::find(more_->devices, device, &OfDevice::first);
        return found == more_->devices.end() ? nullptr : &found->second;
    }
    void add(Device device) {
        if (has_device()) {
            more().devices.emplace_back(device, Availability::online);
        } else {
            first_ = device;
            first_is_ = Availability::online;
        }
    }
    // False: it was none of his.
    bool remove(Device device) {
        const bool is_first = has_device() && first_ == device;
        if (!is_first) {
            return more_ && std::erase_if(more_->devices,
                                          [&](const auto& one) { return one.first == device; }) > 0;
        }
        first_is_ = Availability::offline;
        if (more_ && !more_->devices.empty()) {
            std::tie(first_, first_is_) = more_->devices.back();
            more_->devices.pop_back();
        }
        return true;
    }

    // The rooms whose watchers were told that he is there.
    const std::vector<std::string>& told_in() const {
        static const std::vector<std::string> nowhere;
        return more_ ? more_->told_in : nowhere;
    }
    void note_told_in(std::string room) { more().told_in.push_back(std::move(room)); }
    void forget_told_in(const std::string& room) {
        if (more_) std::erase(more_->told_in, room);
    }

    std::optional<Availability> wish() const {
        return wish_ == Availability::offline ? std::nullopt : std::optional{wish_};
    }
    void set_wish(std::optional<Availability> wish) {
        wish_ = wish.value_or(Availability::offline);
    }

    // What others see of him, and since when.
    Availability shown() const { return shown_; }
    WallTime since() const { return since_; }
    void show(Availability status, WallTime now) {
        shown_ = status;
        since_ = now;
    }
    // He has had no device for a moment, and is still shown as he was.
    bool is_leaving() const { return is_leaving_; }
    void set_leaving(bool is_leaving) { is_leaving_ = is_leaving; }

private:
    using OfDevice = std::pair<Device, Availability>;
    struct More {
        std::vector<OfDevice> devices{};  // behind the first
        std::vector<std::string> told_in{};
    };
    More& more() {
        if (!more_) more_ = std::make_unique<More>();
        return *more_;
    }

    ShortText user_;
    Availability wish_ = Availability::offline;      // busy or invisible; offline: none
    Availability first_is_ = Availability::offline;  // online or away; offline: there is no device
    Availability shown_ = Availability::offline;     // never invisible
    bool is_leaving_ = false;
    Device first_ = 0;
    WallTime since_{};
    std::unique_ptr<More> more_{};
};

// What a heap block of 64 bytes holds.
static_assert(sizeof(Person) <= 56);

inline std::string_view text_of(const std::unique_ptr<Person>& person) {
    return person->user();
}

}  // namespace homeroom::features::presence
