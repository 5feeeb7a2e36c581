#include "codec/msgpack_writer.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <vector>

#include "base/limits.h"
#include "codec/json_scan.h"
#include "codec/placeholders.h"

namespace homeroom::codec::msgpack {
namespace {

constexpr unsigned nil = 0xC0;
constexpr double whole_numbers_max = 9007199254740992;  // 2^53: beyond it doubles have gaps

// What is written here was limited where it came in, and nothing below recurses.
constexpr json::ScanLimits unlimited{.depth_max = std::numeric_limits<std::size_t>::max(),
                                     .values_max = std::numeric_limits<std::size_t>::max()};

void append_number(std::string& to, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = bytes; i-- > 0;) to += static_cast<char>(value >> (8 * i) & 0xFF);
}

void append_byte(std::string& to, unsigned value) {
    to += static_cast<char>(value);
}

// A length in 8, 16 or 32 bits, whichever holds it, behind the first byte that says which; `first8`
// is 0 for what has no form of 8 bits.
void append_length(std::string& to, std::size_t length, unsigned first8, unsigned first16) {
    if (first8 != 0 && length <= 0xFF) {
        append_byte(to, first8);
        append_number(to, length, 1);
    } else if (length <= 0xFFFF) {
        append_byte(to, first16);
        append_number(to, length, 2);
    } else {
        append_byte(to, first16 + 1);
        append_number(to, length, 4);
    }
}

void append_negative(std::string& to, std::int64_t value) {
    const auto bits = static_cast<std::uint64_t>(value);
    if (value >= -0x20) {
        append_number(to, bits, 1);
        return;
    }
    const unsigned power = value >= -0x80           ? 0
                           : value >= -0x8000       ? 1
                           : value >= -0x80000000LL ? 2
                                                    : 3;
    append_byte(to, 0xD0 + power);
    append_number(to, bits, std::size_t{1} << power);
}

void append_integer(std::string& to, std::int64_t value) {
    if (value < 0) {
        append_negative(to, value);
    } else {
        append_unsigned(to, static_cast<std::uint64_t>(value));
    }
}

void append_real(std::string& to, double value) {
    if (std::trunc(value) == value && std::abs(value) <= whole_numbers_max) {
        append_integer(to, static_cast<std::int64_t>(value));
    } else {
        append_byte(to, 0xCB);
        append_number(to, std::bit_cast<std::uint64_t>(value), 8);
    }
}

// `text` is a JSON number.
double real_of(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc{}) return value;
    // Too large or too small, and only strtod says which; no part of the server sets a locale.
    return std::strtod(std::string{text}.c_str(), nullptr);
}

void append_json_number(std::string& to, std::string_view text) {
    const char* const end = text.data() + text.size();
    if (text.find_first_of(".eE") == std::string_view::npos) {
        if (std::uint64_t value = 0; std::from_chars(text.data(), end, value).ec == std::errc{})
            return append_unsigned(to, value);
        if (std::int64_t value = 0; std::from_chars(text.data(), end, value).ec == std::errc{})
            return append_integer(to, value);
    }
    append_real(to, real_of(text));
}

// MessagePack wants to know before an array or object how many elements it has, JSON says it only
// at the end. So scalars are written one behind the other, and a piece notes where the header of
// each array and object belongs; join() puts them together.
class Converter {
public:
    explicit Converter(Attachments& attachments) : attachments_(attachments) {}

    void convert(std::string_view json);  // checked
    void join(std::string& bytes);

private:
    enum class Shape : std::uint8_t { array, map, attachment };

    struct Piece {
        std::size_t at;  // in scalars_
        Shape shape;
        std::size_t count = 0;  // elements, pairs; the number of an attachment
    };

    struct Open {
        std::size_t piece;
        bool key_next;
        socketio::PlaceholderMarks marks{};
    };

    void string(std::string_view& rest);
    void scalar(std::string_view& rest);
    void open(Shape shape);
    void close();
    void count_element();

    Attachments& attachments_;
    std::string scalars_{};
    std::vector<Piece> pieces_{};  // in the order in which they begin
    std::vector<Open> open_{};
};

void Converter::convert(std::string_view json) {
    while (!json.empty()) {
        switch (json.front()) {
            case ' ':
            case '\t':
            case '\r':
            case '\n': break;
            case ',':
                open_.back().key_next = pieces_[open_.back().piece].shape == Shape::map;
                break;
            case '{': open(Shape::map); break;
            case '[': open(Shape::array); break;
            case '}':
            case ']': close(); break;
            case '"': string(json); continue;
            default: scalar(json); continue;
        }
        json.remove_prefix(1);
    }
}

