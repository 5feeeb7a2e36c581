// How much of each client's work somebody has, without holes.
//
// state_vector := clients { client clock }*           clients descending; readers take any order
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "yjs/id.h"
#include "yjs/id_set.h"
#include "yjs/update.h"

namespace homeroom::yjs {

class StateVector {
public:
    StateVector() = default;
    // Errors: invalid, too_large. If a client is there twice the last one counts, as for Yjs.
    static Result<StateVector> decode(std::string_view bytes, std::size_t clients_max);

    // What somebody has who has this update and nothing else.
    static StateVector of(const Update& update);
    static StateVector of(const IdSet& known);

    Clock operator[](ClientId client) const;  // the next clock: 0 for an unknown one
    std::string encode() const;
    const std::vector<Id>& entries() const { return entries_; }  // clients descending

    friend bool operator==(const StateVector&, const StateVector&) = default;

private:
    explicit StateVector(std::vector<Id> entries);

    std::vector<Id> entries_{};
};

}  // namespace homeroom::yjs
