// Reporting, and the queue of the staff who deal with it. Whoever sees something may report it,
// also somebody who is muted; the staff of its room get a copy, even of a post that was not for
// them: that is what reporting is for.
#include "base/clock.h"
#include "base/ids.h"
#include "base/limits.h"
#include "campus/audit_requests.h"
#include "campus/page.h"
#include "campus/roster/room_name.h"
#include "features/feed/erasing.h"
#include "features/feed/moderation/report.h"
#include "features/feed/moderation/standing.h"
#include "features/feed/requests.h"
#include "features/feed/view.h"

namespace homeroom::features::feed {
namespace {

// The room's staff, whoever they are when it is delivered.
campus::Audience moderators_of(const std::string& room) {
    const auto name = campus::parse_room(room);
    return campus::Audience::members(name ? campus::room_name(name->kind, name->id, true)
                                          : std::string{});
}

Status tell(WriteCall& call, const char* type, const Report& report, std::optional<Author> by) {
    TRY_OK(call.transaction.forget(report.id));
    TRY(auto view, report_view(call.transaction.db(), call.directory, report));
    return announce(call.transaction,
                    {.type = type,
                     .audience = moderators_of(report.room).at(call.transaction.moment()),
                     .by = std::move(by),
                     .subject = report.id,
                     .body = Json{{"report", std::move(view)}}});
}

Result<Report> copy_of(WriteCall& call, const Target& target) {
    const auto& author = target.comment ? target.comment->author : target.post.author;
    const bool anonymous = target.comment ? target.comment->anonymous : target.post.anonymous;
    Report report{.id = make_ulid(wall_now()),
                  .room = target.post.room,
                  .post = target.post.id,
                  .comment = target.comment ? target.comment->id : "",
                  .text = target.text(),
                  .created_at = call.transaction.at()};
    TRY(report.author,
        author_face(call.transaction.db(), call.directory, target.post.id, author, anonymous));
    TRY_OK(insert_report(call.transaction.db(), report));
    return report;
}

// What was reported may be gone already. That it was not for the staff does not matter any more.
Status remove_target(WriteCall& call, const Report& report) {
    auto& db = call.transaction.db();
    TRY(const auto post, load_post(db, report.post));
    if (!post) return Ok{};
    if (report.comment.empty()) {
        TRY_OK(erase_post(call, *post));
        return Ok{};
    }
    TRY(const auto comment, load_comment(db, report.comment));
    if (comment) TRY_OK(erase_comment(call, *comment, *post));
    return Ok{};
}

Result<Report::State> requested_outcome(const Json& request) {
    TRY(const auto outcome,
        campus::required_text(request, "outcome", limits::identifier_bytes_max));
    if (outcome == "dismissed") return Report::State::dismissed;
    if (outcome == "removed") return Report::State::removed;
    return Error{Code::invalid, "outcome is \"dismissed\" or \"removed\"", "outcome"};
}

Result<Report> requested_report(const WriteCall& call, const Json& request) {
    TRY(const auto id, campus::required_text(request, "report", limits::identifier_bytes_max));
    TRY(auto report, load_report(call.transaction.db(), id));
    // There are none for whoever is not of the staff.
    if (!report || !call.directory.is_staff(call.who.user, report->room))
        return Error{Code::not_found, "there is no such report", "report"};
    return std::move(*report);
}

}  // namespace

Result<Json> create_report(WriteCall& call, const Json& request) {
    auto& db = call.transaction.db();
    TRY(const auto reason,
        campus::optional_text(request, "reason", limits::report_reason_bytes_max));
    TRY(const auto target, requested_target(db, call.directory, call.who.user, request));
    if (!target.post.published()) return Error{Code::conflict, "it is not published yet", "target"};
    TRY(auto earlier, open_report_of(db, target.id));
    const bool first = !earlier;
    if (first) {
        TRY(earlier, copy_of(call, target));
    }
    TRY(const bool added, add_reporter(db, *earlier, call.who.user, reason.value_or("")));
    if (added) {
        ++earlier->reporters;
        TRY_OK(tell(call, first ? "report:created" : "report:updated", *earlier, std::nullopt));
    }
    // The same for the first who reports it and for any other.
    return Json{{"target", target.json}, {"postId", target.post.id}};
}

Result<Json> resolve_report(WriteCall& call, const Json& request) {
    TRY(const auto outcome, requested_outcome(request));
    TRY(auto report, requested_report(call, request));
    if (report.state != Report::State::open)
        return Error{Code::conflict, "it was dealt with already", "report"};
    report.state = outcome;
    report.text.clear();
    report.resolved_at = call.transaction.at();
    report.resolved_by = {call.who.user, call.who.name};
    TRY_OK(store_resolved(call.transaction.db(), report));
    TRY_OK(campus::note(call, "report.resolved", report.id,
                        {{"room", report.room}, {"outcome", to_string(outcome)}}));
    if (outcome == Report::State::removed) TRY_OK(remove_target(call, report));
    call.about = report.id;
    TRY_OK(tell(call, "report:updated", report, report.resolved_by));
    TRY(auto view, report_view(call.transaction.db(), call.directory, report));
    return Json{{"report", std::move(view)}};
}

Result<Json> list_reports(ReadCall& call, const Json& request) {
    TRY(const auto room, campus::required_text(request, "room", campus::room_name_bytes_max));
    TRY(const auto state, campus::optional_text(request, "state", limits::identifier_bytes_max));
    if (state && *state != "open" && *state != "closed")
        return Error{Code::invalid, "state is \"open\" or \"closed\"", "state"};
    TRY(const auto before, campus::requested_page(request));
    TRY(const auto limit,
        campus::requested_limit(request, limits::reports_page_default, limits::reports_page_max));
    TRY(auto reports, load_reports(call.db, {.room = room,
                                             .open = state.value_or("open") == "open",
                                             .before = before,
                                             .limit = limit + 1}));
    TRY(auto page, campus::make_page(reports, limit, [&](const Report& report) {
            return report_view(call.db, call.directory, report);
        }));
    // Behind what was read: he may be staff no longer.
    TRY_OK(require_room_staff(call.directory, call.who.user, room));
    return Json{{"reports", std::move(page.views)}, {"next", std::move(page.next)}};
}

}  // namespace homeroom::features::feed
