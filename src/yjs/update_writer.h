// Writes an update, struct by struct. Not thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "yjs/id.h"
#include "yjs/struct.h"

namespace homeroom::yjs {

// What is added must be in order: the structs of a client together, each where the one before
// ended.
class UpdateWriter {
public:
    void add(const Struct& item);
    void add(const Struct& head, const Content& content);  // in place of the head's own

    // As they are: neither sorted nor joined.
    std::string finish(std::span<const IdRange> deleted) &&;

private:
    struct Part {
        std::size_t begin = 0;  // of bytes_
        std::size_t structs = 0;
    };

    void begin_struct(const Id& id);

    // How many structs a block has stands before them, so blocks are put together at the end.
    std::string bytes_{};
    std::vector<Part> parts_{};
    ClientId client_ = 0;
};

}  // namespace homeroom::yjs
