// A Kafka record as both ways have it. Plain values.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace homeroom::kafka {

struct Record {
    std::string key{};
    std::string value{};
    std::vector<std::pair<std::string, std::string>> headers{};  // name, value; a name may repeat
};

inline std::size_t bytes_of(const Record& record) {
    std::size_t bytes = record.key.size() + record.value.size();
    for (const auto& [name, value] : record.headers) bytes += name.size() + value.size();
    return bytes;
}

}  // namespace homeroom::kafka
