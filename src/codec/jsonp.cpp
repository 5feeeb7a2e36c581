#include "codec/jsonp.h"

#include "codec/form.h"
#include "codec/json_scan.h"

namespace homeroom::codec::engineio {
namespace {

// JSON.stringify's literal made safe where it goes: U+2028 and U+2029 ended a line within a string
// before ECMAScript 2019, and without a "<" no browser that guesses types takes the answer for
// HTML. Both escapes are JSON as well as JavaScript.
void append_script_literal(std::string& script, std::string_view text) {
    const std::string literal = json::quote(text);
    for (std::string_view rest = literal; !rest.empty();) {
        if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
            script += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
            rest.remove_prefix(3);
            continue;
        }
        if (rest.front() == '<') {
            script += "\\u003c";
        } else {
            script += rest.front();
        }
        rest.remove_prefix(1);
    }
}

// Forms turn a line feed into CR LF, so clients send `\n` for it, and `\\n` for what was `\n`.
// Node's polling-jsonp replaces /(\\)?\\n/g and then /\\\\n/g; no match of the one can begin within
// a match of the other, so one pass does both.
std::string unescape_line_feeds(std::string_view text) {
    std::string payload;
    payload.reserve(text.size());
    while (!text.empty()) {
        if (text.starts_with(R"(\\n)")) {
            payload += R"(\n)";
            text.remove_prefix(3);
        } else if (text.starts_with(R"(\n)")) {
            payload += '\n';
            text.remove_prefix(2);
        } else {
            payload += text.front();
            text.remove_prefix(1);
        }
    }
    return payload;
}

}  // namespace

std::string encode_jsonp(std::string_view index, std::string_view payload) {
    std::string script{"___eio["};
    script.reserve(payload.size() + index.size() + 16);
    for (const char c : index) {
        if (c >= '0' && c <= '9') script += c;
    }
    script += "](";
    append_script_literal(script, payload);
    script += ");";
    return script;
}

std::optional<std::string> decode_jsonp_body(std::string_view form) {
    std::optional<std::string> data;
    form::Reader fields{form};
    while (auto field = fields.next()) {
        if (field->name != "d") continue;
        if (data) return std::nullopt;
        data = std::move(field->value);
    }
    if (!data) return std::nullopt;
    return unescape_line_feeds(*data);
}

}  // namespace homeroom::codec::engineio
