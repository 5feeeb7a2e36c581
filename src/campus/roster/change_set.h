// What a package changes against what is stored, and the guard against the fatal file.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "campus/oneroster/package.h"
#include "campus/roster/directory.h"
#include "campus/roster/sources.h"

namespace homeroom::campus {

// Only real differences. Missing in a bulk part means removed, and what hangs on a removed record
// goes with it.
struct ChangeSet {
    Directory::Changes changes{};
    std::string id{};  // of package and effect together, 12 characters
    struct Count {
        std::string kind{};  // "users"
        std::size_t stored = 0, added = 0, changed = 0, removed = 0;
        std::size_t held = 0;  // left as they are, for a higher source's word
    };
    std::vector<Count> counts{};
    std::vector<ClaimChange> claims{};  // also of records that stay the same
    bool empty() const;
};

// A reference of a delta to something that is neither stored nor in the package is a diagnostic, an
// error. What the package's source has no say over stays as it is: counted, and the first of each
// kind told as warnings.
ChangeSet diff(const Directory::Records& stored, oneroster::Package package,
               std::vector<oneroster::Diagnostic>& diagnostics, const Say& say = {});

// Each reference of the set to what will not be there is a diagnostic, an error.
void check_references(const Directory::Records& stored, const ChangeSet& set,
                      std::vector<oneroster::Diagnostic>& diagnostics);
// ChangeSet::id, of what the set was made from and what it does.
std::string change_set_id(std::string_view digest, const ChangeSet& set);

struct GuardPolicy {
    double removed_share_max = 0.10;          // of users, classes or enrolments
    std::size_t removed_always_allowed = 20;  // a small school loses a class without a question
};

// An Error in words when the set would remove more than that, or any org.
Status guard(const ChangeSet& set, const GuardPolicy& policy);

}  // namespace homeroom::campus
