// What may be logged of an exception: its words may quote what a user wrote, its type does not.
#pragma once

#include <cstdlib>
#include <cxxabi.h>
#include <exception>
#include <memory>
#include <string>
#include <typeinfo>

namespace homeroom::store {

inline std::string type_of(const std::exception& thrown) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(typeid(thrown).name(), nullptr, nullptr, &status), &std::free);
    return name ? name.get() : typeid(thrown).name();
}

}  // namespace homeroom::store
