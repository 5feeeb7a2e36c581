// The audit log: who did what to whom, of what is administration or discloses something. Ids and
// numbers alone: no text of anybody, no name, no mark.
//
// It is only ever added to. Each row has a digest over the row before it and itself, so that one
// that was changed, left out or put between is found (verify_audit). Rows that are too old go from
// the front, and the digest of the last of them stays as the beginning. Whoever can write to the
// database and knows how can make the whole chain anew: against him keep a digest elsewhere.
//
//   digest := SHA-256( digest before | number | at | actor | action | subject | details )
//   each a text with its length before it; the first digest before is 64 zeros
//
// Writing: inside a command. Reading: any connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace homeroom::campus {

struct AuditEntry {
    std::string actor{};         // a user's id, "service:…", or local_operator
    std::string_view action{};   // "supervision.read"
    std::string subject{};       // whom or what it is about: a user's id, a room, a post
    std::string details = "{}";  // a JSON object's text
};
// Whoever has the data directory: the command line.
inline constexpr std::string_view local_operator = "local:operator";
// The server itself: what is deleted because it is old.
inline constexpr std::string_view the_server = "local:server";

// The tables, as the migration "surface/2" makes them; and "audit/last", with its text for
// PostgreSQL.
extern const char* const audit_schema;
extern const char* const audit_last_schema;
extern const char* const audit_last_postgres_schema;

Status audit(store::Transaction& transaction, const AuditEntry& entry);

struct AuditRow {
    std::int64_t number = 0;
    std::string at{};
    std::string actor{};
    std::string action{};
    std::string subject{};
    std::string details{};
    std::string digest{};  // 64 hexadecimal digits
};

struct AuditCheck {
    std::int64_t rows = 0;
    std::int64_t last = 0;                    // the last row's number
    std::string head{};                       // its digest
    std::optional<std::int64_t> broken_at{};  // the first row that does not follow
};
// Reads all of it.
Result<AuditCheck> verify_audit(store::Database& db);

// Whether a row has it, or the one behind which the rows begin.
Result<bool> has_digest(store::Database& db, std::string_view digest);

// Newest first, older than `before`. Empty texts: any. Where many rows are of others, `next` says
// where to go on.
struct AuditQuery {
    std::string actor{};
    std::string action{};
    std::string subject{};
    std::string since{};  // RFC 3339
    std::string until{};
    std::int64_t before = INT64_MAX;
    std::size_t limit = 0;
};
struct AuditPage {
    std::vector<AuditRow> rows{};
    std::optional<std::int64_t> next{};
};
Result<AuditPage> read_audit(store::Database& db, const AuditQuery& query);

// Drops what is older than `before` (RFC 3339), the oldest first, at most `rows_max`, and stops at
// the first that is not. Gives how many.
Result<std::int64_t> prune_audit(store::Database& db, std::string_view before,
                                 std::int64_t rows_max);

}  // namespace homeroom::campus
