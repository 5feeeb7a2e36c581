#include "yjs/reader.h"

#include "codec/utf8.h"
#include "yjs/id.h"

namespace homeroom::yjs {

void Reader::fail(Code code, const char* what) {
    if (failed()) return;
    problem_ = what;
    code_ = code;
    rest_ = {};
}

Error Reader::error() const {
    return Error{code_, problem_ == nullptr ? "" : problem_};
}

std::uint8_t Reader::byte() {
    if (rest_.empty()) {
        fail(Code::invalid, "the bytes end too early");
        return 0;
    }
    const auto value = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return value;
}

std::uint64_t Reader::var_uint() {
    // 2^53-1 has eight groups of seven bits. A ninth byte is refused whatever it holds: it was such
    // a number that brought down servers of others.
    constexpr unsigned groups_max = 8;
    std::uint64_t value = 0;
    for (unsigned group = 0; group < groups_max; ++group) {
        const std::uint8_t next = byte();
        value |= std::uint64_t{next & 0x7FU} << (7 * group);
        if ((next & 0x80U) != 0) continue;
        if (value > number_max) break;
        return value;
    }
    fail(Code::invalid, "a number is too large");
    return 0;
}

std::int64_t Reader::var_int() {
    const std::uint8_t first = byte();
    const bool negative = (first & 0x40U) != 0;
    std::uint64_t value = first & 0x3FU;
    bool more = (first & 0x80U) != 0;
    for (unsigned shift = 6; more; shift += 7) {
        const std::uint8_t next = byte();
        if (shift > 48) {
            fail(Code::invalid, "a number is too large");
            return 0;
        }
        value |= std::uint64_t{next & 0x7FU} << shift;
        more = (next & 0x80U) != 0;
    }
    if (value > number_max) {
        fail(Code::invalid, "a number is too large");
        return 0;
    }
    const auto magnitude = static_cast<std::int64_t>(value);
    return negative ? -magnitude : magnitude;
}

std::string_view Reader::raw(std::uint64_t bytes) {
    if (bytes > rest_.size()) {
        fail(Code::invalid, "the bytes end too early");
        return {};
    }
    const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(bytes));
    rest_.remove_prefix(taken.size());
    return taken;
}

std::string_view Reader::buffer() {
    return raw(var_uint());
}

std::string_view Reader::string() {
    const std::string_view text = buffer();
    // Yjs' own decoder refuses it as well, so every client would.
    if (!codec::utf8::is_valid(text)) fail(Code::invalid, "a string is not UTF-8");
    return failed() ? std::string_view{} : text;
}

std::uint64_t Reader::count(std::size_t bytes_each_min) {
    const std::uint64_t things = var_uint();
    if (things > rest_.size() / bytes_each_min) {
        fail(Code::invalid, "the bytes end too early");
        return 0;
    }
    return things;
}

}  // namespace homeroom::yjs
