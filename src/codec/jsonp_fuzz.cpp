// Any payload as a script: one call with one literal, which another parser reads as the payload,
// and nothing that could end the script or the line early. Any form: read or refused, and a payload
// gets through one as its client writes it.
//
// input := index up to the first line feed (LF) · payload or form
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "codec/jsonp.h"
#include "codec/test_jsonp_form.h"
#include "codec/utf8.h"

namespace {

using namespace homeroom;
using namespace homeroom::codec;
using namespace homeroom::codec::engineio;

void require(bool holds) {
    if (!holds) std::abort();
}

bool has(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

void write_script(std::string_view index, const std::string& payload) {
    const std::string script = encode_jsonp(index, payload);
    const auto begin = script.find("](");
    require(script.starts_with("___eio[") && begin != std::string::npos);
    const std::string_view number = std::string_view{script}.substr(7, begin - 7);
    require(number.find_first_not_of("0123456789") == std::string_view::npos);
    require(script.ends_with(");"));
    const std::string_view literal =
        std::string_view{script}.substr(begin + 2, script.size() - begin - 4);
    require(!has(literal, "<") && !has(literal, "\xE2\x80\xA8") && !has(literal, "\xE2\x80\xA9"));
    require(std::ranges::none_of(literal, [](char c) { return c >= 0 && c < ' '; }));
    const auto read = nlohmann::json::parse(literal);
    require(read.is_string() && read.get<std::string>() == payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input{reinterpret_cast<const char*>(data), size};
    const std::size_t line_end = input.find('\n');
    const std::string_view index = input.substr(0, line_end);
    const std::string_view rest =
        line_end == std::string_view::npos ? std::string_view{} : input.substr(line_end + 1);
    write_script(index, utf8::repaired(rest));

    const auto body = decode_jsonp_body(rest);
    if (body) require(body->size() + 1 <= rest.size());
    // Not any payload: no client's JSON has a backslash before a line feed or before another's "n".
    if (has(rest, "\\\n") || has(rest, "\\\\")) return 0;
    require(decode_jsonp_body(test::form_of(rest)) == std::string{rest});
    return 0;
}
