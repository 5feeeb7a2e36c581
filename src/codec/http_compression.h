// Content codings of HTTP responses (RFC 9110 §8.4.1): which one a client takes, and how to make
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace homeroom::codec::http {

enum class Coding : std::uint8_t { gzip, deflate };

// The name in Content-Encoding.
std::string_view to_string(Coding coding);

// What to compress with for a client whose Accept-Encoding headers, joined by commas, are this
// text; nothing when it should not be done. The client's weights decide, gzip among equals. An
// element that cannot be read counts as absent: plain is always right.
std::optional<Coding> choose_coding(std::string_view accept_encoding);

std::string compress(Coding coding, std::string_view body);

}  // namespace homeroom::codec::http
