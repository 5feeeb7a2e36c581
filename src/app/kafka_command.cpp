#include "app/kafka_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <thread>
#include <utility>

#include "app/control_client.h"
#include "app/data_home.h"
#include "app/part_options.h"
#include "app/replay_job.h"
#include "backbone/verify.h"
#include "campus/audience_now.h"
#include "campus/groups/group_records.h"
#include "campus/roster/roster_store.h"
#include "campus/school_day.h"
#include "features/messages/messages.h"
#include "load/report.h"
#include "store/data_directory.h"

namespace homeroom::app {
namespace {

using campus::Json;

constexpr auto look_interval = std::chrono::milliseconds{300};
constexpr auto tell_interval = std::chrono::seconds{10};

// Who may see what, as a server's start has it.
Status load_directory(const Config& config, store::Database& db, campus::Directory& directory) {
    TRY(const auto records, campus::load_roster(db));
    TRY(auto groups, campus::load_groups(db));
    TRY(const auto day, campus::SchoolDay::in(config.roster.time_zone));
    directory.load(records, day.today());
    directory.groups().load(std::move(groups));
    directory.let_guardians_see(school_policy(config).guardians);
    return features::messages::load_conversations(db, directory);
}

// --- verify --------------------------------------------------------------------------------------

struct Row {
    const char* name;
    const char* words;
    std::uint64_t count;
};

std::vector<Row> rows_of_events(const backbone::CompletenessReport& report) {
    return {{"events", "events of the journal", report.events},
            {"found", "  in the topic", report.found},
            {"deleted", "  deleted since", report.deleted},
            {"waiting", "  not delivered yet", report.waiting},
            {"deadLettered", "  dead-lettered", report.dead_lettered},
            {"beforeTopic", "  older than what the topic has", report.before_topic},
            {"forNobody", "  not there, and for nobody now", report.for_nobody},
            {"missing", "  MISSING", report.missing.count}};
}

std::vector<Row> rows_of_records(const backbone::CompletenessReport& report) {
    return {{"records", "records of the topic", report.records},
            {"duplicates", "  repeated, which is allowed", report.duplicates},
            {"replayed", "  replayed", report.replayed},
            {"beforeJournal", "  older than what the journal has", report.before_journal},
            {"foreign", "  of others", report.foreign},
            {"orderUnknown", "  whose order was not looked at", report.order_unknown},
            {"neverCommitted", "  NEVER COMMITTED", report.never_committed.count},
            {"outOfOrder", "  OUT OF ORDER", report.out_of_order.count}};
}

std::vector<std::pair<const char*, const backbone::Finding*>> findings_of(
    const backbone::CompletenessReport& report) {
    return {{"missing", &report.missing},
            {"neverCommitted", &report.never_committed},
            {"outOfOrder", &report.out_of_order}};
}

Json verify_json(const std::string& topic, const backbone::VerifyResult& result) {
    Json partitions = Json::array();
    for (const auto& extent : result.extents)
        partitions.push_back({{"first", extent.first}, {"end", extent.end}});
    Json json{{"good", result.report.good()},
              {"topic", topic},
              {"from", store::to_text(result.range.from)},
              {"to", store::to_text(result.range.to)},
              {"journalFirst", store::to_text(result.journal_first)},
              {"journalLast", store::to_text(result.journal_last)},
              {"partitions", std::move(partitions)}};
    for (const Row& row : rows_of_events(result.report)) json[row.name] = row.count;
    for (const Row& row : rows_of_records(result.report)) json[row.name] = row.count;
    Json examples = Json::object();
    for (const auto& [name, finding] : findings_of(result.report)) {
        Json list = Json::array();
        for (const auto& one : finding->examples)
            list.push_back({{"seq", store::to_text(one.seq)}, {"id", one.id}, {"key", one.key}});
        examples[name] = std::move(list);
    }
    json["examples"] = std::move(examples);
    return json;
}

void print_rows(const std::vector<Row>& rows) {
    for (const Row& row : rows)
        std::printf("  %-38s %15s\n", row.words, load::with_commas(row.count).c_str());
}

void print_verify(const std::string& topic, const backbone::VerifyResult& result) {
    std::printf("%s, and the events %s to %s of a journal that has %s to %s\n", topic.c_str(),
                store::to_text(result.range.from).c_str(), store::to_text(result.range.to).c_str(),
                store::to_text(result.journal_first).c_str(),
                store::to_text(result.journal_last).c_str());
    print_rows(rows_of_events(result.report));
    print_rows(rows_of_records(result.report));
    for (const auto& [name, finding] : findings_of(result.report)) {
        for (const auto& one : finding->examples)
            std::printf("%s: seq %s, id %s, key %s\n", name, store::to_text(one.seq).c_str(),
                        one.id.c_str(), one.key.c_str());
        if (finding->count > finding->examples.size())
            std::printf("%s: and %s more\n", name,
                        load::with_commas(finding->count - finding->examples.size()).c_str());
    }
    if (const auto lost = result.journal_first - 1; lost > 0 && result.range.from > 1)
        std::printf("what is before %s is not in the journal any more: nothing is said of it\n",
                    store::to_text(result.journal_first).c_str());
    std::printf(result.report.good() ? "the topic is complete\n" : "the topic is NOT complete\n");
}

// --- replay --------------------------------------------------------------------------------------

Result<Json> ask_server(const Config& config, const Json& body) {
    TRY(const auto answer,
        ask_control_socket(config.data / "control.sock", "/control/replay", body.dump()));
    Json json = Json::parse(answer, nullptr, false);
    if (!json.is_object() || (!json.contains("state") && !json.contains("code")))
        return Error{Code::internal, "the running server gave no readable answer"};
    if (json.contains("code")) {
        const bool wrong = json.value("code", "") == "invalid";
        return Error{wrong ? Code::invalid : Code::unavailable,
                     json.value("detail", std::string{"refused"})};
    }
    return json;
}

int print_replay(const Json& state, bool as_json, bool dry_run) {
    const auto count = [&](const char* name) {
        return load::with_commas(state.value(name, std::uint64_t{0}));
    };
    if (as_json) {
        std::printf("%s\n", state.dump(2).c_str());
    } else {
        std::printf(
            "%s: events %s to %s, dealt with up to %s\n",
            state.value("state", std::string{}).c_str(), state.value("from", std::string{}).c_str(),
            state.value("to", std::string{}).c_str(), state.value("at", std::string{}).c_str());
        const std::pair<const char*, const char*> rows[] = {
            {"sent", dry_run ? "would be sent" : "sent"},
            {"fewerReaders", "  of them for fewer than when they happened"},
            {"deleted", "deleted or told anew since"},
            {"forNobody", "for nobody now"},
            {"otherRooms", "of other rooms"},
            {"waiting", "wait to be sent the first time"},
            {"refused", "refused by the broker"}};
        for (const auto& [name, words] : rows)
            std::printf("  %-46s %15s\n", words, count(name).c_str());
        if (state.contains("error"))
            std::printf("%s\n", state.value("error", std::string{}).c_str());
    }
    const std::string is = state.value("state", std::string{});
    return is == "done" || is == "none" ? 0 : 1;
}

// Until it is at its end: it goes on without whoever waits for it.
Result<Json> wait_for_end(const Config& config, Json state) {
    auto told = std::chrono::steady_clock::now();
    while (state.value("state", std::string{}) == "running") {
        std::this_thread::sleep_for(look_interval);
        TRY(state, ask_server(config, {{"do", "state"}}));
        const auto now = std::chrono::steady_clock::now();
        if (now - told < tell_interval) continue;
        told = now;
        std::fprintf(stderr, "at %s of %s, sent %s\n", state.value("at", std::string{}).c_str(),
                     state.value("to", std::string{}).c_str(),
                     load::with_commas(state.value("sent", std::uint64_t{0})).c_str());
    }
    return state;
}

Result<Json> replay_here(const Config& config, const ReplayRequest& request) {
    TRY(const auto store, open_store(config));
    campus::Directory directory;
    TRY_OK(load_directory(config, store->db(), directory));
    TRY(const auto state, replay_offline(config, *store, directory, request));
    return to_json(state);
}

}  // namespace

struct KafkaCommand::Parts {
    CLI::App* verify = nullptr;
    CLI::App* replay = nullptr;
    bool json = false;
    bool stop = false;
    ReplayRequest request{};

