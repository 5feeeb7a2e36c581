#include "features/feed/moderation/report.h"

#include "base/limits.h"
#include "campus/contract_json.h"
#include "features/feed/faces.h"

namespace homeroom::features::feed {
namespace {

using campus::Json;
using store::Database;

#define REPORT_COLUMNS                                                                          \
    "row, id, room, post, comment, author, author_name, text, state, created_at, resolved_at, " \
    "resolved_by, resolved_by_name, reporters"

Report::State state_from_stored(std::string_view text) {
    if (text == "open") return Report::State::open;
    return text == "removed" ? Report::State::removed : Report::State::dismissed;
}

Report report_of(const store::Statement& row) {
    const auto text = [&row](int column) { return std::string{row.text(column)}; };
    return {.row = row.number(0),
            .id = text(1),
            .room = text(2),
            .post = text(3),
            .comment = text(4),
            .author = {text(5), text(6)},
            .text = text(7),
            .state = state_from_stored(row.text(8)),
            .created_at = text(9),
            .resolved_at = text(10),
            .resolved_by = {text(11), text(12)},
            .reporters = row.number(13)};
}

Result<Json> reasons_of(Database& db, std::string_view report) {
    auto select = db.statement(
        "SELECT reason FROM report_reasons WHERE report = ? AND reason IS NOT NULL "
        "ORDER BY at LIMIT ?");
    select.bind_all(report, limits::report_reasons_shown_max);
    Json reasons = Json::array();
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return reasons;
        reasons.push_back(select.text(0));
    }
}

}  // namespace

std::string_view to_string(Report::State state) {
    switch (state) {
        case Report::State::open: return "open";
        case Report::State::dismissed: return "dismissed";
        case Report::State::removed: return "removed";
    }
    return "";
}

Result<std::optional<Report>> load_report(Database& db, std::string_view id) {
    auto select = db.statement("SELECT " REPORT_COLUMNS " FROM reports WHERE id = ?");
    select.bind(1, id);
    TRY(const bool found, select.step());
    return found ? std::optional{report_of(select)} : std::nullopt;
}

Result<std::optional<Report>> open_report_of(Database& db, std::string_view target) {
    auto select =
        db.statement("SELECT " REPORT_COLUMNS " FROM reports WHERE target = ? AND state = 'open'");
    select.bind(1, target);
    TRY(const bool found, select.step());
    return found ? std::optional{report_of(select)} : std::nullopt;
}

Result<std::vector<Report>> load_reports(Database& db, const ReportQuery& query) {
    auto select = db.statement("SELECT " REPORT_COLUMNS
                               " FROM reports WHERE room = ? AND (state = 'open') = ? AND row < ?"
                               " ORDER BY row DESC LIMIT ?");
    select.bind_all(query.room, std::int64_t{query.open}, query.before,
                    static_cast<std::int64_t>(query.limit));
    std::vector<Report> reports;
    while (true) {
        TRY(const bool more, select.step());
        if (!more) return reports;
        reports.push_back(report_of(select));
    }
}

Status insert_report(Database& db, const Report& report) {
    return db
        .statement(
            "INSERT INTO reports (id, room, target, post, comment, author, author_name, "
            "text, created_at) VALUES (?, ?, ?, ?, NULLIF(?, ''), ?, ?, ?, ?)")
        .bind_all(std::string_view{report.id}, std::string_view{report.room},
                  std::string_view{report.comment.empty() ? report.post : report.comment},
                  std::string_view{report.post}, std::string_view{report.comment},
                  std::string_view{report.author.id}, std::string_view{report.author.name},
                  std::string_view{report.text}, std::string_view{report.created_at})
        .run();
}

Result<bool> add_reporter(Database& db, const Report& report, std::string_view user,
                          std::string_view reason) {
    auto insert = db.statement(
        "INSERT OR IGNORE INTO report_reasons (report, user, reason, at) "
        "VALUES (?, ?, NULLIF(?, ''), (SELECT reporters FROM reports WHERE id = ?1))");
    insert.bind_all(std::string_view{report.id}, user, reason);
    TRY_OK(insert.run());
    if (db.changes() == 0) return false;
    TRY_OK(db.statement("UPDATE reports SET reporters = reporters + 1 WHERE id = ?")
               .bind(1, std::string_view{report.id})
               .run());
    return true;
}

Status store_resolved(Database& db, const Report& report) {
    TRY_OK(db.statement("DELETE FROM report_reasons WHERE report = ?")
               .bind(1, std::string_view{report.id})
               .run());
    return db
        .statement(
            "UPDATE reports SET text = NULL, state = ?, resolved_at = ?, resolved_by = ?, "
            "resolved_by_name = ? WHERE id = ?")
        .bind_all(to_string(report.state), std::string_view{report.resolved_at},
                  std::string_view{report.resolved_by.id},
                  std::string_view{report.resolved_by.name}, std::string_view{report.id})
        .run();
}

Result<Json> report_view(Database& db, const campus::Directory& directory, const Report& report) {
    TRY(auto reasons, reasons_of(db, report.id));
    Json by = nullptr;
    if (!report.resolved_by.id.empty()) {
        TRY(const auto named, author_face(db, directory, report.post, report.resolved_by, false));
        by = to_json(named);
    }
    return Json{{"id", report.id},
                {"room", report.room},
                {"target", report.comment.empty() ? Json{{"post", report.post}}
                                                  : Json{{"comment", report.comment}}},
                {"postId", report.post},
                {"author", to_json(report.author)},
                {"text", campus::text_or_null(report.text)},
                {"reporters", report.reporters},
                {"reasons", std::move(reasons)},
                {"state", to_string(report.state)},
                {"createdAt", report.created_at},
                {"resolvedAt", campus::text_or_null(report.resolved_at)},
                {"resolvedBy", std::move(by)}};
}

}  // namespace homeroom::features::feed
