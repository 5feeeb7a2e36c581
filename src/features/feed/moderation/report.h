// A report: a copy of what somebody found wrong, for the staff of its room, until they have dealt
// with it. Who reported is nobody's to know; it only keeps one person from counting twice.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "features/feed/target.h"

namespace homeroom::features::feed {

struct Report {
    enum class State : std::uint8_t { open, dismissed, removed };

    std::int64_t row = 0;
    std::string id{};
    std::string room{};
    std::string post{};
    std::string comment{};  // empty: the post itself
    Author author{};        // as everybody sees him
    std::string text{};     // empty once it was dealt with
    State state = State::open;
    std::string created_at{};
    std::string resolved_at{};
    Author resolved_by{};
    std::int64_t reporters = 0;
};

std::string_view to_string(Report::State state);

Result<std::optional<Report>> load_report(store::Database& db, std::string_view id);
Result<std::optional<Report>> open_report_of(store::Database& db, std::string_view target);
// Newest first.
struct ReportQuery {
    std::string_view room{};
    bool open = true;
    std::int64_t before = INT64_MAX;
    std::size_t limit = 0;
};
Result<std::vector<Report>> load_reports(store::Database& db, const ReportQuery& query);

Status insert_report(store::Database& db, const Report& report);
// False: he has reported it before.
Result<bool> add_reporter(store::Database& db, const Report& report, std::string_view user,
                          std::string_view reason);
// With its copy and its reasons erased.
Status store_resolved(store::Database& db, const Report& report);

Result<campus::Json> report_view(store::Database& db, const campus::Directory& directory,
                                 const Report& report);

}  // namespace homeroom::features::feed
