#include "load/report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <iterator>
#include <string_view>
#include <utility>

namespace homeroom::load {
namespace {

using Json = nlohmann::ordered_json;

constexpr double milliseconds = 1e-3;  // a microsecond in them

Json to_json(const Latency& latency) {
    if (latency.count == 0) return nullptr;
    return Json{{"p50", latency.p50},    {"p90", latency.p90}, {"p99", latency.p99},
                {"p999", latency.p999},  {"max", latency.max}, {"mean", latency.mean},
                {"count", latency.count}};
}

template <typename Number>
Json or_null(const std::optional<Number>& number) {
    return number ? Json(*number) : Json(nullptr);
}

Json server_json(const Report& report) {
    if (!report.server_before || !report.server_after) return nullptr;
    const ProcessUsage& before = *report.server_before;
    const ProcessUsage& after = *report.server_after;
    return Json{{"cpu_seconds", after.cpu_seconds() - before.cpu_seconds()},
                {"user_seconds", after.user_seconds - before.user_seconds},
                {"system_seconds", after.system_seconds - before.system_seconds},
                {"resident_bytes_before", before.resident_bytes},
                {"resident_bytes_after", after.resident_bytes},
                {"resident_bytes_per_connection", or_null(report.resident_per_connection)}};
}

// One line of the table; a value of its own unit stands in the line's head.
void line(std::string& table, std::string_view head, std::string_view value) {
    fmt::format_to(std::back_inserter(table), "  {:<26} {:>16}\n", head, value);
}

void latency_line(std::string& table, std::string_view head, const Latency& latency) {
    if (latency.count == 0) return;
    fmt::format_to(std::back_inserter(table),
                   "  {:<14} {:>9.3f} {:>9.3f} {:>9.3f} {:>9.3f} {:>9.3f} {:>9.3f} {:>13}\n", head,
                   latency.p50, latency.p90, latency.p99, latency.p999, latency.max, latency.mean,
                   with_commas(latency.count));
}

// A name of the JSON as the table has it: "held_cpu_seconds" is "held cpu, s".
std::string words_of(std::string_view name) {
    constexpr std::array units{std::pair{"_per_second", " a second"}, std::pair{"_seconds", ", s"},
                               std::pair{"_ms", ", ms"}, std::pair{"_bytes", ", bytes"}};
    std::string words{name};
    for (const auto& [suffix, unit] : units) {
        if (!name.ends_with(suffix)) continue;
        words = std::string{name.substr(0, name.size() - std::strlen(suffix))} + unit;
        break;
    }
    std::ranges::replace(words, '_', ' ');
    return words;
}

std::string mebibytes(double bytes) {
    return fmt::format("{:.1f}", bytes / (1024 * 1024));
}

}  // namespace

Latency latency_of(const Histogram& histogram) {
    const auto at = [&](double quantile) {
        return static_cast<double>(histogram.at(quantile)) * milliseconds;
    };
    return {.p50 = at(0.5),
            .p90 = at(0.9),
            .p99 = at(0.99),
            .p999 = at(0.999),
            .max = static_cast<double>(histogram.max()) * milliseconds,
            .mean = histogram.mean() * milliseconds,
            .count = histogram.count()};
}

std::string with_commas(std::uint64_t number) {
    std::string digits = std::to_string(number);
    for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
    return digits;
}

std::optional<double> Report::per_server_cpu_second() const {
    if (!server_before || !server_after) return std::nullopt;
    const double cpu = server_after->cpu_seconds() - server_before->cpu_seconds();
    if (cpu <= 0) return std::nullopt;
    return static_cast<double>(units) / cpu;
}

double Report::generator_share() const {
    return seconds > 0 ? generator_seconds / seconds / generator_cores : 0;
}

void Report::time_acks(const char* what) {
    timed = what;
    latency = std::exchange(ack_latency, {});
}

void Report::find_faults() {
    const auto add = [&](std::uint64_t count, std::string_view words) {
        if (count > 0) faults.push_back(fmt::format("{} {}", with_commas(count), words));
    };
    add(lost, "lost: deliveries that never came");
    add(duplicated, "duplicate: deliveries that came again");
    add(disordered, "out of order: deliveries that came after a later one");
    add(misdelivered,
        "misdelivered: deliveries to who is not in the room, or of what nobody published");
    add(given_up, "gave up waiting: events that were not with all after 5 s");
    add(disconnected, "disconnected: connections that the server ended, or that broke off");
    add(refused, "refused: connections that were not let in");
    add(refused_requests, "refused requests");
    add(unanswered, "unanswered: requests or sign-ins whose answer never came");
    if (static_cast<double>(unsent) > unsent_share_max * static_cast<double>(due))
        faults.push_back(
            fmt::format("{} of {} events were due and never sent: the latencies are "
                        "not those of the rate that was asked for",
                        with_commas(unsent), with_commas(due)));
}

Json to_json(const Plan& plan, const Report& report) {
    Json json{
        {"scenario", to_string(plan.scenario)},
        {"app", to_string(plan.application)},
        {"url", plan.url},
        {"connections", report.let_in},
        {"processes", plan.processes},
        {"seconds", report.seconds},
        {"payload_bytes", plan.payload},
        {"unit", report.unit},
        {"sent", report.sent},
        {"delivered", report.delivered},
        {"acked", report.acked},
        {"lost", report.lost},
        {"duplicated", report.duplicated},
        {"disordered", report.disordered},
        {"misdelivered", report.misdelivered},
        {"given_up", report.given_up},
        {"disconnected", report.disconnected},
        {"refused", report.refused},
        {"refused_requests", report.refused_requests},
        {"unanswered", report.unanswered},
        {"unsent", report.unsent},
        {"per_second", report.per_second()},
        {"per_server_cpu_second", or_null(report.per_server_cpu_second())},
        {"bytes_per_delivery", report.delivered == 0 ? Json(nullptr)
                                                     : Json(static_cast<double>(report.wire_bytes) /
                                                            static_cast<double>(report.delivered))},
        {"server", server_json(report)},
        {"generator",
         {{"cpu_seconds", report.generator_seconds},
          {"cpu_share", report.generator_share()},
          {"saturated", report.generator_saturated()}}},
        {"latency_ms", to_json(report.latency)},
        {"ack_latency_ms", to_json(report.ack_latency)},
        {"extra", report.extra},
        {"notes", report.notes},
        {"good", report.good()},
        {"faults", report.faults},
    };
    json["reasons"] = Json::object();
    for (const auto& [reason, count] : report.reasons) json["reasons"][reason] = count;
    return json;
}

Json failure_json(const Plan& plan, std::string_view why) {
    return Json{{"scenario", to_string(plan.scenario)},
                {"app", to_string(plan.application)},
                {"url", plan.url},
                {"good", false},
                {"faults", {why}}};
}

std::string to_table(const Plan& plan, const Report& report) {
    std::string table = fmt::format("{} of {} ({}): {} connections from {} {}, {:.1f} s measured\n",
                                    to_string(plan.scenario), plan.url, to_string(plan.application),
                                    with_commas(report.let_in), plan.processes,
                                    plan.processes == 1 ? "process" : "processes", report.seconds);
    const auto rounded = [](double number) {
        return with_commas(static_cast<std::uint64_t>(std::llround(std::max(number, 0.0))));
    };
    line(table, fmt::format("{} a second", report.unit), rounded(report.per_second()));
    if (const auto efficiency = report.per_server_cpu_second())
        line(table, "  a second of server CPU", rounded(*efficiency));
    if (report.sent > 0) line(table, "sent", with_commas(report.sent));
    if (report.delivered > 0) {
        line(table, "delivered", with_commas(report.delivered));
        line(table, "bytes a delivery",
             rounded(static_cast<double>(report.wire_bytes) /
                     static_cast<double>(report.delivered)));
    }
    if (report.acked > 0) line(table, "acknowledged", with_commas(report.acked));
    line(table, "lost", with_commas(report.lost));
    line(table, "duplicates", with_commas(report.duplicated));
    line(table, "out of order", with_commas(report.disordered));
    line(table, "misdelivered", with_commas(report.misdelivered));
    line(table, "gave up waiting", with_commas(report.given_up));
    line(table, "unanswered", with_commas(report.unanswered));
    if (plan.rate > 0) line(table, "due, never sent", with_commas(report.unsent));
    if (report.server_before && report.server_after) {
        const ProcessUsage& before = *report.server_before;
        const ProcessUsage& after = *report.server_after;
        const double cpu = after.cpu_seconds() - before.cpu_seconds();
        line(table, "server CPU, s", fmt::format("{:.2f}", cpu));
        line(table, "  user + system, s",
             fmt::format("{:.2f} + {:.2f}", after.user_seconds - before.user_seconds,
                         after.system_seconds - before.system_seconds));
        line(table, "server memory, MiB", mebibytes(static_cast<double>(after.resident_bytes)));
        if (report.resident_per_connection)
            line(table, "  a connection, bytes",
                 rounded(std::max(*report.resident_per_connection, 0.0)));
    }
    line(table, "generator CPU, s", fmt::format("{:.2f}", report.generator_seconds));
    for (const auto& [name, value] : report.extra.items())
        line(table, words_of(name),
             value.is_string()            ? value.get<std::string>()
             : value.is_number_float()    ? fmt::format("{:.3f}", value.get<double>())
             : value.is_number_unsigned() ? with_commas(value.get<std::uint64_t>())
                                          : value.dump());
    if (report.latency.count + report.ack_latency.count > 0) {
        fmt::format_to(std::back_inserter(table),
                       "  {:<14} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>13}\n", "latency, ms",
                       "p50", "p90", "p99", "p99.9", "max", "mean", "count");
        latency_line(table, report.timed, report.latency);
        latency_line(table, "acks", report.ack_latency);
    }
    if (report.generator_saturated())
        table +=
            "  note: the generator used nearly all of its cores; the server may be faster than "
            "this\n";
    for (const std::string& note : report.notes)
        fmt::format_to(std::back_inserter(table), "  note: {}\n", note);
    for (const auto& [reason, count] : report.reasons)
        fmt::format_to(std::back_inserter(table), "  {} × {}\n", with_commas(count), reason);
    for (const std::string& fault : report.faults)
        fmt::format_to(std::back_inserter(table), "  FAILED: {}\n", fault);
    return table;
}

}  // namespace homeroom::load
