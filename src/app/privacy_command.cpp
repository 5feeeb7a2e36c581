#include "app/privacy_command.h"

#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

#include "app/control_client.h"
#include "app/data_home.h"
#include "app/personal_data.h"
#include "campus/audit_requests.h"
#include "campus/groups/group_records.h"
#include "campus/roster/roster_store.h"
#include "campus/school_day.h"
#include "store/data_directory.h"

namespace homeroom::app {
namespace {

using campus::Json;

Result<Json> ask_server(const Config& config, std::string_view request, const Json& body) {
    TRY(const auto answer, ask_control_socket(config.data / "control.sock", "/control/ask",
                                              Json{{"request", request}, {"body", body}}.dump()));
    Json json = Json::parse(answer, nullptr, false);
    if (!json.is_object())
        return Error{Code::internal, "the running server gave no readable answer"};
    if (json.contains("code"))
        return Error{Code::unavailable, json.value("detail", std::string{"refused"})};
    return json;
}

// The store, or nothing: a server has it.
struct Offline {
    store::DirectoryLock lock;
    std::unique_ptr<store::Store> store;
};
Result<std::optional<Offline>> open_offline(const Config& config) {
    std::error_code unknown;
    if (config.store.postgres.empty() &&
        !std::filesystem::exists(config.data / "homeroom.db", unknown))
        return Error{Code::invalid, "there is no database in " + config.data.string(), "data"};
    auto lock = store::DirectoryLock::take(config.data);
    if (!lock.ok()) {
        if (lock.error().code == Code::conflict) return std::optional<Offline>{};
        return lock.error();
    }
    TRY(auto store, open_store(config));
    return std::optional<Offline>{Offline{std::move(lock).value(), std::move(store)}};
}

using NextPage = std::function<Result<Json>(const std::string& after)>;

void print(const Json& json) {
    const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    std::fwrite(text.data(), 1, text.size(), stdout);
}

// The pages of one list follow each other. Whether there was anything of him; that he was asked for
// is nothing of his.
Result<bool> print_export(const std::string& user, const NextPage& next_page) {
    std::fputs("{\"user\":", stdout);
    print(user);
    std::fputs(",\"exportedAt\":", stdout);
    print(to_rfc3339(wall_now()));
    std::fputs(",\"data\":{", stdout);
    std::string after;
    std::string list;
    bool first_entry = true;
    bool any = false;
    while (true) {
        TRY(const Json page, next_page(after));
        const std::string name = page.at("list");
        if (name != list) {
            std::fputs(list.empty() ? "\n" : "],\n", stdout);
            print(name);
            std::fputs(":[", stdout);
            list = name;
            first_entry = true;
        }
        for (const Json& entry : page.at("entries")) {
            std::fputs(first_entry ? "\n" : ",\n", stdout);
            print(entry);
            first_entry = false;
            any = any || name != "audit";
        }
        if (page.at("next").is_null()) break;
        after = page.at("next");
    }
    std::fputs("]\n}}\n", stdout);
    return any;
}

int say_whether_known(const std::string& user, bool known) {
    if (known) return 0;
    std::fprintf(stderr, "there is no such user, nor anything of one: \"%s\"\n", user.c_str());
    return 1;
}

int say_end(const Json& erasure) {
    const std::string state = erasure.at("state");
    std::printf("%s: %lld things erased\n", state.c_str(),
                static_cast<long long>(erasure.at("erased").get<std::int64_t>()));
    return state == "done" ? 0 : 1;
}

}  // namespace

Result<int> export_command(const Config& config, const std::string& user,
                           const std::string& reason) {
    TRY(const auto offline, open_offline(config));
    if (!offline) {
        TRY(const bool any, print_export(user, [&](const std::string& after) {
                Json body{{"user", user}, {"reason", reason}};
                if (!after.empty()) body["after"] = after;
                return ask_server(config, "export:read", body);
            }));
        return say_whether_known(user, any);
    }
    store::Store& store = *offline->store;
    TRY_OK(store.run_now([&](store::Transaction& transaction) {
        return campus::audit(transaction,
                             {.actor = std::string{campus::local_operator},
                              .action = "export.read",
                              .subject = user,
                              .details = campus::audit_details(Json::object(), reason)});
    }));
    TRY(const bool any, print_export(user, [&](const std::string& after) {
            return export_page(store.db(), user, after);
        }));
    return say_whether_known(user, any);
}

Result<int> explain_command(const Config& config, const ExplainRequest& request) {
    Json body{{"user", request.user}};
    if (!request.event.empty()) body["event"] = request.event;
    if (!request.post.empty()) body["post"] = request.post;
    if (!request.reason.empty()) body["reason"] = request.reason;
    TRY(const auto answer, ask_server(config, "explain", body));
    std::printf("%s\n", answer.dump(2, ' ', false, Json::error_handler_t::replace).c_str());
    return 0;
}

Result<int> erase_command(const Config& config, const std::string& user,
                          const std::string& reason) {
    TRY(const auto offline, open_offline(config));
    if (offline) {
        campus::Directory directory;
        TRY(const auto records, campus::load_roster(offline->store->db()));
        TRY(auto groups, campus::load_groups(offline->store->db()));
        TRY(const auto day, campus::SchoolDay::in(config.roster.time_zone));
        directory.load(records, day.today());
        directory.groups().load(std::move(groups));
        TRY_OK(erase_offline(*offline->store, directory, user, reason));
        std::printf("done\n");
        return 0;
    }
    TRY(auto answer, ask_server(config, "erasure:request", {{"user", user}, {"reason", reason}}));
    while (answer.at("erasure").at("state") == "running") {
        std::this_thread::sleep_for(std::chrono::milliseconds{500});
        TRY(answer, ask_server(config, "erasure:get", {{"user", user}}));
    }
    return say_end(answer.at("erasure"));
}

Result<int> audit_verify_command(const Config& config, const std::string& expected) {
    TRY(auto db, store::Database::open({.file = config.data / "homeroom.db",
                                        .access = store::Access::read_only,
                                        .postgres = config.store.postgres,
                                        .statement_timeout = config.store.statement_timeout}));
    TRY(const auto check, campus::verify_audit(db));
    if (check.broken_at) {
        std::printf("broken at row %lld: it, or one before it, was changed or is missing\n",
                    static_cast<long long>(*check.broken_at));
        return 1;
    }
    std::printf("%lld rows follow one another; the last is %lld, its digest\n%s\n",
                static_cast<long long>(check.rows), static_cast<long long>(check.last),
                check.head.c_str());
    if (expected.empty()) return 0;
    TRY(const bool found, campus::has_digest(db, expected));
    std::printf(found ? "the digest that was expected is among them\n"
                      : "no row has the digest that was expected\n");
    return found ? 0 : 1;
}

}  // namespace homeroom::app
