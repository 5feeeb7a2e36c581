#include "codec/json_scan.h"

#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <optional>

#include "base/hex.h"
#include "codec/utf8.h"

namespace homeroom::codec::json {
namespace {

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

Error fault(std::size_t at, std::string_view what) {
    return Error{Code::invalid,
                 "JSON is malformed at byte " + std::to_string(at) + ": " + std::string{what}};
}

// One pass over the text, without recursion: what is open is a stack of bits.
class Scanner {
public:
    Scanner(std::string_view text, const ScanLimits& limits) : text_(text), limits_(limits) {}

    // Reads one value with the white space around it. `elements`, when given, gets the texts of the
    // outermost array's elements.
    Status run(std::vector<std::string_view>* elements);
    std::size_t position() const { return at_; }

private:
    enum class Expect : std::uint8_t { value, value_or_end, key, key_or_end, comma_or_end };

    void skip_space() {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    }
    Status scalar(char first);
    Status string();
    Status number();
    Status word(std::string_view word);
    Status open(bool object);
    void close() {
        if (in_object_.back()) members_.pop_back();
        in_object_.pop_back();
    }
    void note_element_begin(const std::vector<std::string_view>* elements) {
        if (elements != nullptr && in_object_.size() == 1 && !in_object_.back())
            element_begin_ = at_;
    }
    void note_element_end(std::vector<std::string_view>* elements) {
        if (elements != nullptr && in_object_.size() == 1 && !in_object_.back()) {
            elements->push_back(text_.substr(element_begin_, at_ - element_begin_));
        }
    }

    std::string_view text_;
    const ScanLimits& limits_;
    std::size_t at_ = 0;
    std::size_t values_ = 0;
    std::size_t element_begin_ = 0;
    std::vector<bool> in_object_{};
    std::vector<std::size_t> members_{};  // so far, of each object that is open
};

Status Scanner::run(std::vector<std::string_view>* elements) {
    Expect expect = Expect::value;
    while (true) {
        skip_space();
        if (at_ == text_.size()) return fault(at_, "it ends too early");
        const char c = text_[at_];
        switch (expect) {
            case Expect::key_or_end:
                if (c == '}') {
                    ++at_;
                    close();
                    expect = Expect::comma_or_end;
                    break;
                }
                [[fallthrough]];
            case Expect::key:
                if (c != '"') return fault(at_, "a key is expected");
                if (++members_.back() > limits_.members_max)
                    return Error{Code::too_large, "an object has at most " +
                                                      std::to_string(limits_.members_max) +
                                                      " members"};
                TRY_OK(string());
                skip_space();
                if (at_ == text_.size() || text_[at_] != ':')
                    return fault(at_, "a colon is expected");
                ++at_;
                expect = Expect::value;
                continue;
            case Expect::value_or_end:
                if (c == ']') {
                    ++at_;
                    close();
                    expect = Expect::comma_or_end;
                    break;
                }
                [[fallthrough]];
            case Expect::value:
                if (++values_ > limits_.values_max)
                    return Error{Code::too_large, "JSON has too many values"};
                note_element_begin(elements);
                if (c == '{' || c == '[') {
                    TRY_OK(open(c == '{'));
                    ++at_;
                    expect = c == '{' ? Expect::key_or_end : Expect::value_or_end;
                    continue;
                }
                TRY_OK(scalar(c));
                expect = Expect::comma_or_end;
                break;
            case Expect::comma_or_end: {
                const bool object = in_object_.back();
                if (c == ',') {
                    ++at_;
                    expect = object ? Expect::key : Expect::value;
                    continue;
                }
                if (c != (object ? '}' : ']')) return fault(at_, "a comma or an end is expected");
                ++at_;
                close();
                break;
            }
        }
        // A value has just ended.
        note_element_end(elements);
        if (in_object_.empty()) break;
    }
    skip_space();
    if (at_ != text_.size()) return fault(at_, "something follows the value");
    return Ok{};
}

Status Scanner::open(bool object) {
    if (in_object_.size() == limits_.depth_max)
        return Error{Code::too_large, "JSON is nested too deeply"};
    in_object_.push_back(object);
    if (object) members_.push_back(0);
    return Ok{};
}

Status Scanner::scalar(char first) {
    switch (first) {
        case '"': return string();
        case 't': return word("true");
        case 'f': return word("false");
        case 'n': return word("null");
        default: return number();
    }
}

Status Scanner::word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return fault(at_, "unknown word");
    at_ += word.size();
    return Ok{};
}

Status Scanner::string() {
    ++at_;
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c == '"') {
            ++at_;
            return Ok{};
        }
        if (static_cast<unsigned char>(c) < 0x20)
            return fault(at_, "a control character in a string");
        if (c != '\\') {
            ++at_;
            continue;
        }
        if (at_ + 1 == text_.size()) break;
        const char escape = text_[at_ + 1];
        if (escape == 'u') {
            for (std::size_t i = 2; i < 6; ++i) {
                if (at_ + i >= text_.size() || hex_value(text_[at_ + i]) < 0)
                    return fault(at_, "a bad \\u escape");
            }
            at_ += 6;
        } else if (std::string_view{"\"\\/bfnrt"}.find(escape) != std::string_view::npos) {
            at_ += 2;
        } else {
            return fault(at_, "an unknown escape");
        }
    }
    return fault(at_, "a string does not end");
}

