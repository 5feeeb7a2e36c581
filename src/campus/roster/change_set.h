// What a package changes against what is stored, and the guard against the fatal file.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "campus/oneroster/package.h"
#include "campus/roster/directory.h"

namespace homeroom::campus {

// Only real differences. Missing in a bulk part means removed, and what hangs on a removed record
// goes with it.
struct ChangeSet {
    Directory::Changes changes{};
    std::string id{};  // of package and effect together, 12 characters
    struct Count {
        std::string kind{};  // "users"
        std::size_t stored = 0, added = 0, changed = 0, removed = 0;
    };
    std::vector<Count> counts{};
    bool empty() const;
};

// A reference of a delta to something that is neither stored nor in the package is a diagnostic, an
// error.
ChangeSet diff(const Directory::Records& stored, oneroster::Package package,
               std::vector<oneroster::Diagnostic>& diagnostics);

struct GuardPolicy {
    double removed_share_max = 0.10;          // of users, classes or enrolments
    std::size_t removed_always_allowed = 20;  // a small school loses a class without a question
};

// An Error in words when the set would remove more than that, or any org.
Status guard(const ChangeSet& set, const GuardPolicy& policy);

}  // namespace homeroom::campus
