// The whole way of a OneRoster package: read → compare → guard → changes, with a report for people
// and for machines. The same for the command line (offline) and inside a running server; who
// applies the changes is the caller's affair.
//
// Comparing reads a whole school, so a running server does it on another connection than the
// writer's; note_import() is then all that the writer has left, beside the changes themselves. What
// takes an import back (import_log.h) goes the same way.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "campus/oneroster/package.h"
#include "campus/roster/change_set.h"
#include "campus/roster/import_log.h"
#include "store/store.h"

namespace homeroom::campus {

enum class ImportOutcome : std::uint8_t {
    refused,        // the package is wrong, or can't be taken back; see the diagnostics
    guarded,        // it would remove too much and was not approved
    nothing_to_do,  // all of it is there already
    dry_run,        // it would be applied
    applied,
};
std::string_view to_string(ImportOutcome outcome);

struct ImportOptions {
    bool dry_run = false;
    bool approved = false;  // a person said that it may remove much
    GuardPolicy guard{};
    Precedence precedence{};
    std::string source{};  // which of them; as Precedence::of_import gives it
    std::string by{};      // who had it done, for the list of imports
};

struct ImportReport {
    ImportOutcome outcome = ImportOutcome::refused;
    std::string message{};  // why, when refused or guarded
    std::string change_set{};
    std::string source{};
    std::string roster_source{};  // of several; else empty
    std::int64_t import = 0;      // its number in the list of imports; 0: it is in none
    std::vector<ChangeSet::Count> counts{};
    std::vector<std::string> ignored_files{};
    std::vector<oneroster::Diagnostic> diagnostics{};
};

struct ImportPlan {
    ImportReport report{};
    Directory::Changes changes{};  // to be applied when the outcome is `applied`; else empty
    std::vector<ClaimChange> claims{};
    std::vector<KeptChange> kept{};  // what it takes to undo it
    std::string digest{};
    std::int64_t undoes = 0;  // the import that this one takes back
};

// Reads what is stored on any connection and writes nothing.
Result<ImportPlan> compare_import(store::Database& db, const oneroster::Reading& reading,
                                  const ImportOptions& options);
Result<ImportPlan> compare_undo(store::Database& db, std::int64_t import,
                                const ImportOptions& options);
// Writes down what will be applied, on the connection of the one writer and in the transaction of
// the effect; the caller sees to it that nothing has changed since the comparison. Fills in the
// import's number. Writes nothing where nothing is to be applied.
Status note_import(store::Transaction& transaction, ImportPlan& plan, const ImportOptions& options);

// Both at once, for whoever has the writer's connection anyway.
Result<ImportPlan> plan_import(store::Transaction& transaction, const oneroster::Reading& reading,
                               const ImportOptions& options);
Result<ImportPlan> plan_undo(store::Transaction& transaction, std::int64_t import,
                             const ImportOptions& options);

nlohmann::ordered_json to_json(const ImportReport& report);
// From to_json's; for a command line that asked a running server.
ImportReport import_report_from_json(const nlohmann::ordered_json& json);
std::string to_text(const ImportReport& report);

}  // namespace homeroom::campus