    Result<int> run_verify(const Config& config) const;
    Result<int> run_replay(const Config& config) const;
};

Result<int> KafkaCommand::Parts::run_verify(const Config& config) const {
    const auto& events = config.kafka.events_topic;
    TRY(auto db, store::Database::open({.file = config.data / "homeroom.db",
                                        .access = store::Access::read_only,
                                        .postgres = config.store.postgres,
                                        .statement_timeout = config.store.statement_timeout}));
    campus::Directory directory;
    TRY_OK(load_directory(config, db, directory));
    campus::AudienceNow now{directory};
    const backbone::VerifyOptions options{
        .topic = request.topic.empty() ? events : request.topic,
        .dead_letters = events + ".dlq",
        .source = config.kafka.source,
        .other_topic = !request.topic.empty() && request.topic != events,
        .is_for_somebody =
            [&now](const store::StoredAudience& audience) { return now.of(audience).has_value(); },
        .from = request.from,
        .to = request.to};
    TRY(const auto result, backbone::verify(
                               db,
                               [&config](const std::string& topic) {
                                   return kafka::make_topic_reader(kafka_options(config), topic);
                               },
                               options));
    if (json) {
        std::printf("%s\n", verify_json(options.topic, result)
                                .dump(2, ' ', false, Json::error_handler_t::replace)
                                .c_str());
    } else {
        print_verify(options.topic, result);
    }
    return result.report.good() ? 0 : 1;
}

Result<int> KafkaCommand::Parts::run_replay(const Config& config) const {
    if (!stop && request.from.empty())
        return Error{Code::invalid, "--from is missing: where to begin", "from"};
    std::error_code unknown;
    if (config.store.postgres.empty() &&
        !std::filesystem::exists(config.data / "homeroom.db", unknown))
        return Error{Code::invalid, "there is no database in " + config.data.string(), "data"};
    const auto lock = store::DirectoryLock::take(config.data);
    if (lock.ok()) {
        if (stop) return Error{Code::unavailable, "no server runs on " + config.data.string()};
        TRY(const auto state, replay_here(config, request));
        return print_replay(state, json, request.dry_run);
    }
    if (lock.error().code != Code::conflict) return lock.error();
    Json asked = to_json(request);
    asked["do"] = stop ? "stop" : "start";
    TRY(auto state, ask_server(config, asked));
    TRY(state, wait_for_end(config, std::move(state)));
    const int code = print_replay(state, json, request.dry_run);
    return stop ? 0 : code;
}

KafkaCommand::KafkaCommand(CLI::App& cli, const std::function<CLI::App*(CLI::App*)>& common)
    : parts_(std::make_unique<Parts>()) {
    auto& [verify, replay, json, stop, request] = *parts_;
    verify = common(cli.add_subcommand(
        "verify", "compare the journal with the topic of events: is everything there?"));
    replay = common(cli.add_subcommand("replay", "send events of the journal to Kafka again"));
    for (auto* command : {verify, replay}) {
        command->add_option("--from", request.from,
                            "the first event: its seq, or a time like 2026-11-23T08:00:00Z");
        command->add_option("--to", request.to, "the last event, in the same way");
        command->add_option("--topic", request.topic, "another topic than kafka.events_topic");
        command->add_flag("--json", json, "the result as JSON");
    }
    replay->add_option("--room", request.room,
                       "of this room alone, by its name or the record's key");
    replay->add_option("--rate", request.rate, "events a second, at most")->capture_default_str();
    replay->add_option("--reason", request.reason, "why, for the audit log");
    replay->add_flag("--dry-run", request.dry_run, "count, and send nothing");
    replay->add_flag("--stop", stop, "end the one that is under way");
}

KafkaCommand::~KafkaCommand() = default;

bool KafkaCommand::parsed() const {
    return parts_->verify->parsed() || parts_->replay->parsed();
}

Result<int> KafkaCommand::run(const Config& config) const {
    TRY_OK(check_replay(config, parts_->request));
    return parts_->verify->parsed() ? parts_->run_verify(config) : parts_->run_replay(config);
}

}  // namespace homeroom::app
