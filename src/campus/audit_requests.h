// Requests about the audit log, and how features write what they add to it.
//
// audit:list   for the platform's back end; being read is in the log, too
#pragma once

#include <optional>
#include <string>

#include "campus/surface.h"

namespace homeroom::campus {

void register_audit(Surface& surface);

// Why somebody asks for what is recorded, in his own words.
inline constexpr std::size_t audit_reason_bytes_max = 500;

// An entry's details: ids and numbers, and the reason that was given.
std::string audit_details(Json details, const std::optional<std::string>& reason = std::nullopt);

// Within a request that discloses something, and in one that changes something.
void note(ReadCall& call, std::string_view action, std::string subject, Json details);
Status note(const WriteCall& call, std::string_view action, std::string subject, Json details);

}  // namespace homeroom::campus
