// A moment as JavaScript's Date writes it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace homeroom::codec {

// Milliseconds since 1970 as Date.prototype.toISOString gives them: "2023-11-14T22:13:20.123Z";
// years beyond four digits have a sign and six, "+010000-01-01T00:00:00.000Z". Nothing for what a
// Date cannot be: more than 100 million days away.
std::optional<std::string> iso_date(std::int64_t milliseconds);

}  // namespace homeroom::codec
