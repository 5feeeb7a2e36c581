#include "campus/audit_requests.h"

#include "base/clock.h"
#include "campus/page.h"

namespace homeroom::campus {
namespace {

constexpr std::size_t audit_page_max = 500;
constexpr std::size_t audit_page_default = 100;

Result<std::string> requested_time(const Json& request, const char* field) {
    TRY(const auto text, optional_text(request, field, limits::identifier_bytes_max));
    if (!text) return std::string{};
    const auto time = parse_rfc3339(*text);
    if (!time)
        return Error{Code::invalid, std::string{field} + " is a time like \"2026-11-23T08:15:30Z\"",
                     field};
    return to_rfc3339(*time);
}

Result<AuditQuery> requested_query(const Json& request) {
    AuditQuery query;
    constexpr std::size_t bytes_max = limits::identifier_bytes_max + 64;
    TRY(auto actor, optional_text(request, "actor", bytes_max));
    TRY(auto action, optional_text(request, "action", bytes_max));
    TRY(auto subject, optional_text(request, "subject", bytes_max));
    query.actor = std::move(actor).value_or("");
    query.action = std::move(action).value_or("");
    query.subject = std::move(subject).value_or("");
    TRY(query.since, requested_time(request, "since"));
    TRY(query.until, requested_time(request, "until"));
    TRY(query.before, requested_page(request));
    TRY(query.limit, requested_limit(request, audit_page_default, audit_page_max));
    return query;
}

Json to_json(const AuditRow& row) {
    Json details = Json::parse(row.details, nullptr, false);
    return Json{{"number", row.number},
                {"at", row.at},
                {"actor", row.actor},
                {"action", row.action},
                {"subject", row.subject},
                {"details", details.is_discarded() ? Json(nullptr) : std::move(details)},
                {"digest", row.digest}};
}

Result<Json> list_audit(ReadCall& call, const Json& request) {
    TRY(const auto query, requested_query(request));
    TRY(const auto page, read_audit(call.db, query));
    Json entries = Json::array();
    for (const AuditRow& row : page.rows) entries.push_back(to_json(row));
    note(call, "audit.read", query.subject,
         {{"actor", query.actor}, {"action", query.action}, {"entries", page.rows.size()}});
    return Json{{"entries", std::move(entries)},
                {"next", page.next ? Json(page_token(*page.next)) : Json(nullptr)}};
}

}  // namespace

void register_audit(Surface& surface) {
    surface.service_read("audit:list", list_audit);
}

std::string audit_details(Json details, const std::optional<std::string>& reason) {
    if (reason) details["reason"] = *reason;
    return details.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void note(ReadCall& call, std::string_view action, std::string subject, Json details) {
    call.audit.push_back({.actor = call.who.user,
                          .action = action,
                          .subject = std::move(subject),
                          .details = audit_details(std::move(details))});
}

Status note(const WriteCall& call, std::string_view action, std::string subject, Json details) {
    return audit(call.transaction, {.actor = call.who.user,
                                    .action = action,
                                    .subject = std::move(subject),
                                    .details = audit_details(std::move(details))});
}

}  // namespace homeroom::campus