// number := ["-"] ("0" | [1-9][0-9]*) ["." [0-9]+] [("e"|"E") ["+"|"-"] [0-9]+]
Status Scanner::number() {
    const auto digits = [this] {
        const std::size_t begin = at_;
        while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
        return at_ > begin;
    };
    const auto next_is = [this](char c) { return at_ < text_.size() && text_[at_] == c; };
    const std::size_t begin = at_;
    if (next_is('-')) ++at_;
    if (next_is('0')) {
        ++at_;
    } else if (!digits()) {
        return fault(begin, "a value is expected");
    }
    if (next_is('.')) {
        ++at_;
        if (!digits()) return fault(at_, "a digit is expected");
    }
    if (next_is('e') || next_is('E')) {
        ++at_;
        if (next_is('+') || next_is('-')) ++at_;
        if (!digits()) return fault(at_, "a digit is expected");
    }
    return Ok{};
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

void append_utf8(std::string& to, std::uint32_t point) {
    if (point < 0x80) {
        to += static_cast<char>(point);
    } else if (point < 0x800) {
        to += static_cast<char>(0xC0 | point >> 6);
        to += static_cast<char>(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        to += static_cast<char>(0xE0 | point >> 12);
        to += static_cast<char>(0x80 | (point >> 6 & 0x3F));
        to += static_cast<char>(0x80 | (point & 0x3F));
    } else {
        to += static_cast<char>(0xF0 | point >> 18);
        to += static_cast<char>(0x80 | (point >> 12 & 0x3F));
        to += static_cast<char>(0x80 | (point >> 6 & 0x3F));
        to += static_cast<char>(0x80 | (point & 0x3F));
    }
}

std::uint32_t hex4(std::string_view digits) {
    std::uint32_t value = 0;
    for (const char c : digits.substr(0, 4))
        value = value << 4 | static_cast<std::uint32_t>(hex_value(c));
    return value;
}

}  // namespace

Result<Kind> check(std::string_view text, const ScanLimits& limits) {
    if (!utf8::is_valid(text)) return Error{Code::invalid, "JSON is not UTF-8"};
    Scanner scanner{text, limits};
    TRY_OK(scanner.run(nullptr));
    return kind_of(trimmed(text));
}

Result<std::vector<std::string_view>> split_array(std::string_view text, const ScanLimits& limits) {
    if (!utf8::is_valid(text)) return Error{Code::invalid, "JSON is not UTF-8"};
    if (const auto body = trimmed(text); body.empty() || body.front() != '[') {
        return Error{Code::invalid, "an array is expected"};
    }
    std::vector<std::string_view> elements;
    Scanner scanner{text, limits};
    TRY_OK(scanner.run(&elements));
    return elements;
}

Kind kind_of(std::string_view value) {
    switch (value.front()) {
        case '{': return Kind::object;
        case '[': return Kind::array;
        case '"': return Kind::string;
        case 't':
        case 'f': return Kind::boolean;
        case 'n': return Kind::null;
        default: return Kind::number;
    }
}

std::string_view take_literal(std::string_view& text) {
    std::size_t end = 1;
    while (text[end] != '"') end += text[end] == '\\' ? 2 : 1;
    const std::string_view literal = text.substr(0, end + 1);
    text.remove_prefix(end + 1);
    return literal;
}

std::string unescape(std::string_view literal) {
    std::string text;
    text.reserve(literal.size());
    const std::string_view inner = literal.substr(1, literal.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
        if (inner[i] != '\\') {
            text += inner[i];
            continue;
        }
        const char escape = inner[++i];
        switch (escape) {
            case 'b': text += '\b'; break;
            case 'f': text += '\f'; break;
            case 'n': text += '\n'; break;
            case 'r': text += '\r'; break;
            case 't': text += '\t'; break;
            case 'u': {
                std::uint32_t point = hex4(inner.substr(i + 1));
                i += 4;
                const bool high = point >= 0xD800 && point < 0xDC00;
                if (high && inner.substr(i + 1, 2) == "\\u") {
                    const std::uint32_t low = hex4(inner.substr(i + 3));
                    if (low >= 0xDC00 && low < 0xE000) {
                        point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
                        i += 6;
                    }
                }
                append_utf8(text, point >= 0xD800 && point < 0xE000 ? 0xFFFD : point);
                break;
            }
            default: text += escape; break;
        }
    }
    return text;
}

std::string for_strict_parsers(std::string_view text) {
    constexpr std::string_view of_numbers = "+-.0123456789Ee";
    std::string made;
    made.reserve(text.size());
    while (!text.empty()) {
        if (text.front() == '"') {
            made += quote(unescape(take_literal(text)));
        } else if (text.front() == '-' || (text.front() >= '0' && text.front() <= '9')) {
            const std::string number{text.substr(0, text.find_first_not_of(of_numbers))};
            text.remove_prefix(number.size());
            made += std::isinf(std::strtod(number.c_str(), nullptr)) ? "null" : number;
        } else {
            made += text.front();
            text.remove_prefix(1);
        }
    }
    return made;
}

std::string quote(std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string literal;
    literal.reserve(text.size() + 2);
    literal += '"';
    for (const char c : text) {
        switch (c) {
            case '"': literal += "\\\""; break;
            case '\\': literal += "\\\\"; break;
            case '\b': literal += "\\b"; break;
            case '\f': literal += "\\f"; break;
            case '\n': literal += "\\n"; break;
            case '\r': literal += "\\r"; break;
            case '\t': literal += "\\t"; break;
            default:
                if (static_cast<unsigned char>(c) < 0x20) {
                    literal += "\\u00";
                    literal += hex[static_cast<unsigned char>(c) >> 4];
                    literal += hex[static_cast<unsigned char>(c) & 15];
                } else {
                    literal += c;
                }
        }
    }
    literal += '"';
    return literal;
}

}  // namespace homeroom::codec::json
