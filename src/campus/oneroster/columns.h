// The files and columns of OneRoster as tables: what the standard lists, in its order, for both
// versions; and the other names that exporters use for the same things.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace homeroom::campus::oneroster {

enum class Version : std::uint8_t { v1_1, v1_2 };

// The files that Homeroom reads. All others of the standard are known by name only.
enum class Kind : std::uint8_t {
    orgs,
    academic_sessions,
    courses,
    classes,
    users,
    roles,
    enrollments
};
inline constexpr std::size_t kind_count = 7;

enum class Type : std::uint8_t {
    text,
    guid,
    guids,  // a list of them
    list,
    boolean,
    date,
    date_time,
    year,
    term,      // one of a vocabulary
    user_ids,  // "{LDAP:12},{LTI:15}"
    secret,    // never looked at
};

enum class Need : std::uint8_t {
    essential,    // without it there is no record: the tolerant profile skips the row
    required,     // the standard asks for it; the tolerant profile does without
    optional,     // the value may be blank
    dispensable,  // the column itself may be missing: texts of the standard disagree
};

// Whoever has it "true" is shown to staff alone. An extension: the standard has no such column.
inline constexpr std::string_view opt_out_column = "metadata.directoryOptOut";

struct Vocabulary {
    std::span<const std::string_view> terms{};
    bool extensible = false;  // by "ext:…"
};

struct Column {
    std::string_view name;
    Type type = Type::text;
    Need need = Need::optional;
    // whether a record holds it; what is not kept is checked in the strict profile only
    bool kept = false;
    Vocabulary vocabulary{};
};

struct Layout {
    std::string_view file;  // "users.csv"
    std::span<const Column> columns;
    bool id_derivable = false;  // the tolerant profile can do without sourcedId
};

// sourcedId, status and dateLastModified come first everywhere.
inline constexpr std::size_t sourced_id_column = 0;
inline constexpr std::size_t status_column = 1;
inline constexpr std::size_t modified_column = 2;

const Layout& layout_of(Kind kind, Version version);  // roles exist in 1.2 only
std::size_t column_of(const Layout& layout,
                      std::string_view name);  // its position; it must be there

// All files of the version's standard, without ".csv".
std::span<const std::string_view> standard_files(Version version);
std::optional<Kind> kind_of(std::string_view name);  // "users"

// The standard's name for a vendor's, or nothing.
std::string_view standard_header(Kind kind, std::string_view vendor);
// The standard's term for a vendor's in this column, or nothing.
std::string_view standard_term(std::string_view column, std::string_view vendor);

}  // namespace homeroom::campus::oneroster
