// The words of a text, as SQLite's index for search cuts them (FTS5, unicode61): letters and digits
// of any script, in lower case, without diacritics. So PostgreSQL finds what SQLite finds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace homeroom::store {

// In their order, each as often as it is there. Any thread.
Result<std::vector<std::string>> words_of(std::string_view text);

}  // namespace homeroom::store
