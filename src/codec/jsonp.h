// Engine.IO over JSONP: polling as <script> elements and <iframe> forms, for what is too old for
// anything else.
//
// answer := "___eio[" digits "](" string literal ");"      a GET's body; the literal is a payload
// form   := … "d=" payload …                               a POST's body
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace homeroom::codec::engineio {

// The script that hands `payload` to the client's callback number `index`, of which only the digits
// are used: it comes from the URL.
std::string encode_jsonp(std::string_view index, std::string_view payload);

// The payload of a POST's form. Nothing when the field `d` is absent or comes twice. The bytes are
// those of the form: whether they are UTF-8 is for the payload's reader to judge.
std::optional<std::string> decode_jsonp_body(std::string_view form);

}  // namespace homeroom::codec::engineio
