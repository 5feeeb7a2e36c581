// What people are notified of, and by which ways. Plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace homeroom::features::notifications {

enum class Kind : std::uint8_t {
    mention,
    comment,
    reply,
    grade,
    announcement,
    message,
    study,
    live,
    call
};
inline constexpr std::array kinds{Kind::mention, Kind::comment,      Kind::reply,
                                  Kind::grade,   Kind::announcement, Kind::message,
                                  Kind::study,   Kind::live,         Kind::call};
std::string_view to_string(Kind kind);
std::optional<Kind> kind_of(std::string_view text);

// Ways out of the server, each to an endpoint of its own. The inbox comes first: what is not in it
// goes nowhere else.
enum class Channel : std::uint8_t { push, mail };
inline constexpr std::array channels{Channel::push, Channel::mail};
std::string_view to_string(Channel channel);
std::optional<Channel> channel_of(std::string_view text);

struct Choice {
    bool inbox = true;
    bool push = true;
    bool mail = false;

    bool wants(Channel channel) const { return inbox && (channel == Channel::push ? push : mail); }
    bool operator==(const Choice&) const = default;
};
// Where somebody has not chosen: all is pushed, and mail is for what must not be missed.
Choice default_choice(Kind kind);

}  // namespace homeroom::features::notifications
