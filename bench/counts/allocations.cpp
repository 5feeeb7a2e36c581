#include "allocations.h"

#include <cstdlib>
#include <new>

namespace homeroom::counts {
namespace {

bool counting = false;
Allocations counted;

}  // namespace

void start_counting_allocations() {
    counted = {};
    counting = true;
}

Allocations stop_counting_allocations() {
    counting = false;
    return counted;
}

}  // namespace homeroom::counts

// As the standard library's own, and so short that the counts of instructions hardly feel it.
void* operator new(std::size_t size) {
    using namespace homeroom::counts;
    if (counting) {
        ++counted.made;
        counted.bytes += static_cast<std::int64_t>(size);
    }
    if (void* block = std::malloc(size == 0 ? 1 : size)) return block;
    throw std::bad_alloc{};
}

void operator delete(void* block) noexcept {
    using namespace homeroom::counts;
    if (counting && block != nullptr) ++counted.freed;
    std::free(block);
}

void operator delete(void* block, std::size_t) noexcept {
    operator delete(block);
}
