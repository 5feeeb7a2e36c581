// Base64 (RFC 4648): the standard alphabet and the URL-safe one.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace homeroom::base64 {

// §4, padded. What Engine.IO's text form of a binary packet uses.
std::string encode(std::string_view bytes);

// §5, no padding. What tokens and ids use.
std::string encode_url(std::string_view bytes);

// Reads either alphabet, with or without padding, and skips every other character, line breaks
// above all: Java's Engine.IO client emits one every 76 characters. For Engine.IO only.
std::string decode_lenient(std::string_view text);

// §5 to the letter: only the URL-safe alphabet, no padding, no stray bits. For tokens, where two
// spellings of one value would be two identities.
std::optional<std::string> decode_url_strict(std::string_view text);

}  // namespace homeroom::base64
