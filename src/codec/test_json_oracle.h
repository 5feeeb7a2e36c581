// Another JSON parser's opinion, for tests and fuzz targets, where the two mean the same.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "codec/json_scan.h"

namespace homeroom::codec::json::oracle {

// incomparable: the other parser refuses what JavaScript sends (lone surrogates, numbers beyond a
// double), or takes what RFC 8259 need not (a byte order mark) or must not (a zero byte as the
// end).
enum class Verdict { valid, invalid, incomparable };

class Judge : public nlohmann::json_sax<nlohmann::json> {
public:
    Verdict verdict = Verdict::valid;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t, const std::string&,
                     const nlohmann::detail::exception& error) override {
        const bool number_too_large = error.id == 406;
        const bool surrogate =
            std::string_view{error.what()}.find("surrogate") != std::string_view::npos;
        verdict = number_too_large || surrogate ? Verdict::incomparable : Verdict::invalid;
        return false;
    }
};

inline Verdict judge(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF") || text.find('\0') != std::string_view::npos)
        return Verdict::incomparable;
    Judge judge;
    nlohmann::json::sax_parse(text, &judge);
    return judge.verdict;
}

// Each element that split_array cuts out of `text` is what the other parser has at that place.
template <typename Require>
void require_same_elements(std::string_view text, const ScanLimits& limits,
                           const Require& require) {
    const auto split = split_array(text, limits);
    if (!split.ok() || judge(text) != Verdict::valid) return;
    const auto whole = nlohmann::json::parse(text);
    require(whole.is_array() && whole.size() == split->size());
    const char* end = text.data();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        const std::string_view element = (*split)[i];
        require(element.data() > end &&
                element.data() + element.size() < text.data() + text.size());
        end = element.data() + element.size();
        require(std::string_view{" \t\r\n"}.find(element.front()) == std::string_view::npos);
        require(std::string_view{" \t\r\n"}.find(element.back()) == std::string_view::npos);
        require(nlohmann::json::parse(element) == whole[i]);
        require((kind_of(element) == Kind::string) == whole[i].is_string());
        if (whole[i].is_string()) require(unescape(element) == whole[i].get<std::string>());
    }
}

}  // namespace homeroom::codec::json::oracle
