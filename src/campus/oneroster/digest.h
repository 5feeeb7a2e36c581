// SHA-256 of a package: of each file that was read by itself, then of names and those in the order
// of the names. So one file is in memory at a time, in whatever order they are read.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace homeroom::campus::oneroster {

class Digest {
public:
    void add(std::string_view name, std::string_view contents);
    std::string finish() const;  // hexadecimal

private:
    std::map<std::string, std::string> files_{};
};

}  // namespace homeroom::campus::oneroster
