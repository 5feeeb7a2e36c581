// For tests: what a client of JSONP puts into its form.
#pragma once

#include <string>
#include <string_view>

#include "base/hex.h"

namespace homeroom::codec::engineio::test {

inline std::string replaced(std::string_view text, std::string_view what, std::string_view with) {
    std::string result;
    while (!text.empty()) {
        if (text.starts_with(what)) {
            result += with;
            text.remove_prefix(what.size());
        } else {
            result += text.front();
            text.remove_prefix(1);
        }
    }
    return result;
}

// As engine.io-client's polling-jsonp escapes it, and then every byte as a browser may.
inline std::string form_of(std::string_view payload) {
    const std::string escaped = replaced(replaced(payload, "\\n", "\\\\n"), "\n", "\\n");
    std::string form = "d=";
    for (const char c : escaped) form += "%" + to_hex({&c, 1});
    return form;
}

}  // namespace homeroom::codec::engineio::test
