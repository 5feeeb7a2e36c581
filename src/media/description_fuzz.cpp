// Whatever a browser, or somebody who is none, says that it sends to a media server: what is passed
// on has no candidate for anybody who reads it as loosely as can be, nothing else is taken out of
// it, and it offers what was judged.
//
// input := a description (SDP); its first byte chooses the link
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "media/description.h"

namespace {

using namespace homeroom;
using namespace homeroom::media;

void require(bool holds) {
    if (!holds) std::abort();
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines{""};
    for (const char c : text) {
        if (c != '\r' && c != '\n')
            lines.back() += c;
        else if (!lines.back().empty())
            lines.emplace_back();
    }
    if (lines.back().empty()) lines.pop_back();
    return lines;
}

// The first word behind "a=", in small letters, whatever stands around it.
std::string attribute_of(std::string_view line) {
    if (!line.starts_with("a=") && !line.starts_with("A=")) return {};
    std::string name;
    for (const char c : line.substr(2)) {
        const bool is_between = c == ' ' || c == '\t' || c == ':';
        if (is_between && !name.empty()) break;
        if (!is_between) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return name;
}

bool is_of_candidates(std::string_view line) {
    const std::string name = attribute_of(line);
    return name == "candidate" || name == "remote-candidates" || name == "end-of-candidates";
}

bool same(const Content& one, const Content& other) {
    return one.sounds == other.sounds && one.pictures == other.pictures &&
           one.others == other.others && one.session == other.session && one.sound == other.sound &&
           one.picture == other.picture;
}

void check_passed_on(std::string_view text) {
    const std::string told = without_candidates(text);
    std::vector<std::string> kept = lines_of(text);
    std::erase_if(kept, is_of_candidates);
    require(lines_of(told) == kept);
    require(without_candidates(told) == told);
    require(same(content_of(told), content_of(text)));
}

void check_judged(std::string_view text, Link link) {
    const Content content = content_of(text);
    if (!check_content(content, link).ok() || link == Link::watch) return;
    const auto sections = std::ranges::count_if(
        lines_of(text), [](const std::string& line) { return line.starts_with("m="); });
    require(sections == 1 || sections == 2);
    require(content.sounds <= 1 && content.pictures <= 1 && !content.session.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view text{reinterpret_cast<const char*>(data + 1), size - 1};
    constexpr Link links[] = {Link::camera, Link::screen, Link::watch};
    check_passed_on(text);
    check_judged(text, links[data[0] % 3]);
    return 0;
}
