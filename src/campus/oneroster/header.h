// The header row of a file against the standard's columns: which column of the file is which of the
// layout.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "campus/oneroster/columns.h"
#include "campus/oneroster/diagnostics.h"

namespace homeroom::campus::oneroster {

struct Header {
    std::vector<std::string> names{};  // as the file has them
    std::vector<std::optional<std::size_t>>
        positions{};     // for each column of the layout, its place in the file
    bool usable = true;  // otherwise an error was told
};

Header match_header(std::span<const std::string_view> names, Kind kind, const Layout& layout,
                    Diagnostics& diagnostics);

}  // namespace homeroom::campus::oneroster
