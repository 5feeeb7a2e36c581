// One room or several, however one has their names at hand.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace homeroom::socketio {

class Rooms {
public:
    Rooms(std::string name) : names_{std::move(name)} {}
    Rooms(std::string_view name) : names_{std::string{name}} {}
    Rooms(const char* name) : names_{name} {}
    Rooms(std::vector<std::string> names) : names_(std::move(names)) {}
    Rooms(std::initializer_list<std::string> names) : names_(names) {}

    const std::vector<std::string>& names() const { return names_; }

private:
    std::vector<std::string> names_;
};

}  // namespace homeroom::socketio
