// Which commands have come in already: a row for each, written in the transaction of what it did.
// Writer thread, inside a transaction.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backbone/cloud_event.h"
#include "store/store.h"

namespace homeroom::backbone {

// Writes down that this command is carried out by this transaction. False: it has been before, and
// there is nothing to do. An Error with the code, words and field of its refusal: it was refused
// before.
Result<bool> admit(store::Transaction& transaction, const std::string& source,
                   const std::string& id);

// Writes down that it was refused, so that it is not carried out if it comes again when things have
// changed. False: it has been carried out before, and that stays its answer: what failed is a
// repetition.
Result<bool> refuse(store::Transaction& transaction, const std::string& source,
                    const std::string& id, const Error& why);

// Drops those that came before `before` (RFC 3339), at most `rows_max` at once.
Status drop_old_commands(store::Database& db, std::string_view before, std::int64_t rows_max);

}  // namespace homeroom::backbone
