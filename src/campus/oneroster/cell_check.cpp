#include "campus/oneroster/cell_check.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/ascii.h"
#include "base/limits.h"
#include "campus/oneroster/values.h"

namespace homeroom::campus::oneroster {
namespace {

// Whoever is not plainly enabled is not.
constexpr std::string_view not_plainly_true = "false";

// What a flag that cannot be read is taken for: what shows and allows less.
std::string_view cautious_flag(const Column& column) {
    return column.name == opt_out_column ? "true" : not_plainly_true;
}

bool is_control(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool is_user_ids(std::string_view text) {
    return std::ranges::all_of(split_list(text), [](std::string_view item) {
        return item.size() >= 5 && item.front() == '{' && item.back() == '}' &&
               item.find(':') != std::string_view::npos;
    });
}

bool is_term(const Vocabulary& vocabulary, std::string_view cell) {
    return std::ranges::find(vocabulary.terms, cell) != vocabulary.terms.end() ||
           (vocabulary.extensible && cell.size() > 4 && cell.starts_with("ext:"));
}

std::string_view code_of(Type type) {
    switch (type) {
        case Type::guid:
        case Type::guids: return "row.guid";
        case Type::boolean: return "row.boolean";
        case Type::date: return "row.date";
        case Type::date_time: return "row.date_time";
        case Type::year: return "row.year";
        case Type::term: return "row.enum";
        case Type::user_ids: return "row.user_ids";
        default: return "row.value";
    }
}

std::string rule_of(const Column& column) {
    switch (column.type) {
        case Type::guid:
        case Type::guids:
            return "an id has at most 255 characters of 0-9 A-Z a-z . - _ / @ and does not end in "
                   "/staff";
        case Type::boolean: return "it must be true or false";
        case Type::date: return "it must be a day as YYYY-MM-DD";
        case Type::date_time: return "it must be a time in UTC as YYYY-MM-DDThh:mm:ss.sssZ";
        case Type::year: return "it must be a year as YYYY";
        case Type::term:
            return fmt::format("it must be one of {}{}", fmt::join(column.vocabulary.terms, ", "),
                               column.vocabulary.extensible ? ", or begin with ext:" : "");
        case Type::user_ids: return "it must be a list of {Type:Id}";
        default: return "it is no valid value";
    }
}

}  // namespace

CellCheck::CellCheck(const Layout& layout, Diagnostics& diagnostics)
    : layout_(layout), diagnostics_(diagnostics), seen_(layout.columns.size()) {}

void CellCheck::start_row(std::uint32_t row) {
    row_ = row;
    made_.clear();
}

bool CellCheck::check(std::size_t index, std::string_view& cell) {
    const Column& column = layout_.columns[index];
    if (column.type == Type::secret || (!column.kept && !diagnostics_.strict())) {
        cell = {};
        return true;
    }
    clean(index, cell);
    if (!cell.empty()) return check_value(index, cell);
    if (column.need == Need::essential) {
        diagnostics_.deviation(at(index), "row.required",
                               diagnostics_.strict()
                                   ? "the value is required but blank"
                                   : "the value is required but blank; the row is skipped");
        return false;
    }
    if (column.need != Need::required) return true;
    const std::string words = "the value is required but blank";
    if (diagnostics_.strict()) {
        diagnostics_.error(at(index), "row.required", words);
    } else {
        diagnostics_.once(seen_[index].blank, at(index), "row.required", words);
        if (column.type == Type::boolean) cell = not_plainly_true;
    }
    return true;
}

void CellCheck::finish() {
    for (const Seen& seen : seen_) {
        diagnostics_.tell_count(seen.blank);
        diagnostics_.tell_count(seen.value);
        diagnostics_.tell_count(seen.characters);
    }
}

// Surrounding blanks, line breaks and other control characters; texts without end.
void CellCheck::clean(std::size_t index, std::string_view& cell) {
    if (!diagnostics_.strict()) cell = trimmed(cell);
    if (std::ranges::any_of(cell, is_control)) {
        diagnostics_.once(
            seen_[index].characters, at(index), "row.control_character",
            fmt::format("{} contains line breaks or other control characters", shown(cell)));
        std::string text{cell};
        std::ranges::replace_if(text, is_control, ' ');
        cell = keep(std::move(text));
    }
    if (layout_.columns[index].type == Type::text && cell.size() > limits::roster_text_bytes_max) {
        diagnostics_.deviation(
            at(index), "row.too_long",
            fmt::format("{} is longer than {} bytes", shown(cell), limits::roster_text_bytes_max));
        cell = cut(cell, limits::roster_text_bytes_max);
    }
}

bool CellCheck::check_value(std::size_t index, std::string_view& cell) {
    const Column& column = layout_.columns[index];
    if (is_valid(column, cell)) return true;
    if (diagnostics_.strict()) {
        diagnostics_.error(at(index), code_of(column.type),
                           fmt::format("{}: {}", shown(cell), rule_of(column)));
        return false;
    }
    if (column.type == Type::guids) return keep_guids(index, cell);
    if (const auto guessed = guess(column, cell); !guessed.empty()) {
        diagnostics_.once(seen_[index].value, at(index), code_of(column.type),
                          fmt::format("{} is read as {}", shown(cell), shown(guessed)));
        cell = guessed;
        return true;
    }
    // A term we do not know is kept as it is: a role of that name gives no rights.
    if (column.type == Type::term) {
        diagnostics_.once(seen_[index].value, at(index), "row.enum",
                          fmt::format("{} is not known; {}", shown(cell), rule_of(column)));
        cell = cut(cell, limits::identifier_bytes_max);
        return true;
    }
    // Without its end an enrolment would be for ever.
    const bool essential = column.need == Need::essential || column.type == Type::date;
    diagnostics_.warning(at(index), code_of(column.type),
                         fmt::format("{}: {}; the {} is skipped", shown(cell), rule_of(column),
                                     essential ? "row" : "value"));
    cell = column.type == Type::boolean ? cautious_flag(column) : std::string_view{};
    return !essential;
}

bool CellCheck::is_valid(const Column& column, std::string_view cell) const {
    switch (column.type) {
        case Type::guid: return is_guid(cell);
        case Type::guids:
            return std::ranges::all_of(split_list(cell), is_guid) && cell.back() != ',';
        case Type::boolean: return parse_boolean(cell).has_value();
        case Type::date: return parse_date(cell).has_value();
        case Type::date_time: return parse_date_time(cell).has_value();
        case Type::year: return is_year(cell);
        case Type::term: return is_term(column.vocabulary, cell);
        case Type::user_ids: return is_user_ids(cell);
        case Type::text:
        case Type::list:
        case Type::secret: return true;
    }
    return true;
}

// What a value of another dialect means in the standard's words; empty when that cannot be told.
std::string_view CellCheck::guess(const Column& column, std::string_view cell) {
    switch (column.type) {
        case Type::boolean: {
            const auto value = guess_boolean(cell);
            if (!value) return {};
            return *value ? "true" : "false";
        }
        case Type::date: {
            const auto date = guess_date(cell);
            return date ? keep(homeroom::to_string(*date)) : std::string_view{};
        }
        case Type::date_time: return guess_date_time(cell) ? cell : std::string_view{};
        case Type::term: {
            for (const auto term : column.vocabulary.terms) {
                if (ascii::same_letters(term, cell)) return term;
            }
            return standard_term(column.name, cell);
        }
        default: return {};
    }
}

// The ids of the list that are ids.
bool CellCheck::keep_guids(std::size_t index, std::string_view& cell) {
    std::string kept;
    for (const auto item : split_list(cell)) {
        if (!is_guid(item)) continue;
        if (!kept.empty()) kept += ',';
        kept += item;
    }
    diagnostics_.warning(at(index), "row.guid",
                         fmt::format("{}: {}; what is none is left out", shown(cell),
                                     rule_of(layout_.columns[index])));
    cell = keep(std::move(kept));
    return true;
}

}  // namespace homeroom::campus::oneroster
