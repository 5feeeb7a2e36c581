#include "campus/oneroster/csv_problem.h"

#include <fmt/format.h>

namespace homeroom::campus::oneroster {
namespace {

std::string_view code_of(codec::csv::Fault fault) {
    using enum codec::csv::Fault;
    switch (fault) {
        case unterminated_quote: return "csv.unterminated_quote";
        case text_after_quote: return "csv.text_after_quote";
        case bare_quote: return "csv.bare_quote";
        case bare_carriage_return: return "csv.bare_carriage_return";
        case nul: return "csv.nul";
        case invalid_utf8: return "csv.invalid_utf8";
        case field_too_long: return "csv.field_too_long";
        case too_many_columns: return "csv.too_many_columns";
        case too_many_rows: return "csv.too_many_rows";
    }
    return "csv.damaged";
}

}  // namespace

void tell_csv_problem(const codec::csv::Problem& problem, std::string_view file,
                      std::span<const std::string> header, Diagnostics& diagnostics) {
    const std::size_t index = problem.column - 1;
    const std::string column =
        index < header.size() ? header[index] : fmt::format("{}", problem.column);
    diagnostics.error({.file = file, .row = problem.row, .column = column}, code_of(problem.fault),
                      fmt::format("{}; nothing behind it is read", to_string(problem.fault)));
}

}  // namespace homeroom::campus::oneroster
