// application/x-www-form-urlencoded: what an HTML form posts, and the query of a URL.
//
// form  := [field] ("&" [field])*      empty ones mean nothing
// field := name ["=" value]            "+" is a space, "%" hex hex a byte; any other "%" is itself
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace homeroom::codec::form {

struct Field {
    std::string name;   // decoded; bytes, not necessarily UTF-8
    std::string value;  // the same; empty without "="
};

// The fields one at a time, in their order, as often as they come.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    std::optional<Field> next();  // nothing: there are no more

private:
    std::string_view rest_;
};

std::string decode(std::string_view text);
// Of a path, where "+" is itself.
std::string percent_decode(std::string_view text);

}  // namespace homeroom::codec::form
