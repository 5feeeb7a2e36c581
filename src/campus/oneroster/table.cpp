#include "campus/oneroster/table.h"

#include <algorithm>
#include <fmt/format.h>

#include "campus/oneroster/csv_problem.h"
#include "campus/oneroster/values.h"

namespace homeroom::campus::oneroster {

Table::Table(std::string_view text, Kind kind, const Layout& layout, Mode mode, bool declared,
             Diagnostics& diagnostics)
    : reader_(text),
      kind_(kind),
      layout_(layout),
      mode_(mode),
      declared_(declared),
      diagnostics_(diagnostics),
      check_(layout, diagnostics),
      cells_(layout.columns.size()) {
    complete_ = read_header();
}

bool Table::read_header() {
    if (reader_.next()) {
        header_ = match_header(reader_.fields(), kind_, layout_, diagnostics_);
        return header_.usable;
    }
    if (reader_.problem()) {
        tell_csv_problem(*reader_.problem(), layout_.file, {}, diagnostics_);
    } else {
        diagnostics_.error({.file = layout_.file}, "csv.empty",
                           "the file is empty: not even a header");
    }
    return false;
}

bool Table::next() {
    if (!complete_) return false;
    while (reader_.next()) {
        if (!read_row()) continue;
        if (!removed_ || mode_ == Mode::delta) ++used_;
        return true;
    }
    finish();
    return false;
}

bool Table::read_row() {
    const auto fields = reader_.fields();
    if (std::ranges::all_of(fields, [](std::string_view field) { return field.empty(); })) {
        diagnostics_.once(blank_row_, {layout_.file, reader_.row()}, "csv.blank_row",
                          "the row is blank");
        return false;
    }
    ++rows_;
    if (!check_width()) return false;
    for (std::size_t i = 0; i < cells_.size(); ++i) {
        const auto place = header_.positions[i];
        cells_[i] = place && *place < fields.size() ? fields[*place] : std::string_view{};
    }
    check_.start_row(reader_.row());
    return check_cells();
}

bool Table::check_width() {
    const auto fields = reader_.fields();
    const std::size_t wanted = header_.names.size();
    if (fields.size() == wanted) return true;
    const Place place{layout_.file, reader_.row()};
    const auto words = fmt::format("the row has {} columns, the header {}", fields.size(), wanted);
    if (diagnostics_.strict()) {
        diagnostics_.error(place, "row.columns", words);
        return false;
    }
    if (fields.size() > wanted) {
        // A comma that should have been quoted has moved everything behind it into the wrong
        // column.
        diagnostics_.warning(place, "row.columns", words + "; it is skipped");
        return false;
    }
    diagnostics_.once(width_, place, "row.columns", words);
    return true;
}

bool Table::check_cells() {
    bool usable = true;
    const bool id_made = !header_.positions[sourced_id_column].has_value();
    if (!id_made) usable = check_.check(sourced_id_column, cells_[sourced_id_column]);
    const bool has_id = usable;
    usable = check_.check(status_column, cells_[status_column]) && usable;
    usable = check_.check(modified_column, cells_[modified_column]) && usable;
    check_status();
    // Of a record that goes, a vendor may leave out all but the id.
    const bool only_id = removed_ && !diagnostics_.strict() && !id_made;
    for (std::size_t i = modified_column + 1; i < cells_.size() && !only_id; ++i) {
        // That a column is missing was told of the header.
        if (header_.positions[i]) usable = check_.check(i, cells_[i]) && usable;
    }
    // A strict package with an error is refused anyway; what its rows name is kept, so that one
    // error does not make hundreds of others in the rows that refer to it.
    return usable || (diagnostics_.strict() && has_id);
}

void Table::check_status() {
    const std::string_view status = cells_[status_column];
    const std::string_view modified = cells_[modified_column];
    removed_ = status == "tobedeleted";
    modified_ = modified.empty() ? 0 : guess_date_time(modified).value_or(0);
    if (mode_ == Mode::delta && !(status_in_bulk_.count > 0)) {
        const std::string_view words = "a delta must say it in every row";
        if (status.empty()) {
            diagnostics_.once(no_status_, at(status_column), "row.required_in_delta",
                              fmt::format("{}; the record is taken as active", words));
        }
        if (modified.empty()) {
            diagnostics_.once(no_time_, at(modified_column), "row.required_in_delta",
                              std::string{words});
        }
        return;
    }
    if (diagnostics_.strict()) {
        for (const std::size_t column : {status_column, modified_column}) {
            if (cells_[column].empty()) continue;
            diagnostics_.once(
                status_in_bulk_, at(column), "row.forbidden_in_bulk",
                fmt::format("{} must be blank in a bulk file", shown(cells_[column])));
        }
        return;
    }
    if (status.empty() || mode_ == Mode::absent) return;
    if (!declared_) {
        diagnostics_.once(
            status_in_bulk_, at(status_column), "row.forbidden_in_bulk",
            "a status in a bulk file: rows that are tobedeleted are skipped, the others are used");
        return;
    }
    diagnostics_.once(status_in_bulk_, at(status_column), "row.forbidden_in_bulk",
                      "the manifest says bulk but the rows say what changed: the file is read as "
                      "delta, and nothing "
                      "is removed because it is missing");
    mode_ = Mode::delta;
}

void Table::finish() {
    check_.finish();
    for (const auto* seen : {&blank_row_, &width_, &status_in_bulk_, &no_status_, &no_time_}) {
        diagnostics_.tell_count(*seen);
    }
    if (reader_.problem()) {
        tell_csv_problem(*reader_.problem(), layout_.file, header_.names, diagnostics_);
        complete_ = false;
        return;
    }
    const Place place{.file = layout_.file};
    if (rows_ == 0 && mode_ == Mode::bulk) {
        diagnostics_.error(
            place, "csv.no_rows",
            "the file has no rows; as bulk it would remove every record of its kind");
        complete_ = false;
    } else if (rows_ == 0) {
        diagnostics_.deviation(place, "csv.no_rows", "the file has no rows");
    } else if (used_ == 0 && mode_ == Mode::bulk) {
        diagnostics_.error(
            place, "csv.no_usable_rows",
            "no row of the file can be used; as bulk it would remove every record of its kind");
        complete_ = false;
    }
}

}  // namespace homeroom::campus::oneroster
