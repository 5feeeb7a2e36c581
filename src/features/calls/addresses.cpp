#include "features/calls/addresses.h"

#include <algorithm>
#include <vector>

#include "media/description.h"

namespace homeroom::features::calls {
namespace {

constexpr std::string_view nobodys_v4 = "IN IP4 0.0.0.0";
constexpr std::string_view candidate_line = "a=candidate:";

// At any of these characters, however many.
std::vector<std::string_view> split(std::string_view text, std::string_view at) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = text.find_first_of(at);
        if (end != 0) parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return parts;
}

// candidate := "candidate:" foundation component transport priority address port "typ" type
//              ["raddr" address] ["rport" port] [name value]…
std::optional<std::string> without_origin(std::string_view candidate) {
    const auto words = split(candidate, " ");
    constexpr std::size_t typ = 6;
    if (words.size() < typ + 2 || words[typ] != "typ" || words[typ + 1] != "relay")
        return std::nullopt;
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (i > 0) text += ' ';
        const bool is_behind = i > typ + 2;  // of a pair, wherever a browser takes it to begin
        if (is_behind && words[i - 1] == "raddr")
            text += "0.0.0.0";
        else if (is_behind && words[i - 1] == "rport")
            text += '0';
        else
            text += words[i];
    }
    return text;
}

// The line as it may be told; nothing: not at all.
std::optional<std::string> relayed_line(std::string_view line) {
    if (media::is_attribute(line, "candidate")) {
        // No browser writes it otherwise.
        if (!line.starts_with(candidate_line)) return std::nullopt;
        const auto rest = without_origin(line.substr(2));
        return rest ? std::optional{"a=" + *rest} : std::nullopt;
    }
    if (media::is_attribute(line, "remote-candidates")) return std::nullopt;
    if (line.starts_with("c=")) return "c=" + std::string{nobodys_v4};
    if (media::is_attribute(line, "rtcp")) return "a=rtcp:9 " + std::string{nobodys_v4};
    if (line.starts_with("o=")) {
        // o=<user> <session> <version> IN IP4 <address>
        const auto words = split(line, " ");
        if (words.size() < 3) return std::nullopt;
        return std::string{words[0]} + ' ' + std::string{words[1]} + ' ' + std::string{words[2]} +
               ' ' + std::string{nobodys_v4};
    }
    return std::string{line};
}

}  // namespace

std::optional<std::string> relayed_candidate(std::string_view candidate) {
    if (candidate.empty()) return std::string{};
    return without_origin(candidate);
}

std::string relayed_description(std::string_view description) {
    std::string text;
    // One that ends a line by a return alone must not bring a line past us.
    for (const std::string_view line : split(description, "\r\n"))
        if (const auto told = relayed_line(line)) text += *told + "\r\n";
    return text;
}

std::size_t count_candidates(std::string_view description) {
    const auto lines = split(description, "\r\n");
    return static_cast<std::size_t>(std::ranges::count_if(
        lines, [](std::string_view line) { return media::is_attribute(line, "candidate"); }));
}

}  // namespace homeroom::features::calls