void Converter::string(std::string_view& rest) {
    const bool key = !open_.empty() && open_.back().key_next;
    if (!key) count_element();
    const std::string text = json::unescape(json::take_literal(rest));
    append_string(scalars_, text);
    if (!key) return;
    rest.remove_prefix(rest.find(':') + 1);
    rest.remove_prefix(rest.find_first_not_of(" \t\r\n"));
    Open& object = open_.back();
    object.key_next = false;
    object.marks.see(text, rest, attachments_.count());
    ++pieces_[object.piece].count;
}

void Converter::scalar(std::string_view& rest) {
    count_element();
    const std::string_view token = rest.substr(0, rest.find_first_of(",]} \t\r\n"));
    rest.remove_prefix(token.size());
    switch (json::kind_of(token)) {
        case json::Kind::null: append_byte(scalars_, nil); break;
        case json::Kind::boolean: append_byte(scalars_, token == "true" ? 0xC3 : 0xC2); break;
        default: append_json_number(scalars_, token); break;
    }
}

void Converter::open(Shape shape) {
    count_element();
    open_.push_back({.piece = pieces_.size(), .key_next = shape == Shape::map});
    pieces_.push_back({.at = scalars_.size(), .shape = shape});
}

// What a placeholder holds is taken back; its piece becomes the attachment's.
void Converter::close() {
    const Open closed = open_.back();
    open_.pop_back();
    if (!closed.marks.marked || !closed.marks.number) return;
    Piece& piece = pieces_[closed.piece];
    piece.shape = Shape::attachment;
    piece.count = *closed.marks.number;
    scalars_.resize(piece.at);
    pieces_.resize(closed.piece + 1, piece);
}

// Pairs are counted by their keys.
void Converter::count_element() {
    if (open_.empty()) return;
    Piece& outer = pieces_[open_.back().piece];
    if (outer.shape == Shape::array) ++outer.count;
}

void Converter::join(std::string& bytes) {
    std::size_t joined = 0;
    for (const Piece& piece : pieces_) {
        bytes.append(scalars_, joined, piece.at - joined);
        joined = piece.at;
        switch (piece.shape) {
            case Shape::array: append_array_header(bytes, piece.count); break;
            case Shape::map: append_map_header(bytes, piece.count); break;
            case Shape::attachment: attachments_.append(bytes, piece.count); break;
        }
    }
    bytes.append(scalars_, joined);
}

}  // namespace

void append_map_header(std::string& bytes, std::size_t pairs) {
    if (pairs < 0x10) return append_byte(bytes, 0x80 | static_cast<unsigned>(pairs));
    append_length(bytes, pairs, 0, 0xDE);
}

void append_array_header(std::string& bytes, std::size_t elements) {
    if (elements < 0x10) return append_byte(bytes, 0x90 | static_cast<unsigned>(elements));
    append_length(bytes, elements, 0, 0xDC);
}

void append_unsigned(std::string& bytes, std::uint64_t value) {
    if (value < 0x80) return append_number(bytes, value, 1);
    const unsigned power = value <= 0xFF ? 0 : value <= 0xFFFF ? 1 : value <= 0xFFFFFFFF ? 2 : 3;
    append_byte(bytes, 0xCC + power);
    append_number(bytes, value, std::size_t{1} << power);
}

void append_string(std::string& bytes, std::string_view text) {
    if (text.size() < 0x20) {
        append_byte(bytes, 0xA0 | static_cast<unsigned>(text.size()));
    } else {
        append_length(bytes, text.size(), 0xD9, 0xDA);
    }
    bytes += text;
}

void append_binary(std::string& bytes, std::string_view data) {
    append_length(bytes, data.size(), 0xC4, 0xC5);
    bytes += data;
}

Attachments::Attachments(std::span<const std::string> all)
    : all_(all), bytes_left_(limits::attachment_bytes_max) {
    for (const std::string& attachment : all) bytes_left_ += attachment.size();
}

void Attachments::append(std::string& bytes, std::size_t number) {
    const std::string& attachment = all_[number];
    if (attachment.size() > bytes_left_) return append_byte(bytes, nil);
    bytes_left_ -= attachment.size();
    append_binary(bytes, attachment);
}

void append_json(std::string& bytes, std::string_view json, Attachments& attachments) {
    if (!json::check(json, unlimited).ok()) return append_byte(bytes, nil);
    Converter converter{attachments};
    converter.convert(json);
    converter.join(bytes);
}

}  // namespace homeroom::codec::msgpack
