#include "app/personal_data.h"

#include "backbone/kept_refusals.h"
#include "campus/audit_requests.h"
#include "campus/explain.h"
#include "campus/legal_hold.h"
#include "campus/own_personal_data.h"
#include "features/announcements/announcements.h"
#include "features/calls/calls.h"
#include "features/documents/documents.h"
#include "features/feed/feed.h"
#include "features/grades/grades.h"
#include "features/groups/groups.h"
#include "features/live/live.h"
#include "features/messages/messages.h"
#include "features/notifications/notifications.h"
#include "features/presence/presence.h"
#include "features/study/study.h"

namespace homeroom::app {
namespace {

using campus::Json;

// In the order of erasing: the journal is last, when nothing is written to it any more.
std::vector<campus::PersonalData> parts() {
    return {features::feed::personal_data(),
            features::messages::personal_data(),
            features::grades::personal_data(),
            features::announcements::personal_data(),
            features::groups::personal_data(),
            features::documents::personal_data(),
            features::notifications::personal_data(),
            features::presence::personal_data(),
            features::study::personal_data(),
            features::calls::personal_data(),
            features::live::personal_data(),
            backbone::personal_data(),
            campus::own_personal_data()};
}

template <typename One, std::span<const One> campus::PersonalData::*member>
const std::vector<One>& all_of() {
    static const std::vector<One> all = [] {
        std::vector<One> list;
        for (const auto& part : parts())
            list.insert(list.end(), (part.*member).begin(), (part.*member).end());
        return list;
    }();
    return all;
}

const std::vector<campus::PersonalList>& lists() {
    return all_of<campus::PersonalList, &campus::PersonalData::lists>();
}
const std::vector<campus::EraseRule>& erase_rules() {
    return all_of<campus::EraseRule, &campus::PersonalData::erasing>();
}
const std::vector<campus::ExpireRule>& expire_rules() {
    return all_of<campus::ExpireRule, &campus::PersonalData::expiring>();
}

// place := number of the list ":" position in it
struct Place {
    std::size_t list = 0;
    std::string position{};
};

Result<Place> place_of(const std::string& after) {
    if (after.empty()) return Place{};
    const auto colon = after.find(':');
    const std::string digits = after.substr(0, colon);
    if (colon == std::string::npos || digits.empty() || digits.size() > 3 ||
        digits.find_first_not_of("0123456789") != std::string::npos ||
        std::stoul(digits) >= lists().size())
        return Error{Code::invalid, "after is not a `next` of an earlier page", "after"};
    return Place{std::stoul(digits), after.substr(colon + 1)};
}

Result<Json> read_export(campus::ReadCall& call, const Json& request) {
    TRY(const auto user, campus::required_text(request, "user", limits::identifier_bytes_max));
    TRY(const auto reason,
        campus::optional_text(request, "reason", campus::audit_reason_bytes_max));
    TRY(const auto after, campus::optional_text(request, "after", limits::message_bytes_max));
    TRY(auto page, export_page(call.db, user, after.value_or("")));
    page["onRoster"] = call.directory.person(user).has_value();
    Json details{{"list", page.at("list")}, {"entries", page.at("entries").size()}};
    if (reason) details["reason"] = *reason;
    campus::note(call, "export.read", user, std::move(details));
    return page;
}

std::string truth(bool value) {
    return value ? "true" : "false";
}

std::string words_of(const std::optional<std::chrono::hours>& age) {
    return age ? std::to_string(age->count()) + "h" : "forever";
}

// Where there are relays, students are behind them unless it is said otherwise.
std::string addresses_hidden_of(const Config& config) {
    if (!config.calls.hide_addresses.empty()) return config.calls.hide_addresses;
    return config.calls.turn_urls.empty() ? "nobody" : "students";
}

}  // namespace

void register_personal_data(campus::Surface& surface) {
    campus::register_audit(surface);
    campus::register_explain(surface);
    campus::register_erasure(surface);
    campus::register_legal_holds(surface);
    surface.service_read("export:read", read_export);
}

void register_personal_data(campus::Schedule& schedule) {
    schedule.on(campus::erasure_kind,
                [](campus::DueCall& call) { return campus::erase_due(call, erase_rules()); });
    schedule.on(campus::retention_kind,
                [](campus::DueCall& call) { return campus::expire_due(call, expire_rules()); });
}

Status apply_policy(store::Store& store, const Config& config) {
    const auto& keep = config.retention;
    const std::vector<std::pair<std::string, std::optional<std::chrono::hours>>> ages{
        {"posts", keep.posts},
        {"messages", keep.messages},
        {"announcements", keep.announcements},
        {"calls", keep.calls},
        {"live", keep.live},
        {"notifications", keep.notifications},
        {"presence", keep.presence},
        {"study", keep.study},
        {"documents", keep.documents},
        {"connections", keep.connections},
        {"audit", keep.audit},
    };
    std::vector<campus::RetentionPeriod> periods;
    std::vector<std::pair<std::string, std::string>> values{
        {"calls.hide_addresses", addresses_hidden_of(config)},
        {"calls.rooms", config.calls.rooms},
        {"feed.anonymous", truth(config.feed.anonymous)},
        {"feed.anonymous_names", truth(config.feed.anonymous_names)},
        {"grades.guardians", truth(config.grades.guardians)},
        {"messages.institution", truth(config.messages.institution)},
        {"messages.peers", truth(config.messages.peers)},
        {"messages.staff", truth(config.messages.staff)},
        {"messages.supervised", config.messages.supervised},
        {"presence.last_seen", config.presence.last_seen},
        {"store.keep_at_least", std::to_string(config.store.keep_at_least.count()) + "ms"},
        {"store.keep_bytes", std::to_string(config.store.keep_bytes)},
        {"store.keep_events", words_of(config.store.keep_events)},
    };
    for (const auto& [kind, age] : ages) {
        periods.push_back({kind, age});
        values.emplace_back("retention." + kind, words_of(age));
    }
    return store.run_now([&](store::Transaction& transaction) -> Status {
        TRY_OK(campus::record_policy(transaction, values));
        TRY_OK(campus::resume_erasures(transaction, wall_now()));
        return campus::set_retention(transaction, periods, wall_now());
    });
}

Result<Json> export_page(store::Database& db, const std::string& user, const std::string& after) {
    TRY(const auto place, place_of(after));
    const auto& list = lists()[place.list];
    TRY(auto page, campus::read_personal_list(db, list, user, place.position));
    Json next = nullptr;
    if (page.next) {
        next = std::to_string(place.list) + ":" + *page.next;
    } else if (place.list + 1 < lists().size()) {
        next = std::to_string(place.list + 1) + ":";
    }
    return Json{{"user", user},
                {"list", list.name},
                {"entries", std::move(page.entries)},
                {"next", std::move(next)}};
}

Status erase_offline(store::Store& store, const campus::Directory& directory,
                     const std::string& user, const std::string& reason) {
    TRY_OK(store.run_now([&](store::Transaction& transaction) -> Status {
        TRY([[maybe_unused]] const auto asked,
            campus::request_erasure(transaction, directory, user,
                                    std::string{campus::local_operator}, reason));
        return Ok{};
    }));
    bool running = true;
    const auto step = [&](store::Transaction& transaction) -> Status {
        campus::DueCall call{user, directory, transaction, wall_now()};
        TRY_OK(campus::erase_due(call, erase_rules()));
        auto select = transaction.db().statement(
            "SELECT 1 FROM erasures WHERE user = ? AND state = 'running'");
        select.bind(1, std::string_view{user});
        TRY(running, select.step());
        return Ok{};
    };
    while (running) TRY_OK(store.run_now(step));
    return Ok{};
}

}  // namespace homeroom::app
