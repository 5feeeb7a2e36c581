// Single values of a OneRoster file: what the standard allows, and what the tolerant profile makes
// of the rest. Pure functions; nothing here allocates more than its result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace homeroom::campus::oneroster {

// Fewer than 256 characters of [0-9A-Za-z._/@-], at least one.
bool is_guid(std::string_view text);

// "true" and "false" only.
std::optional<bool> parse_boolean(std::string_view text);
// Also any case, 1 and 0, yes and no.
std::optional<bool> guess_boolean(std::string_view text);

// "2026-04-23T18:25:43.511Z", with or without fraction; milliseconds since 1970.
std::optional<std::int64_t> parse_date_time(std::string_view text);
// Also a plain date, a blank instead of the T, an offset or none at all (then UTC).
std::optional<std::int64_t> guess_date_time(std::string_view text);

// The day at the start of a date-time, "2026/4/5", "20260405"; and M/D/YYYY, unless the month
// cannot be one (then D/M/YYYY). "YYYY-MM-DD" is base/clock.h's parse_date.
std::optional<Date> guess_date(std::string_view text);

// "2026": the year in which the school year ends.
bool is_year(std::string_view text);

// The items of a list cell, without surrounding blanks; empty items are left out.
std::vector<std::string_view> split_list(std::string_view text);

// The start of it, at most `bytes` long, with no character cut in two.
std::string_view cut(std::string_view text, std::size_t bytes);

std::string_view trimmed(std::string_view text);

}  // namespace homeroom::campus::oneroster
