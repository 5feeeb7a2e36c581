// `homeroom export USER`, `homeroom erase USER`, `homeroom audit verify`: what an operator does
// about people's data at the machine itself. With a server that runs on the data directory, the
// first two ask it; the last reads the database beside it.
#pragma once

#include <string>

#include "app/config.h"

namespace homeroom::app {

// One JSON document: { "user": …, "exportedAt": …, "data": { list: [ … ], … } }, to the standard
// output, in pages, so that it need not fit in memory.
Result<int> export_command(const Config& config, const std::string& user,
                           const std::string& reason);

// Returns when it is done.
Result<int> erase_command(const Config& config, const std::string& user, const std::string& reason);

// 0: every row follows the one before, and one has the digest `expected`, which somebody kept
// elsewhere; empty: nobody did.
Result<int> audit_verify_command(const Config& config, const std::string& expected);

}  // namespace homeroom::app
