// Whatever browsers are told to tell each other: no crash, limits hold, what is accepted is passed
// on in the form of the contract, and of whom is only to be reached over a relay no other address
// survives.
//
// input := JSON         the `data` of a signal
//        | other text   a description, and a candidate
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "features/calls/addresses.h"
#include "features/calls/limits.h"
#include "features/calls/signal.h"

namespace {

using namespace homeroom;
using namespace homeroom::features::calls;
using campus::Json;

void require(bool holds) {
    if (!holds) std::abort();
}

std::vector<std::string> split(std::string_view text, std::string_view at) {
    std::vector<std::string> parts{""};
    for (const char c : text) {
        if (at.find(c) == std::string_view::npos)
            parts.back() += c;
        else if (!parts.back().empty())
            parts.emplace_back();
    }
    if (parts.back().empty()) parts.pop_back();
    return parts;
}

// Of the words of a candidate, the one that says its kind, and those that say what is behind it.
void require_relayed(std::string_view candidate) {
    const auto words = split(candidate, " ");
    require(words.size() >= 8 && words[6] == "typ" && words[7] == "relay");
    for (std::size_t i = 9; i < words.size(); ++i) {
        require(words[i - 1] != "raddr" || words[i] == "0.0.0.0");
        require(words[i - 1] != "rport" || words[i] == "0");
    }
}

// In small letters; of a line that is an attribute to whoever reads most loosely.
std::string attribute_of(std::string_view line) {
    if (!line.starts_with("a=") && !line.starts_with("A=")) return {};
    const auto words = split(line.substr(2), ": \t");
    std::string name = words.empty() ? std::string{} : words[0];
    for (char& c : name)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return name;
}

void require_relayed_lines(std::string_view description) {
    constexpr std::string_view nobody = "IN IP4 0.0.0.0";
    for (const std::string& line : split(description, "\r\n")) {
        const std::string name = attribute_of(line);
        require(name != "remote-candidates");
        require(name != "candidate" || line.starts_with("a=candidate:"));
        require(name != "rtcp" || line.starts_with("a=rtcp:"));
        if (line.starts_with("a=candidate:")) require_relayed(line.substr(2));
        if (line.starts_with("c=")) require(line == std::string{"c="}.append(nobody));
        if (line.starts_with("a=rtcp:")) require(line == std::string{"a=rtcp:9 "}.append(nobody));
        if (line.starts_with("o=")) require(line.ends_with(nobody) && split(line, " ").size() == 6);
    }
}

void check_text(std::string_view text) {
    const std::string told = relayed_description(text);
    require_relayed_lines(told);
    require(relayed_description(told) == told);
    if (const auto candidate = relayed_candidate(text); candidate && !candidate->empty()) {
        require_relayed(*candidate);
        require(relayed_candidate(*candidate) == candidate);
    }
}

Result<Signal> read(const Json& data) {
    return read_signal(Json{{"call", "c"}, {"to", "ben"}, {"data", data}});
}

void check_form(const Signal& signal) {
    require(signal.call == "c" && signal.to == "ben" && !signal.data.empty());
    for (const auto& [name, value] : signal.data.items()) {
        require(name == "description" || name == "candidates");
        require(name != "candidates" ||
                value.size() <= features::calls::limits::candidates_per_signal_max);
    }
    require((signal.description != Description::none) == signal.data.contains("description"));
    // Read again it is the same, but for the negotiation, which is no part of it.
    Json data = signal.data;
    if (signal.negotiation) data["negotiation"] = *signal.negotiation;
    const auto again = read(data);
    require(again.ok() && again->data == signal.data && again->candidates == signal.candidates);
}

void check_hidden(Signal signal) {
    hide_addresses(signal);
    if (const auto found = signal.data.find("description"); found != signal.data.end())
        require_relayed_lines(found->at("sdp").get_ref<const std::string&>());
    for (const Json& one : signal.data.value("candidates", Json::array())) {
        if (one.is_null()) continue;
        const auto& text = one.at("candidate").get_ref<const std::string&>();
        if (!text.empty()) require_relayed(text);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_text(text);
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded()) return 0;
    const auto signal = read(json);
    if (!signal.ok()) {
        require(!signal.error().message.empty());
        return 0;
    }
    check_form(*signal);
    check_hidden(*signal);
    return 0;
}
