#include "campus/oneroster/diagnostics.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

#include "base/limits.h"

namespace homeroom::campus::oneroster {
namespace {

struct Character {
    char32_t code = 0;
    std::size_t bytes = 1;
    bool valid = false;
};

// The UTF-8 character at the start of `text`, which is not empty.
Character first_character(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < 0x80) return {byte(0), 1, true};
    const std::size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
    if (byte(0) < 0xC2 || byte(0) > 0xF4 || text.size() < length) return {byte(0), 1, false};
    char32_t code = byte(0) & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) return {byte(0), 1, false};
        code = (code << 6U) | (byte(i) & 0x3FU);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (overlong || surrogate || code > 0x10FFFF) return {byte(0), 1, false};
    return {code, length, true};
}

// Control characters, and those that turn or hide what stands around them.
bool is_treacherous(char32_t code) {
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || (code >= 0x200B && code <= 0x200F) ||
           (code >= 0x2028 && code <= 0x202E) || (code >= 0x2060 && code <= 0x206F) ||
           code == 0xFEFF;
}

}  // namespace

std::string shown_name(std::string_view name) {
    std::string text;
    std::size_t count = 0;
    while (!name.empty()) {
        if (count++ == limits::diagnostic_value_characters_max) return text + "…";
        const Character c = first_character(name);
        if (!c.valid) {
            fmt::format_to(std::back_inserter(text), "\\x{:02x}", static_cast<unsigned>(c.code));
        } else if (c.code == '\n') {
            text += "\\n";
        } else if (is_treacherous(c.code)) {
            fmt::format_to(std::back_inserter(text), "\\u{{{:x}}}", static_cast<unsigned>(c.code));
        } else {
            text.append(name.substr(0, c.bytes));
        }
        name.remove_prefix(c.bytes);
    }
    return text;
}

std::string shown(std::string_view value) {
    return '"' + shown_name(value) + '"';
}

void Diagnostics::error(const Place& place, std::string_view code, std::string message) {
    add(Severity::error, place, code, std::move(message));
}

void Diagnostics::warning(const Place& place, std::string_view code, std::string message) {
    add(Severity::warning, place, code, std::move(message));
}

void Diagnostics::deviation(const Place& place, std::string_view code, std::string message) {
    add(strict() ? Severity::error : Severity::warning, place, code, std::move(message));
}

bool Diagnostics::told(Seen& seen) {
    return seen.count++ > 0;
}

void Diagnostics::once(Seen& seen, const Place& place, std::string_view code, std::string message) {
    if (told(seen)) return;
    seen.index = list_.size();
    seen.kept = list_.size() < limits::diagnostics_max;
    deviation(place, code, std::move(message));
}

void Diagnostics::tell_count(const Seen& seen) {
    if (!seen.kept || seen.count < 2) return;
    list_[seen.index].message += fmt::format(" (and {} more like it)", seen.count - 1);
}

std::vector<Diagnostic> Diagnostics::take() {
    if (left_out_ > 0) {
        list_.push_back(
            {.severity = errors_left_out_ > 0 ? Severity::error : Severity::warning,
             .code = "diagnostics.more",
             .message = fmt::format("{} more, {} of them errors", left_out_, errors_left_out_)});
    }
    return std::move(list_);
}

void Diagnostics::add(Severity severity, const Place& place, std::string_view code,
                      std::string message) {
    if (list_.size() >= limits::diagnostics_max) {
        ++left_out_;
        if (severity == Severity::error) ++errors_left_out_;
        return;
    }
    list_.push_back({.severity = severity,
                     .file = shown_name(place.file),
                     .row = place.row,
                     .column = shown_name(place.column),
                     .code = std::string{code},
                     .message = std::move(message)});
}

bool Reading::refused() const {
    return std::ranges::any_of(
        diagnostics, [](const Diagnostic& one) { return one.severity == Severity::error; });
}

}  // namespace homeroom::campus::oneroster
