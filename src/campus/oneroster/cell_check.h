// One cell against its column: what the standard allows as it stands, what the tolerant profile
// makes of the rest. One for each table, since it tells a deviation that is in every row only once
// a column. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "campus/oneroster/columns.h"
#include "campus/oneroster/diagnostics.h"

namespace homeroom::campus::oneroster {

class CellCheck {
public:
    CellCheck(const Layout& layout, Diagnostics& diagnostics);

    void start_row(std::uint32_t row);
    // Normalises the cell in place ("TRUE" becomes "true", "4/5/2026" "2026-04-05"). False when the
    // row cannot be used without it. What `cell` then points to holds until start_row().
    bool check(std::size_t column, std::string_view& cell);
    void finish();  // tells the counts

private:
    struct Seen {
        Diagnostics::Seen blank{}, value{}, characters{};
    };

    void clean(std::size_t index, std::string_view& cell);
    bool check_value(std::size_t index, std::string_view& cell);
    bool is_valid(const Column& column, std::string_view cell) const;
    std::string_view guess(const Column& column, std::string_view cell);
    bool keep_guids(std::size_t index, std::string_view& cell);
    Place at(std::size_t index) const { return {layout_.file, row_, layout_.columns[index].name}; }
    std::string_view keep(std::string text) { return made_.emplace_back(std::move(text)); }

    const Layout& layout_;
    Diagnostics& diagnostics_;
    std::vector<Seen> seen_;
    std::uint32_t row_ = 0;
    std::deque<std::string> made_{};
};

}  // namespace homeroom::campus::oneroster
