#include "load/mark.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <fmt/format.h>
#include <iterator>

namespace homeroom::load {
namespace {

constexpr std::string_view sign = "~hb";

// A number and the character behind it, which are taken off `text`.
template <typename Number>
bool take(std::string_view& text, Number& number, char end) {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || stop == text.data() + text.size() || *stop != end) return false;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
    return true;
}

}  // namespace

Marker::Marker(std::uint32_t run) : beginning_(fmt::format("{}{:08x}:", sign, run)) {}

bool Marker::is_of_any_run(std::string_view message) {
    return message.find(sign) != std::string_view::npos;
}

std::string Marker::text(const Mark& mark, std::size_t bytes) const {
    std::string text;
    text.reserve(std::max(bytes, mark_bytes_max));
    text += beginning_;
    fmt::format_to(std::back_inserter(text), "{}:{}:{}~", mark.stream, mark.sequence, mark.time);
    if (text.size() < bytes) text.append(bytes - text.size(), 'x');
    return text;
}

std::optional<Mark> Marker::find(std::string_view message) {
    // Messages of one kind have it in one place.
    std::size_t at = hint_;
    if (message.size() < at + beginning_.size() ||
        std::memcmp(message.data() + at, beginning_.data(), beginning_.size()) != 0) {
        const void* found =
            memmem(message.data(), message.size(), beginning_.data(), beginning_.size());
        if (found == nullptr) return std::nullopt;
        at = static_cast<std::size_t>(static_cast<const char*>(found) - message.data());
        hint_ = at;
    }
    std::string_view rest = message.substr(at + beginning_.size());
    Mark mark;
    if (!take(rest, mark.stream, ':') || !take(rest, mark.sequence, ':') ||
        !take(rest, mark.time, '~'))
        return Mark{};
    return mark;
}

}  // namespace homeroom::load
