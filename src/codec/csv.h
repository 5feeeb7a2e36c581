// RFC 4180: comma-separated values, read without I/O and without copying what needs no copy.
//
// Accepted beyond the RFC: a byte order mark, LF as well as CRLF, a last line without an end.
// Refused: whatever two readers could take for different tables (a quote inside an unquoted field,
// text behind a closing quote, a carriage return alone), NUL and bytes that are no UTF-8. After a
// problem nothing more is read: where the next row begins would be a guess.
//
// Limits: limits::csv_field_bytes_max, csv_columns_max and csv_rows_max, each before anything is
// allocated for it. A Reader belongs to one thread; the text must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace homeroom::codec::csv {

enum class Fault : std::uint8_t {
    unterminated_quote,
    text_after_quote,
    bare_quote,
    bare_carriage_return,
    nul,
    invalid_utf8,
    field_too_long,
    too_many_columns,
    too_many_rows,
};

// Row and column count from 1, as a spreadsheet shows them: a row whose field holds a line break is
// one row.
struct Problem {
    Fault fault = Fault::unterminated_quote;
    std::uint32_t row = 0;
    std::uint32_t column = 0;
    bool operator==(const Problem&) const = default;
};

std::string_view to_string(Fault fault);  // what is wrong, in words

class Reader {
public:
    explicit Reader(std::string_view text);

    // Goes to the next row. False at the end of the text and at a problem, and ever after.
    bool next();

    // Of the current row, at least one; valid until next(). An empty line is a row with one empty
    // field.
    std::span<const std::string_view> fields() const { return fields_; }
    std::uint32_t row() const { return row_; }
    const std::optional<Problem>& problem() const { return problem_; }

private:
    bool read_field();
    bool read_plain_field();
    bool read_quoted_field();
    bool read_quoted_rest(std::size_t start, std::size_t quote);
    bool read_separator();
    bool add(std::string_view field);
    bool fail(Fault fault);

    std::string_view text_;
    std::size_t at_ = 0;
    bool all_utf8_;
    bool row_ended_ = false;
    std::uint32_t row_ = 0;
    std::vector<std::string_view> fields_{};
    std::deque<std::string> unescaped_{};  // of fields with doubled quotes; reused by each row
    std::size_t unescaped_used_ = 0;
    std::optional<Problem> problem_{};
};

// Appends one row and CRLF, quoting only where it must. What a Reader makes of it are the same
// fields.
void write_row(std::string& out, std::span<const std::string_view> fields);

}  // namespace homeroom::codec::csv
