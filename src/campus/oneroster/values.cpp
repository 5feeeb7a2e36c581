#include "campus/oneroster/values.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/ascii.h"
#include "base/limits.h"

namespace homeroom::campus::oneroster {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// Takes a number of `min` to `max` digits from the front.
std::optional<int> take_number(std::string_view& text, std::size_t min, std::size_t max) {
    std::size_t count = 0;
    while (count < max && count < text.size() && is_digit(text[count])) ++count;
    if (count < min) return std::nullopt;
    int number = 0;
    std::from_chars(text.data(), text.data() + count, number);
    text.remove_prefix(count);
    return number;
}

bool take(std::string_view& text, char c) {
    if (!text.starts_with(c)) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Date> make_date(int year, int month, int day) {
    const Date date{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(month)},
                    std::chrono::day{static_cast<unsigned>(day)}};
    if (!date.ok()) return std::nullopt;
    return date;
}

std::int64_t start_of(Date date) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::sys_days{date}.time_since_epoch())
        .count();
}

// "18:25", "18:25:43", "18:25:43.511": milliseconds of the day.
std::optional<std::int64_t> take_time(std::string_view& text, bool seconds_required) {
    const auto hours = take_number(text, 2, 2);
    if (!hours || *hours > 23 || !take(text, ':')) return std::nullopt;
    const auto minutes = take_number(text, 2, 2);
    if (!minutes || *minutes > 59) return std::nullopt;
    std::int64_t time = (*hours * 60LL + *minutes) * 60'000;
    if (!take(text, ':')) return seconds_required ? std::nullopt : std::optional{time};
    const auto seconds = take_number(text, 2, 2);
    if (!seconds || *seconds > 60) return std::nullopt;
    time += *seconds * 1'000LL;
    if (!take(text, '.')) return time;
    std::int64_t unit = 100;
    if (text.empty() || !is_digit(text.front())) return std::nullopt;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), unit /= 10)
        time += (text.front() - '0') * unit;
    return time;
}

// "+02:00", "-0530", "+02": milliseconds east of Greenwich.
std::optional<std::int64_t> take_offset(std::string_view& text) {
    if (take(text, 'Z') || take(text, 'z')) return 0;
    const bool west = text.starts_with('-');
    if (!take(text, '+') && !take(text, '-')) return std::nullopt;
    const auto hours = take_number(text, 2, 2);
    if (!hours || *hours > 14) return std::nullopt;
    take(text, ':');
    const int minutes = text.empty() ? 0 : take_number(text, 2, 2).value_or(60);
    if (minutes > 59) return std::nullopt;
    const std::int64_t offset = (*hours * 60LL + minutes) * 60'000;
    return west ? -offset : offset;
}

// A day in one of the forms of guess_date, and what stands behind it.
std::optional<Date> take_date(std::string_view& text) {
    std::string_view compact = text;
    if (const auto all = take_number(compact, 8, 8); all) {
        text = compact;
        return make_date(*all / 10'000, *all / 100 % 100, *all % 100);
    }
    const auto first = take_number(text, 1, 4);
    if (!first || text.empty() || (text.front() != '-' && text.front() != '/')) return std::nullopt;
    const char separator = text.front();
    text.remove_prefix(1);
    const auto second = take_number(text, 1, 2);
    if (!second || !take(text, separator)) return std::nullopt;
    if (*first > 999) {
        const auto day = take_number(text, 1, 2);
        return day ? make_date(*first, *second, *day) : std::nullopt;
    }
    const auto year = take_number(text, 4, 4);
    if (!year || separator != '/') return std::nullopt;
    return *first > 12 ? make_date(*year, *second, *first) : make_date(*year, *first, *second);
}

}  // namespace

bool is_guid(std::string_view text) {
    return !text.empty() && text.size() <= limits::identifier_bytes_max &&
           !text.ends_with("/staff") &&  // it would read like the name of a room's sub-room
           std::ranges::all_of(text, [](char c) {
               return is_digit(c) || (ascii::lower(c) >= 'a' && ascii::lower(c) <= 'z') ||
                      c == '.' || c == '-' || c == '_' || c == '/' || c == '@';
           });
}

std::optional<bool> parse_boolean(std::string_view text) {
    if (text == "true") return true;
    if (text == "false") return false;
    return std::nullopt;
}

std::optional<bool> guess_boolean(std::string_view text) {
    for (const std::string_view word : {"true", "1", "yes", "y"}) {
        if (ascii::same_letters(text, word)) return true;
    }
    for (const std::string_view word : {"false", "0", "no", "n"}) {
        if (ascii::same_letters(text, word)) return false;
    }
    return std::nullopt;
}

std::optional<std::int64_t> parse_date_time(std::string_view text) {
    if (text.size() < 11 || text[10] != 'T') return std::nullopt;
    const auto date = parse_date(text.substr(0, 10));
    text.remove_prefix(11);
    const auto time = take_time(text, true);
    if (!date || !time || text != "Z") return std::nullopt;
    return start_of(*date) + *time;
}

std::optional<std::int64_t> guess_date_time(std::string_view text) {
    const auto date = take_date(text);
    if (!date) return std::nullopt;
    if (text.empty()) return start_of(*date);
    if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
    const auto time = take_time(text, false);
    if (!time) return std::nullopt;
    text = trimmed(text);
    const auto offset = text.empty() ? std::optional<std::int64_t>{0} : take_offset(text);
    if (!offset || !text.empty()) return std::nullopt;
    return start_of(*date) + *time - *offset;
}

std::optional<Date> guess_date(std::string_view text) {
    std::string_view rest = text;
    const auto date = take_date(rest);
    if (!date || (!rest.empty() && !guess_date_time(text))) return std::nullopt;
    return date;
}

bool is_year(std::string_view text) {
    return text.size() == 4 && std::ranges::all_of(text, is_digit) && text >= "1900";
}

std::vector<std::string_view> split_list(std::string_view text) {
    std::vector<std::string_view> items;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        if (const auto item = trimmed(text.substr(0, comma)); !item.empty()) items.push_back(item);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return items;
}

std::string_view cut(std::string_view text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
    return text.substr(0, bytes);
}

std::string_view trimmed(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace homeroom::campus::oneroster
