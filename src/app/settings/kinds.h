// The kinds of values that settings have. Each function takes what a good one is, and says it in
// the same words wherever it is used.
#pragma once

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/settings/settings.h"

namespace homeroom::app {

inline constexpr std::size_t many = 1'000'000'000;

// duration := number ("ms" | "s" | "m" | "h" | "d")
inline std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    using std::chrono::hours;
    using std::chrono::milliseconds;
    const auto unit_at = text.find_first_not_of("0123456789");
    if (unit_at == 0 || unit_at == std::string_view::npos || unit_at > 9) return std::nullopt;
    long number = 0;
    std::from_chars(text.data(), text.data() + unit_at, number);  // nine digits: it fits
    const std::string_view unit = text.substr(unit_at);
    if (unit == "ms") return milliseconds{number};
    if (unit == "s") return std::chrono::seconds{number};
    if (unit == "m") return std::chrono::minutes{number};
    if (unit == "h") return hours{number};
    if (unit == "d") return hours{number * 24};
    return std::nullopt;
}

// As an operator would write it: "90s", "15m", "12h".
inline std::string words_of(std::chrono::milliseconds duration) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration).count();
    if (seconds % 3'600 == 0) return std::to_string(seconds / 3'600) + "h";
    if (seconds % 60 == 0) return std::to_string(seconds / 60) + "m";
    return std::to_string(seconds) + "s";
}

// The whole text is one, from `min` to `max`; "nan" is in no range.
template <typename Number>
bool read_number(Number& to, std::string_view text, Number min, Number max) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_one = error == std::errc{} && end == text.data() + text.size();
    if (!is_one || !(value >= min && value <= max)) return false;
    to = value;
    return true;
}

template <typename Duration>
bool read_duration(Duration& to, std::string_view text) {
    const auto value = parse_duration(text);
    if (value) to = std::chrono::duration_cast<Duration>(*value);
    return value && to.count() > 0;
}

// `holds` of the text, when there is more to it than being one.
template <typename Holds>
auto text(std::string wanted, Holds holds) {
    return Kind{std::move(wanted), [=](std::string& to, const Texts& texts) {
                    to = texts.front();
                    return static_cast<bool>(holds(to));
                }};
}

inline auto text(std::string wanted) {
    return text(std::move(wanted), [](const std::string&) { return true; });
}

// One of these words.
inline auto choice(const std::vector<std::string>& words) {
    std::string wanted = words.front();
    for (std::size_t i = 1; i < words.size(); ++i)
        wanted += (i + 1 < words.size() ? ", " : " or ") + words[i];
    return text(std::move(wanted), [=](const std::string& text) {
        return std::ranges::find(words, text) != words.end();
    });
}

inline auto path(std::string wanted) {
    return Kind{std::move(wanted), [](std::filesystem::path& to, const Texts& texts) {
                    to = texts.front();
                    return !to.empty();
                }};
}

inline auto flag() {
    return Kind{"true or false", [](bool& to, const Texts& texts) {
                    to = texts.front() == "true";
                    return to || texts.front() == "false";
                }};
}

template <typename Number>
auto number(Number min, Number max, std::string wanted) {
    return Kind{std::move(wanted), [=](Number& to, const Texts& texts) {
                    return read_number(to, texts.front(), min, max);
                }};
}

template <typename Number>
auto number(Number min, Number max) {
    return number<Number>(min, max,
                          "a number from " + std::to_string(min) + " to " + std::to_string(max));
}

// How much of something, or how often: without an end that anybody would come to.
inline auto amount() {
    return number<double>(1, 1e9, "a number from 1");
}
inline auto positive() {
    return number<double>(0.01, 1e9, "a number above 0");
}

inline auto duration_like(const std::string& example,
                          std::chrono::milliseconds longest = std::chrono::milliseconds::max()) {
    const bool is_limited = longest != std::chrono::milliseconds::max();
    return Kind{"a duration like \"" + example + "\"" +
                    (is_limited ? ", " + words_of(longest) + " at most" : ""),
                [=](auto& to, const Texts& texts) {
                    return read_duration(to, texts.front()) && to <= longest;
                }};
}

inline auto duration_within(std::chrono::milliseconds min, std::chrono::milliseconds max) {
    return Kind{"a duration from " + words_of(min) + " to " + words_of(max),
                [=](auto& to, const Texts& texts) {
                    return read_duration(to, texts.front()) && to >= min && to <= max;
                }};
}

// A list of texts; `holds` of all of them.
template <typename Holds>
auto list(std::string wanted, Holds holds) {
    return Kind{std::move(wanted),
                [=](Texts& to, const Texts& texts) {
                    to = texts;
                    return static_cast<bool>(holds(texts));
                },
                true};
}

// Of each, and they are no more than `most`.
template <typename Holds>
auto list_of(std::string wanted, Holds holds, std::size_t most = many) {
    return list(std::move(wanted), [=](const Texts& texts) {
        return texts.size() <= most && std::ranges::all_of(texts, holds);
    });
}

}  // namespace homeroom::app
