// SHA-256 (FIPS 180-4) and HMAC with it (RFC 2104): 32 bytes. HMAC with SHA-1, 20 bytes, is for
// protocols that ask for it. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace homeroom {

std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view secret, std::string_view text);
std::string hmac_sha1(std::string_view secret, std::string_view text);

}  // namespace homeroom
