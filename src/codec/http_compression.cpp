#include "codec/http_compression.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"
#include "codec/deflater.h"

namespace homeroom::codec::http {
namespace {

using ascii::same_letters;

// RFC 9110 §12.5.3, §12.4.2:
//
// accept-encoding := [element] *( "," [element] )
// element         := ( coding | "identity" | "*" ) [ ";" "q=" weight ]
// weight          := "0" [ "." 0*3digit ] | "1" [ "." 0*3"0" ]
//
// Spaces and tabs may stand around "," and ";". Names and "q" in any case of letters.

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t";
    const auto begin = text.find_first_not_of(space);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(space) - begin + 1);
}

// What stands before the separator, which goes away with it.
std::string_view take_until(std::string_view& rest, char separator) {
    const std::string_view part = rest.substr(0, rest.find(separator));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    return trimmed(part);
}

// In thousandths.
std::optional<int> weight_of(std::string_view parameter) {
    if (parameter.size() < 3 || parameter.size() > 7 || !same_letters(parameter.substr(0, 2), "q="))
        return std::nullopt;
    std::string_view digits = parameter.substr(2);
    if (digits[0] != '0' && digits[0] != '1') return std::nullopt;
    int weight = (digits[0] - '0') * 1'000;
    digits.remove_prefix(1);
    if (digits.empty()) return weight;
    if (digits[0] != '.') return std::nullopt;
    int scale = 100;
    for (const char digit : digits.substr(1)) {
        if (digit < '0' || digit > '9') return std::nullopt;
        weight += (digit - '0') * scale;
        scale /= 10;
    }
    if (weight > 1'000) return std::nullopt;
    return weight;
}

struct Weights {
    std::optional<int> gzip{};
    std::optional<int> deflate{};
    std::optional<int> identity{};
    std::optional<int> others{};  // "*"

    // Where to keep the weight of this coding; nullptr for one that is unknown here.
    std::optional<int>* of(std::string_view name) {
        // x-gzip: §8.4.1.3.
        if (same_letters(name, "gzip") || same_letters(name, "x-gzip")) return &gzip;
        if (same_letters(name, "deflate")) return &deflate;
        if (same_letters(name, "identity")) return &identity;
        return name == "*" ? &others : nullptr;
    }
};

Weights read_weights(std::string_view rest) {
    Weights weights;
    while (!rest.empty()) {
        std::string_view element = take_until(rest, ',');
        auto* const kept = weights.of(take_until(element, ';'));
        const auto weight = element.empty() ? 1'000 : weight_of(trimmed(element));
        if (kept != nullptr && weight) *kept = weight;
    }
    return weights;
}

}  // namespace

std::string_view to_string(Coding coding) {
    return coding == Coding::gzip ? "gzip" : "deflate";
}

std::optional<Coding> choose_coding(std::string_view accept_encoding) {
    const Weights weights = read_weights(accept_encoding);
    const int others = weights.others.value_or(0);
    const int gzip = weights.gzip.value_or(others);
    const int deflate = weights.deflate.value_or(others);
    const int best = std::max(gzip, deflate);
    // Who names "identity" with a higher weight wants it rather than ours.
    if (best == 0 || weights.identity.value_or(0) > best) return std::nullopt;
    return gzip == best ? Coding::gzip : Coding::deflate;
}

std::string compress(Coding coding, std::string_view body) {
    // One a thread and coding, for what it allocates. No body sees anything of another.
    if (coding == Coding::gzip) {
        thread_local Deflater deflater{Deflater::Format::gzip};
        return deflater.compress(body, Deflater::End::finished);
    }
    // What HTTP calls "deflate" is the format of zlib (§8.4.1.2).
    thread_local Deflater deflater{Deflater::Format::zlib};
    return deflater.compress(body, Deflater::End::finished);
}

}  // namespace homeroom::codec::http
