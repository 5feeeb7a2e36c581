// A stretch of the journal as an operator names it: by times or by seqs.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/database.h"
#include "store/journal.h"

namespace homeroom::backbone {

struct JournalRange {
    store::Seq from = 1;  // both included
    store::Seq to = 0;
    bool empty() const { return to < from; }
};

// place := seq, with or without its zeros in front | RFC 3339; empty: as far as there is any.
// An Error names `field`.
Status check_place(std::string_view place, std::string_view field);

// Of the events that are kept now. A time is the events' own (`at`): where the clock was set back,
// everything from the first of it to the last.
Result<JournalRange> find_range(store::Database& db, std::string_view from, std::string_view to);

}  // namespace homeroom::backbone
