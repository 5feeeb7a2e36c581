// The imports that were applied: who had them done, when, what they changed, and what it takes to
// take one back.
//
// Taking back puts each record that the import changed to what it was before. It is refused as a
// whole, and says why, when one of them has been changed since, or when something that came later
// hangs on a record that would go. It is an import of its own, so that it can be taken back, too.
//
// The last imports_undoable_max keep their changes, the last imports_listed_max their line.
// Everything runs on whoever owns the connection.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "campus/oneroster/package.h"
#include "campus/roster/change_set.h"
#include "store/store.h"

namespace homeroom::campus {

inline constexpr std::int64_t imports_undoable_max = 20;
inline constexpr std::int64_t imports_listed_max = 200;

// One record before and after an import.
struct KeptChange {
    RecordKind kind{};
    std::string id{};
    std::string before{};        // record_text; empty: it was not there
    std::string after_digest{};  // of its text; empty: it is not there
    std::string claim_before{};  // claim_text
    std::string claim_after{};
};

// What these changes will have done to what is stored; in the order of kind and id.
std::vector<KeptChange> what_changes(const Directory::Records& stored,
                                     const Directory::Changes& changes,
                                     const std::vector<ClaimChange>& claims, const Say& say);

struct ImportEntry {
    std::int64_t number = 0;
    std::string source{};         // as the package calls itself
    std::string roster_source{};  // as the configuration calls it
    std::string digest{};
    std::string change_set{};
    std::string by{};
    std::int64_t undoes = 0;
};

// The number of the import that comes next. Numbers only grow.
Result<std::int64_t> next_import(store::Database& db);
// `report`: its JSON. Marks the import that it takes back; the oldest line goes if need be.
Status add_import(store::Transaction& transaction, const ImportEntry& entry,
                  std::string_view report);
Status keep_changes(store::Database& db, std::int64_t import,
                    const std::vector<KeptChange>& changes);
// An Error when there is no such import (`not_found`), or when it can't be taken back any more
// (`conflict`).
Result<std::vector<KeptChange>> load_kept_changes(store::Database& db, std::int64_t import);

// The set that takes it back. Each reason against it is a diagnostic, an error.
ChangeSet take_back(const Directory::Records& stored, const std::vector<KeptChange>& kept,
                    const Say& say, std::vector<oneroster::Diagnostic>& diagnostics);

// { imports: [...] }, the newest first.
Result<nlohmann::ordered_json> list_imports(store::Database& db);

// Drops what imports have kept of a person who is to be erased: an undo leaves him alone from then
// on. Inside a transaction.
Status forget_person(store::Database& db, std::string_view user);

// Drops what no import can be taken back with any more, at most `rows_max` rows.
Status drop_old_changes(store::Database& db, std::int64_t rows_max);

}  // namespace homeroom::campus
