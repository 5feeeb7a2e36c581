// The whole way of a OneRoster package: read → compare → guard → changes, with a report for people
// and for machines. The same for the command line (offline) and inside a running server; who
// applies the changes is the caller's affair.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "campus/oneroster/package.h"
#include "campus/roster/change_set.h"
#include "store/store.h"

namespace homeroom::campus {

enum class ImportOutcome : std::uint8_t {
    refused,        // the package is wrong; see the diagnostics
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
};

struct ImportReport {
    ImportOutcome outcome = ImportOutcome::refused;
    std::string message{};  // why, when refused or guarded
    std::string change_set{};
    std::string source{};
    std::vector<ChangeSet::Count> counts{};
    std::vector<std::string> ignored_files{};
    std::vector<oneroster::Diagnostic> diagnostics{};
};

struct ImportPlan {
    ImportReport report{};
    Directory::Changes changes{};  // to be applied when the outcome is `applied`; else empty
};

// Decides on the connection of the one writer, so that nothing changes between the comparison and
// the effect. Writes down what was applied in the caller's transaction.
Result<ImportPlan> plan_import(store::Transaction& transaction, const oneroster::Reading& reading,
                               const ImportOptions& options);

nlohmann::ordered_json to_json(const ImportReport& report);
// From to_json's; for a command line that asked a running server.
ImportReport import_report_from_json(const nlohmann::ordered_json& json);
std::string to_text(const ImportReport& report);

}  // namespace homeroom::campus
