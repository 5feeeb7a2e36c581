// What a fault of the CSV itself is called in a diagnostic. Always an error: the rest of the file
// cannot be read.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "campus/oneroster/diagnostics.h"
#include "codec/csv.h"

namespace homeroom::campus::oneroster {

// `header` names the columns; without it they are numbered.
void tell_csv_problem(const codec::csv::Problem& problem, std::string_view file,
                      std::span<const std::string> header, Diagnostics& diagnostics);

}  // namespace homeroom::campus::oneroster
