// Yjs' update, version 1: what clients send, what is kept, what a new client is given.
//
// update := blocks { structs client clock struct* }* delete_set             (numbers are var_uint)
//
// Each struct begins where the one before it ended. Writers put clients in descending order;
// readers take any. Version 2 is a different format and not read: it can't be told apart reliably,
// and what a provider sends is version 1.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yjs/id.h"
#include "yjs/limits.h"
#include "yjs/struct.h"

namespace homeroom::yjs {

// The structs of one client, one behind the other.
struct Block {
    ClientId client = 0;
    Clock clock = 0;
    std::size_t first = 0;  // of Update::structs
    std::size_t count = 0;
};

// An update, taken apart. It points into the bytes, which must outlive it and all that is made of
// it. Reading it is for any thread.
struct Update {
    std::vector<Block> blocks;  // no client twice, none empty
    std::vector<Struct> structs;
    std::vector<IdRange> deleted;  // in the order of the bytes

    std::span<const Struct> of(const Block& block) const {
        return std::span{structs}.subspan(block.first, block.count);
    }
    bool changes_nothing() const { return structs.empty() && deleted.empty(); }
};

// Errors: invalid, and too_large with the limit. What is accepted here, Yjs accepts; and is a bit
// stricter where its readers disagree with each other: no client has two blocks, no struct is
// empty, no number is written longer than eight bytes.
Result<Update> decode_update(std::string_view bytes, const DecodeLimits& limits);

// The same bytes again, if they were written by Yjs.
std::string encode_update(const Update& update);

// An update that changes nothing.
std::string empty_update();

}  // namespace homeroom::yjs
