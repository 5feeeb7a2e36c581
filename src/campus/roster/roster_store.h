// The roster's tables, the difference that an import or a REST call makes, and the guard against the fatal file.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "campus/oneroster/package.h"
#include "campus/roster/directory.h"
#include "store/store.h"

namespace homeroom::campus {

std::span<const store::Migration> roster_migrations();

// Everything in the tables, for Directory::load. Runs on whoever owns `db`.
Result<Directory::Records> load_roster(store::Database& db);

// Writes upserts and removals into the tables (inside the caller's transaction).
Status save_changes(store::Database& db, const Directory::Changes& changes);

// What a package changes against what is stored: only real differences. Missing in a bulk part means removed, and what
// hangs on a removed record goes with it.
struct ChangeSet {
    Directory::Changes changes{};
    std::string id{};  // of package and stored state together, short: what --approve confirms
    struct Count {
        std::string kind{};  // "users"
        std::size_t stored = 0, added = 0, changed = 0, removed = 0;
    };
    std::vector<Count> counts{};
    bool empty() const;
};
Result<ChangeSet> diff(store::Database& db, oneroster::Package package, std::vector<oneroster::Diagnostic>& diagnostics);

// The guard: an error in words when the change set would remove more than a tenth of the users, classes or enrolments
// (of 20 or more), or any org, and was not approved.
struct GuardPolicy {
    double removed_share_max = 0.10;
    std::size_t removed_always_allowed = 20;
};
Status guard(const ChangeSet& set, const GuardPolicy& policy);

}  // namespace homeroom::campus
