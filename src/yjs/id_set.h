// Which units there are, of any clients: deletions, or what of a document is known.
// Not thread-safe. 24 bytes a stretch; asking costs a binary search, adding to a client's last
// stretch, as happens nearly always, the same.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "yjs/id.h"
#include "yjs/limits.h"
#include "yjs/reader.h"

namespace homeroom::yjs {

class IdSet {
public:
    IdSet() = default;
    explicit IdSet(std::vector<IdRange> ranges);  // in any order, overlapping or not

    void add(const IdRange& range);
    // Many at once, in any order: one pass over the set, instead of one for each that is inserted.
    void add(std::vector<IdRange> ranges);
    bool contains(const Id& id) const;
    bool contains(const IdRange& range) const;
    // Appends those parts of `range` that are not in the set.
    void append_missing(const IdRange& range, std::vector<IdRange>& missing) const;
    // The end of the stretch that begins with clock 0: what a state vector says of a client.
    Clock known_from_start(ClientId client) const;

    // Clients descending, then clocks ascending; neither overlapping nor adjacent.
    const std::vector<IdRange>& ranges() const { return ranges_; }
    bool empty() const { return ranges_.empty(); }
    // Of one client, in order.
    std::span<const IdRange> of(ClientId client) const;
    std::size_t clients() const;

private:
    // The first stretch that ends behind the id, or a later one of the order.
    std::size_t first_ending_behind(const Id& id) const;

    std::vector<IdRange> ranges_{};
};

// delete_set := clients { client ranges { clock length }* }*
// Ranges of one client that stand together are written together; the order is theirs.
void append_delete_set(std::string& bytes, std::span<const IdRange> ranges);

// In the order of the bytes. What is wrong is the reader's failure.
std::vector<IdRange> read_delete_set(Reader& reader, const DecodeLimits& limits);

// Clients descending, otherwise as they were: the order in which Yjs writes what it does not join.
void sort_by_client(std::vector<IdRange>& ranges);

}  // namespace homeroom::yjs
