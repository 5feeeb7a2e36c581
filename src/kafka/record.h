// A Kafka record as both ways have it. Plain values.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace homeroom::kafka {

struct Record {
    std::string key{};
    std::string value{};
    std::vector<std::pair<std::string, std::string>> headers{};  // name, value; a name may repeat
};

}  // namespace homeroom::kafka
