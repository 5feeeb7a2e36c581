// For model tests: what to do next is drawn from everything that can be done.
#pragma once

#include <cstddef>
#include <rapidcheck.h>

namespace homeroom::test {

// Any number below `end`, in small cases, too: inRange() alone gives those only small ones, so that
// what comes late in a list of operations would hardly be tried.
inline std::size_t below(std::size_t end) {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, end));
}

}  // namespace homeroom::test
