// One file of the package as rows of checked cells in the layout's order, whatever the file's own.
//
// Decides what status and dateLastModified mean: they are forbidden in bulk and required in delta.
// Where the manifest says bulk and rows carry a status, the data win (so the standard): the file is
// read as delta, and nothing is removed because it is missing. The text must outlive the table. One
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "campus/oneroster/cell_check.h"
#include "campus/oneroster/header.h"
#include "codec/csv.h"

namespace homeroom::campus::oneroster {

class Table {
public:
    // `declared`: the manifest says so; otherwise there is none, and all is bulk.
    Table(std::string_view text, Kind kind, const Layout& layout, Mode mode, bool declared,
          Diagnostics& diagnostics);

    bool next();  // the next row that can be used

    std::string_view cell(std::size_t column) const {
        return cells_[column];
    }  // column_of(layout, name)
    // Whether the file has the column.
    bool has(std::size_t column) const { return header_.positions[column].has_value(); }
    std::uint32_t row() const { return reader_.row(); }
    bool removed() const { return removed_; }  // status tobedeleted
    std::int64_t modified() const {
        return modified_;
    }  // milliseconds since 1970; 0 when it does not say

    // After the last row.
    Mode mode() const { return mode_; }
    bool complete() const { return complete_; }  // otherwise an error was told

private:
    bool read_header();
    bool read_row();
    bool check_width();
    bool check_cells();
    void check_status();
    void finish();
    Place at(std::size_t column) const {
        return {layout_.file, reader_.row(), layout_.columns[column].name};
    }

    codec::csv::Reader reader_;
    Kind kind_;
    const Layout& layout_;
    Mode mode_;
    bool declared_;
    Diagnostics& diagnostics_;
    CellCheck check_;
    Header header_{};
    std::vector<std::string_view> cells_;
    bool removed_ = false;
    std::int64_t modified_ = 0;
    bool complete_ = true;
    std::size_t rows_ = 0;
    std::size_t used_ = 0;
    Diagnostics::Seen blank_row_{}, width_{}, status_in_bulk_{}, no_status_{}, no_time_{};
};

}  // namespace homeroom::campus::oneroster
