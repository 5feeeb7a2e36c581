#include "codec/msgpack_reader.h"

#include <bit>

#include "codec/iso_date.h"
#include "codec/json_number.h"
#include "codec/json_scan.h"
#include "codec/utf8.h"

namespace homeroom::codec::msgpack {
namespace {

constexpr std::int8_t notepack_type = 0;
constexpr std::int8_t timestamp_type = -1;
constexpr std::int64_t nanoseconds_max = 999'999'999;

Error invalid(std::string_view what) {
    return Error{Code::invalid, "MessagePack: " + std::string{what}};
}

Error ends_too_early() {
    return invalid("it ends too early");
}

// `bits` hold a two's complement number of so many bytes.
std::int64_t sign_extended(std::uint64_t bits, std::size_t bytes) {
    const auto unused = static_cast<unsigned>(64 - 8 * bytes);
    return static_cast<std::int64_t>(bits << unused) >> unused;
}

void append_date(std::string& json, std::int64_t milliseconds) {
    const auto text = iso_date(milliseconds);
    json += text ? '"' + *text + '"' : "null";  // as an invalid Date
}

}  // namespace

// --- First bytes ---------------------------------------------------------------------------------

Result<Reader::Head> Reader::take_head() {
    TRY(const std::uint64_t first, take_number(1));
    if (first < 0x80) return Head{Kind::unsigned_number, first};
    if (first < 0x90) return claim(Kind::map, first & 0x0F);
    if (first < 0xA0) return claim(Kind::array, first & 0x0F);
    if (first < 0xC0) return claim(Kind::string, first & 0x1F);
    if (first >= 0xE0)
        return Head{Kind::negative_number, static_cast<std::uint64_t>(sign_extended(first, 1))};
    switch (first) {
        case 0xC0: return Head{Kind::nil};
        case 0xC2: return Head{Kind::boolean, 0};
        case 0xC3: return Head{Kind::boolean, 1};
        case 0xC4:
        case 0xC5:
        case 0xC6: return take_sized_head(Kind::binary, std::size_t{1} << (first - 0xC4));
        case 0xC7:
        case 0xC8:
        case 0xC9: {
            TRY(const std::uint64_t bytes, take_number(std::size_t{1} << (first - 0xC7)));
            return take_extension_head(bytes, false);
        }
        case 0xCA: {
            TRY(const std::uint64_t bits, take_number(4));
            const double value = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
            return Head{Kind::real, std::bit_cast<std::uint64_t>(value)};
        }
        case 0xCB: {
            TRY(const std::uint64_t bits, take_number(8));
            return Head{Kind::real, bits};
        }
        case 0xCC:
        case 0xCD:
        case 0xCE:
        case 0xCF: {
            TRY(const std::uint64_t value, take_number(std::size_t{1} << (first - 0xCC)));
            return Head{Kind::unsigned_number, value};
        }
        case 0xD0:
        case 0xD1:
        case 0xD2:
        case 0xD3: {
            const std::size_t bytes = std::size_t{1} << (first - 0xD0);
            TRY(const std::uint64_t bits, take_number(bytes));
            const std::int64_t value = sign_extended(bits, bytes);
            return Head{value < 0 ? Kind::negative_number : Kind::unsigned_number,
                        static_cast<std::uint64_t>(value)};
        }
        case 0xD4:
        case 0xD5:
        case 0xD6:
        case 0xD7:
        case 0xD8: return take_extension_head(std::uint64_t{1} << (first - 0xD4), true);
        case 0xD9:
        case 0xDA:
        case 0xDB: return take_sized_head(Kind::string, std::size_t{1} << (first - 0xD9));
        case 0xDC:
        case 0xDD: return take_sized_head(Kind::array, std::size_t{2} << (first - 0xDC));
        case 0xDE:
        case 0xDF: return take_sized_head(Kind::map, std::size_t{2} << (first - 0xDE));
        default: return invalid("a first byte without a meaning");
    }
}

Result<Reader::Head> Reader::take_sized_head(Kind kind, std::size_t size_bytes) {
    TRY(const std::uint64_t count, take_number(size_bytes));
    return claim(kind, count);
}

// notepack.io tells its three uses of type 0 apart by the first byte.
Result<Reader::Head> Reader::take_extension_head(std::uint64_t bytes, bool fixed) {
    TRY(const std::uint64_t type_bits, take_number(1));
    const std::int64_t type = sign_extended(type_bits, 1);
    if (type == notepack_type && !fixed) return claim(Kind::binary, bytes);
    if (type == notepack_type && bytes == 1) return claim(Kind::undefined, bytes);
    if (type == notepack_type && bytes == 8) return claim(Kind::date, bytes);
    if (type == timestamp_type && (bytes == 4 || bytes == 8 || bytes == 12))
        return claim(Kind::timestamp, bytes);
    return invalid("an unknown extension");
}

Result<Reader::Head> Reader::claim(Kind kind, std::uint64_t count) const {
    const std::size_t smallest = kind == Kind::map ? 2 : 1;
    if (count > rest_.size() / smallest) return ends_too_early();
    return Head{kind, count};
}

Result<std::uint64_t> Reader::take_number(std::size_t bytes) {
    if (bytes > rest_.size()) return ends_too_early();
    std::uint64_t value = 0;
    for (const char byte : take(bytes)) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

Result<std::string_view> Reader::take_text(std::uint64_t bytes) {
    const std::string_view text = take(bytes);
    if (!utf8::is_valid(text)) return invalid("a string is not UTF-8");
    return text;
}

std::string_view Reader::take(std::uint64_t bytes) {
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(taken.size());
    return taken;
}

// --- Values --------------------------------------------------------------------------------------

Result<Kind> Reader::next_kind() {
    const std::string_view rest = rest_;
    const auto head = take_head();
    rest_ = rest;
    if (!head.ok()) return head.error();
    return head->kind;
}

Result<std::size_t> Reader::map_header() {
    TRY(const Head head, take_head());
    if (head.kind != Kind::map) return invalid("a map is expected");
    return static_cast<std::size_t>(head.number);
}

Result<std::string_view> Reader::string() {
    TRY(const Head head, take_head());
    if (head.kind != Kind::string) return invalid("a string is expected");
    return take_text(head.number);
}

Result<std::uint64_t> Reader::unsigned_number() {
    TRY(const Head head, take_head());
    if (head.kind != Kind::unsigned_number) return invalid("a number is expected");
    return head.number;
}

Result<Kind> Reader::value(std::string& json) {
    return value(json, 0);
}

Result<std::vector<std::string>> Reader::elements() {
    TRY_OK(count_value());
    TRY(const Head head, take_head());
    if (head.kind != Kind::array) return invalid("an array is expected");
    std::vector<std::string> texts;
    for (std::uint64_t i = 0; i < head.number; ++i) {
        TRY_OK(value(texts.emplace_back(), 1));
    }
    return texts;
}

Status Reader::skip() {
    const std::size_t attachments = attachments_.size();
    const bool saw_lookalike = saw_lookalike_;
    std::string unused;
    TRY_OK(value(unused, 0));
    attachments_.resize(attachments);
    saw_lookalike_ = saw_lookalike;
    return Ok{};
}

Result<Kind> Reader::value(std::string& json, std::size_t depth) {
    TRY_OK(count_value());
    TRY(const Head head, take_head());
    switch (head.kind) {
        case Kind::nil:
        case Kind::undefined:
            take(head.number);
            json += "null";
            break;
        case Kind::boolean: json += head.number != 0 ? "true" : "false"; break;
        case Kind::unsigned_number: json += std::to_string(head.number); break;
        case Kind::negative_number:
            json += std::to_string(static_cast<std::int64_t>(head.number));
            break;
        case Kind::real: json::append_number(json, std::bit_cast<double>(head.number)); break;
        case Kind::string: {
            TRY(const std::string_view text, take_text(head.number));
            json += json::quote(text);
            break;
        }
        case Kind::binary: TRY_OK(attach(json, take(head.number))); break;
        case Kind::date: {
            TRY(const std::uint64_t milliseconds, take_number(8));
            append_date(json, static_cast<std::int64_t>(milliseconds));
            break;
        }
        case Kind::timestamp: TRY_OK(timestamp(json, head.number)); break;
        case Kind::array: TRY_OK(array(json, head.number, depth)); break;
        case Kind::map: TRY_OK(map(json, head.number, depth)); break;
    }
    return head.kind;
}

Status Reader::array(std::string& json, std::uint64_t count, std::size_t depth) {
    if (depth == limits_.depth_max)
        return Error{Code::too_large, "MessagePack is nested too deeply"};
    json += '[';
    for (std::uint64_t i = 0; i < count; ++i) {
        if (i > 0) json += ',';
        TRY_OK(value(json, depth + 1));
    }
    json += ']';
    return Ok{};
}

Status Reader::map(std::string& json, std::uint64_t pairs, std::size_t depth) {
    if (depth == limits_.depth_max)
        return Error{Code::too_large, "MessagePack is nested too deeply"};
    json += '{';
    bool first = true;
    for (std::uint64_t i = 0; i < pairs; ++i) {
        const std::size_t begin = json.size();
        TRY(const std::string_view key, string());
        if (!first) json += ',';
        json.append(json::quote(key)).append(1, ':');
        TRY(const Kind kind, value(json, depth + 1));
        if (kind == Kind::undefined) {
            json.resize(begin);
            continue;
        }
        first = false;
        if (key == "_placeholder" && kind == Kind::boolean && json.ends_with("true"))
            saw_lookalike_ = true;
    }
    json += '}';
    return Ok{};
}

Status Reader::attach(std::string& json, std::string_view bytes) {
    if (attachments_.size() == limits_.attachments_max)
        return Error{Code::too_large, "too many attachments", "attachments"};
    json.append(R"({"_placeholder":true,"num":)")
        .append(std::to_string(attachments_.size()))
        .append(1, '}');
    attachments_.emplace_back(bytes);
    return Ok{};
}

// 4 bytes: seconds; 8: 30 bits of nanoseconds, 34 of seconds; 12: nanoseconds, then signed seconds.
Status Reader::timestamp(std::string& json, std::uint64_t bytes) {
    std::int64_t nanoseconds = 0;
    std::int64_t seconds = 0;
    if (bytes == 12) {
        TRY(const std::uint64_t fraction, take_number(4));
        TRY(const std::uint64_t whole, take_number(8));
        nanoseconds = static_cast<std::int64_t>(fraction);
        seconds = static_cast<std::int64_t>(whole);
    } else {
        TRY(const std::uint64_t both, take_number(static_cast<std::size_t>(bytes)));
        nanoseconds = bytes == 8 ? static_cast<std::int64_t>(both >> 34) : 0;
        seconds = static_cast<std::int64_t>(bytes == 8 ? both & 0x3FFFFFFFF : both);
    }
    if (nanoseconds > nanoseconds_max) return invalid("a timestamp with too many nanoseconds");
    constexpr std::int64_t seconds_max = INT64_MAX / 1'000 - 1;
    if (seconds > seconds_max || seconds < -seconds_max) {
        json += "null";
    } else {
        append_date(json, seconds * 1'000 + nanoseconds / 1'000'000);
    }
    return Ok{};
}

Status Reader::count_value() {
    if (++values_ > limits_.values_max)
        return Error{Code::too_large, "MessagePack has too many values"};
    return Ok{};
}

}  // namespace homeroom::codec::msgpack
