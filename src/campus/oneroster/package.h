// A OneRoster CSV package as it was read: what it says of each kind of record, and what is wrong
// with it. Reading never touches the store; see roster/change_set.h for what an import makes of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "campus/roster/records.h"

namespace homeroom::campus::oneroster {

enum class Profile : std::uint8_t {
    strict,    // the standard to the letter; any deviation refuses the package
    tolerant,  // what exporters really write: other header order, TRUE, plain dates, no manifest,
               // vendor's columns
};

enum class Severity : std::uint8_t {
    error,    // nothing of the package is applied
    warning,  // the row or value was skipped or normalised
};

// Row and column count from 1 as a spreadsheet shows them: row 1 is the header; 0 when the whole
// file is meant.
struct Diagnostic {
    Severity severity = Severity::error;
    std::string file{};
    std::uint32_t row = 0;
    std::string column{};
    std::string code{};  // stable: "reference.missing_target", "row.required", …; listed in
                         // docs/oneroster.md
    std::string message{};
};

enum class Mode : std::uint8_t {
    absent,  // says nothing of this kind
    bulk,    // the complete truth of this kind: what is missing is gone
    delta,   // only what changed
};

template <typename Record>
struct Part {
    Mode mode = Mode::absent;
    std::vector<Record> records{};       // active ones
    std::vector<std::string> removed{};  // ids with status tobedeleted (delta)
};

struct Package {
    std::string version{};  // "1.1", "1.2" or "" (no manifest)
    std::string source{};   // source.systemName of the manifest
    // SHA-256 of the contents, hexadecimal: the same package again is no change
    std::string digest{};
    Part<Org> orgs{};
    Part<AcademicSession> sessions{};
    Part<Course> courses{};
    Part<Class> classes{};
    Part<User> users{};
    bool tells_opt_out = false;  // otherwise whoever is hidden stays so
    Part<Affiliation> affiliations{};
    // 1.1 has no roles.csv: the affiliations of each user in `users` are then exactly those given
    // here.
    bool affiliations_come_with_users = false;
    Part<Enrollment> enrollments{};
    std::vector<std::string> ignored_files{};  // demographics, userProfiles, …: never opened
};

struct Reading {
    Package package{};
    std::vector<Diagnostic>
        diagnostics{};     // at most limits::diagnostics_max; then one that counts the rest
    bool refused() const;  // whether any is an error
};

// Reads a folder or a .zip. An Error only when `path` cannot be read at all; everything else is a
// diagnostic.
Result<Reading> read(const std::filesystem::path& path, Profile profile);

}  // namespace homeroom::campus::oneroster
