#include "codec/csv.h"

#include <array>

#include "base/limits.h"
#include "codec/utf8.h"

namespace homeroom::codec::csv {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// The bytes at which a plain field ends or goes wrong.
constexpr auto is_special = [] {
    std::array<bool, 256> table{};
    for (const char c : {',', '"', '\r', '\n', '\0'}) table[static_cast<unsigned char>(c)] = true;
    return table;
}();

}  // namespace

std::string_view to_string(Fault fault) {
    switch (fault) {
        case Fault::unterminated_quote: return "the quote that opens this field is never closed";
        case Fault::text_after_quote: return "there is text behind the field's closing quote";
        case Fault::bare_quote: return "there is a quote inside an unquoted field";
        case Fault::bare_carriage_return: return "there is a carriage return without a line feed";
        case Fault::nul: return "there is a NUL character";
        case Fault::invalid_utf8: return "the bytes are no valid UTF-8";
        case Fault::field_too_long: return "the field is too long";
        case Fault::too_many_columns: return "the row has too many columns";
        case Fault::too_many_rows: return "the file has too many rows";
    }
    return "";
}

Reader::Reader(std::string_view text)
    : text_(text.starts_with(byte_order_mark) ? text.substr(byte_order_mark.size()) : text),
      all_utf8_(utf8::is_valid(text_)) {}

bool Reader::next() {
    fields_.clear();
    unescaped_used_ = 0;
    if (problem_ || at_ == text_.size()) return false;
    ++row_;
    if (row_ > limits::csv_rows_max) return fail(Fault::too_many_rows);
    row_ended_ = false;
    while (!row_ended_) {
        if (!read_field() || !read_separator()) return false;
    }
    return true;
}

bool Reader::read_field() {
    if (fields_.size() == limits::csv_columns_max) return fail(Fault::too_many_columns);
    if (at_ < text_.size() && text_[at_] == '"') return read_quoted_field();
    return read_plain_field();
}

bool Reader::read_plain_field() {
    const std::size_t start = at_;
    while (at_ < text_.size() && !is_special[static_cast<unsigned char>(text_[at_])]) ++at_;
    if (at_ < text_.size() && text_[at_] == '"') return fail(Fault::bare_quote);
    return add(text_.substr(start, at_ - start));
}

bool Reader::read_quoted_field() {
    const std::size_t start = at_ + 1;
    const std::size_t quote = text_.find('"', start);
    if (quote == std::string_view::npos) return fail(Fault::unterminated_quote);
    if (quote + 1 < text_.size() && text_[quote + 1] == '"') return read_quoted_rest(start, quote);
    at_ = quote + 1;
    return add(text_.substr(start, quote - start));
}

// The field has doubled quotes, the first of them at `quote`, and so must be copied.
bool Reader::read_quoted_rest(std::size_t start, std::size_t quote) {
    if (unescaped_used_ == unescaped_.size()) unescaped_.emplace_back();
    std::string& field = unescaped_[unescaped_used_++];
    field.clear();
    while (true) {
        const bool doubled = quote + 1 < text_.size() && text_[quote + 1] == '"';
        const auto piece = text_.substr(start, quote - start + (doubled ? 1 : 0));
        if (field.size() + piece.size() > limits::csv_field_bytes_max)
            return fail(Fault::field_too_long);
        field.append(piece);
        if (!doubled) break;
        start = quote + 2;
        quote = text_.find('"', start);
        if (quote == std::string_view::npos) return fail(Fault::unterminated_quote);
    }
    at_ = quote + 1;
    return add(field);
}

bool Reader::read_separator() {
    if (at_ == text_.size()) {
        row_ended_ = true;
        return true;
    }
    const char c = text_[at_];
    if (c == ',') {
        ++at_;
        return true;
    }
    if (c == '\n' || (c == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n')) {
        at_ += c == '\n' ? 1 : 2;
        row_ended_ = true;
        return true;
    }
    if (c == '\0') return fail(Fault::nul);
    return fail(c == '\r' ? Fault::bare_carriage_return : Fault::text_after_quote);
}

bool Reader::add(std::string_view field) {
    fields_.push_back(field);
    if (field.size() > limits::csv_field_bytes_max) return fail(Fault::field_too_long);
    if (!all_utf8_ && !utf8::is_valid(field)) return fail(Fault::invalid_utf8);
    if (field.find('\0') != std::string_view::npos) return fail(Fault::nul);
    return true;
}

// The field at fault is the last one added, or the next one when it could not be added.
bool Reader::fail(Fault fault) {
    const bool added = fault == Fault::text_after_quote || fault == Fault::bare_carriage_return ||
                       fault == Fault::nul || fault == Fault::invalid_utf8 ||
                       (fault == Fault::field_too_long && !fields_.empty() &&
                        fields_.back().size() > limits::csv_field_bytes_max);
    const std::size_t column = fields_.size() + (added ? 0 : 1);
    problem_ = Problem{fault, row_, static_cast<std::uint32_t>(column)};
    fields_.clear();
    return false;
}

void write_row(std::string& out, std::span<const std::string_view> fields) {
    // A single empty field would be an empty line, and as the last one no line at all.
    const bool quote_empty = fields.size() == 1;
    bool first = true;
    for (const std::string_view field : fields) {
        if (!first) out += ',';
        first = false;
        const bool plain = field.find_first_of("\",\r\n") == std::string_view::npos &&
                           !field.starts_with(byte_order_mark);
        if (plain && !(quote_empty && field.empty())) {
            out += field;
            continue;
        }
        out += '"';
        for (const char c : field) out.append(c == '"' ? 2U : 1U, c);
        out += '"';
    }
    out += "\r\n";
}

}  // namespace homeroom::codec::csv
