#include "yjs/any.h"

#include <bit>
#include <cstdint>

#include "base/base64.h"
#include "codec/json_number.h"
#include "codec/json_scan.h"

namespace homeroom::yjs {
namespace {

namespace json = codec::json;

enum Tag : std::uint8_t {
    bytes_tag = 116,
    array_tag,
    object_tag,
    string_tag,
    true_tag,
    false_tag,
    int64_tag,
    float64_tag,
    float32_tag,
    var_int_tag,
    null_tag,
    undefined_tag,
};

void skip_nested(Reader& reader, ValueBudget& budget, std::size_t depth) {
    if (budget.values_left == 0) return reader.fail(Code::too_large, "too many values");
    --budget.values_left;
    const std::uint8_t tag = reader.byte();
    switch (tag) {
        case undefined_tag:
        case null_tag:
        case false_tag:
        case true_tag: return;
        case var_int_tag: reader.var_int(); return;
        case float32_tag: reader.raw(4); return;
        case float64_tag:
        case int64_tag: reader.raw(8); return;
        case string_tag: reader.string(); return;
        case bytes_tag: reader.buffer(); return;
        case object_tag:
        case array_tag: break;
        default: return reader.fail(Code::invalid, "a value of an unknown type");
    }
    if (depth == budget.depth_max)
        return reader.fail(Code::too_large, "a value is nested too deeply");
    const bool object = tag == object_tag;
    const std::uint64_t members = reader.count(object ? 2 : 1);
    for (std::uint64_t i = 0; i < members && !reader.failed(); ++i) {
        if (object) reader.string();
        skip_nested(reader, budget, depth + 1);
    }
}

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

void append_object_json(Reader& reader, std::string& text) {
    const std::uint64_t members = reader.var_uint();
    text += '{';
    for (std::uint64_t i = 0; i < members && !reader.failed(); ++i) {
        const std::size_t before = text.size();
        if (text.back() != '{') text += ',';
        text += json::quote(reader.string());
        text += ':';
        if (append_any_json(reader, text) == AnyKind::undefined) text.resize(before);
    }
    text += '}';
}

void append_array_json(Reader& reader, std::string& text) {
    const std::uint64_t elements = reader.var_uint();
    text += '[';
    for (std::uint64_t i = 0; i < elements && !reader.failed(); ++i) {
        if (i > 0) text += ',';
        append_any_json(reader, text);
    }
    text += ']';
}

AnyBytes look_at(Reader& reader, std::string_view key, const TakeString& take) {
    switch (const std::uint8_t tag = reader.byte(); tag) {
        case var_int_tag: reader.var_int(); break;
        case float32_tag: reader.raw(4); break;
        case float64_tag:
        case int64_tag: reader.raw(8); break;
        case string_tag: take(key, reader.string()); break;
        case bytes_tag: reader.buffer(); return AnyBytes::some;
        case object_tag:
        case array_tag: {
            const std::uint64_t members = reader.var_uint();
            AnyBytes bytes = AnyBytes::none;
            for (std::uint64_t i = 0; i < members && !reader.failed(); ++i) {
                const auto name = tag == object_tag ? reader.string() : std::string_view{};
                if (look_at(reader, name, take) == AnyBytes::some) bytes = AnyBytes::some;
            }
            return bytes;
        }
        default: break;
    }
    return AnyBytes::none;
}

}  // namespace

void skip_any(Reader& reader, ValueBudget& budget) {
    skip_nested(reader, budget, 0);
}

AnyKind append_any_json(Reader& reader, std::string& text) {
    switch (reader.byte()) {
        case null_tag: text += "null"; break;
        case false_tag: text += "false"; break;
        case true_tag: text += "true"; break;
        case var_int_tag: text += std::to_string(reader.var_int()); break;
        case float32_tag: {
            const auto bits = static_cast<std::uint32_t>(big_endian(reader.raw(4)));
            json::append_number(text, std::bit_cast<float>(bits));
            break;
        }
        case float64_tag:
            json::append_number(text, std::bit_cast<double>(big_endian(reader.raw(8))));
            break;
        case int64_tag:
            text += '"';
            text += std::to_string(static_cast<std::int64_t>(big_endian(reader.raw(8))));
            text += '"';
            break;
        case string_tag: text += json::quote(reader.string()); break;
        case bytes_tag: text += json::quote(base64::encode(reader.buffer())); break;
        case object_tag: append_object_json(reader, text); break;
        case array_tag: append_array_json(reader, text); break;
        default: text += "null"; return AnyKind::undefined;
    }
    return AnyKind::value;
}

AnyBytes each_any_string(Reader& reader, const TakeString& take) {
    return look_at(reader, {}, take);
}

}  // namespace homeroom::yjs
